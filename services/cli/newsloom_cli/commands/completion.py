"""newsloom completion: the shell completes commands, options and theme ids."""

import click
from click.shell_completion import get_completion_class

from newsloom_cli.errors import Problem
from newsloom_cli.options import examples


@click.command(
    short_help="Print a completion script for your shell.",
    epilog=examples('eval "$(newsloom completion bash)"', "newsloom completion fish | source"),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell, to be evaluated in its start-up file."""
    kind = get_completion_class(shell)
    if kind is None:
        raise Problem(f"no completion for {shell}")
    click.echo(kind(ctx.find_root().command, {}, "newsloom", "_NEWSLOOM_COMPLETE").source())
