"""The ledger on the terminal: a row for each stage, then the sum."""

from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from newsloom_cli.ledger import Ledger
from newsloom_cli.look import standing
from newsloom_cli.look.tables import table
from newsloom_cli.times import span

TERMS = ("indexed", "duplicate", "stale", "expired", "dead", "purged", "in_flight")
SELDOM = {"expired", "purged"}  # shown where there are any


def ledger(found: Ledger) -> RenderableType:
    """Return stages, sum and what is wrong."""
    wrong = [Text.assemble(("✗ ", "red"), (found.problem, "red"))] if found.problem else []
    if found.seen is None:
        return Group(*wrong)
    return Group(
        _stages(found.stages),
        Text(),
        _sum(found),
        *_redelivered(found),
        *wrong,
        *(standing.feeds(found.feeds) if found.feeds else ()),
    )


def _stages(stages: dict[str, Any]) -> RenderableType:
    made = table("stage", "members", "what became of the records", "a second", "lag")
    made.columns[0].style = "bold"
    made.columns[2].no_wrap = False  # or a terminal of 80 columns cuts figures off
    ingestor, tagger, indexer, backfill = (stages[name] for name in ("ingestor", "tagger", "indexer", "backfill"))
    published = _figures(**{k: ingestor[k] for k in ("published", "dead")})
    made.add_row("ingestor", "", published, _rate(ingestor), Text(_ago(ingestor["last"]), "dim"))
    if backfill["published"]:
        backfilled = _figures(**{k: backfill[k] for k in ("published", "read")})
        made.add_row("backfill", _members(backfill), backfilled, _rate(backfill), _lag(backfill))
    tagged = _figures(**{k: tagger[k] for k in ("read", "tagged", "dead")})
    made.add_row("tagger", _members(tagger), tagged, _rate(tagger), _lag(tagger))
    counted = {k: indexer[k] for k in ("read", "indexed", "duplicate", "stale", "dead")}
    counted |= {k: n for k in ("expired", "retagged") if (n := indexer[k])}
    made.add_row("indexer", _members(indexer), _figures(**counted), _rate(indexer), _lag(indexer))
    made.add_row("index", "", _figures(documents=stages["index"]["documents"]), "", "")
    if (watch := stages["notifier"]) and (watch["searches"] or watch["alerts"]):
        told = _figures(**{k: watch[k] for k in ("read", "searches", "alerts")})
        made.add_row("notifier", _members(watch), told, _rate(watch), _lag(watch))
    made.add_row("news.dead", "", _dead(stages), "", "")
    return made


def _dead(stages: dict[str, Any]) -> Text:
    letters = ", ".join(f"{n:,} {name}" for name, n in stages["dead"].items())
    said = [letters or "nothing open", *(f"{n:,} sent back to {topic}" for topic, n in stages["replayed"].items())]
    return Text("   ".join(said), "" if letters else "dim")


def _rate(stage: dict[str, Any]) -> Text:
    return Text("" if stage["rate"] is None else f"{stage['rate']:,.1f}", "" if stage["rate"] else "dim")


def _figures(**figures: int | None) -> Text:
    texts = [
        Text.assemble(("?" if n is None else f"{n:,}", "red" if name == "dead" and n else ""), (f" {name}", "dim"))
        for name, n in figures.items()
    ]
    return Text("   ").join(texts)


def _members(group: dict[str, Any]) -> Text:
    return Text(str(group["members"])) if group["members"] else Text("none", "red")


def _lag(group: dict[str, Any]) -> Text:
    waiting = "" if group["waiting"] is None else f", oldest waits {span(group['waiting'])}"
    return Text(f"{group['lag']:,}{waiting}", "yellow" if group["lag"] else "dim")


def _ago(last: str | None) -> str:
    return "" if last is None else f"last one {span((datetime.now(UTC) - datetime.fromisoformat(last)).total_seconds())} ago"


def _sum(found: Ledger) -> Text:
    terms = Text(" + ", "dim").join(
        Text.assemble((f"{getattr(found, t):,}", "bold"), (f" {t.replace('_', ' ')}", "dim"))
        for t in TERMS
        if t not in SELDOM or getattr(found, t)
    )
    mark = Text("  ✓", "green") if found.balanced else Text("  ✗", "red")
    return Text.assemble((f"{found.seen:,}", "bold"), (" seen", "dim"), (" = ", "dim"), terms, mark)


def _redelivered(found: Ledger) -> list[Text]:
    said = f"{found.redelivered:,} records were published twice after a kill and are not counted again"
    return [Text(said, "dim")] if found.redelivered else []
