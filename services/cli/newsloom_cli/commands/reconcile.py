"""newsloom reconcile: topics and index held against each other, article by article."""

from typing import TYPE_CHECKING

import click

from newsloom_cli import engines
from newsloom_cli.options import examples, json_option
from newsloom_cli.output import Output

if TYPE_CHECKING:
    from newsloom_common.settings import Settings

    from newsloom_cli.comparing import Comparison


@click.command(
    short_help="Hold topics and index against each other.",
    epilog=examples("newsloom reconcile", "newsloom reconcile --json | jq -r 'select(.difference).id'"),
)
@click.option(
    "--sample", type=click.IntRange(min=0), metavar="N", help="At most N of each kind; if not said, 10 on a terminal, else all."
)
@json_option
@click.pass_context
def reconcile(ctx: click.Context, /, sample: int | None, as_json: bool) -> None:
    """Compare the topics with the index by id and version, and name every difference and what would mend it.

    Works while the stream runs: what was in flight when the look began is known and not accused. Reads all topics from the
    beginning, which takes a while on a large archive; the ids are kept on the disk, not in memory. Exit code 1 where something
    differs.
    """
    import msgspec

    from newsloom_cli.comparing import Comparison
    from newsloom_cli.look import differences

    given, out = engines.settings(), Output(as_json)
    most = 10 if sample is None and not out.json else sample
    comparison = Comparison()
    try:
        _fill(comparison, given)
        counts, sizes = comparison.counts(), comparison.sizes()
        found = [msgspec.to_builtins(d) for d in comparison.differences(most)]
    finally:
        comparison.close()
    total = {"compared": sizes, "differences": counts}
    out.put_all([*found, total], lambda: differences.table_of(found, total))
    ctx.exit(1 if counts else 0)


def _fill(comparison: "Comparison", given: "Settings") -> None:
    from newsloom_cli.look.progress import bar
    from newsloom_cli.reading import count
    from newsloom_cli.reconciling import compare, reach

    with engines.broker(given) as broker, engines.store(given) as client:
        far = reach(broker)
        with bar("reading topics and index", far.records + count(client).number) as advance:
            compare(broker, client, comparison, far, advance)
