"""The ledger on the terminal: a row for each stage, then the sum."""

from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from newsloom_cli.ledger import Ledger
from newsloom_cli.look.tables import table
from newsloom_cli.times import span

TERMS = ("indexed", "duplicate", "stale", "dead", "in_flight")


def ledger(found: Ledger) -> RenderableType:
    """Return stages, sum and what is wrong."""
    wrong = [Text.assemble(("✗ ", "red"), (found.problem, "red"))] if found.problem else []
    if found.seen is None:
        return Group(*wrong)
    return Group(_stages(found.stages), Text(), _sum(found), *_redelivered(found), *wrong)


def _stages(stages: dict[str, Any]) -> RenderableType:
    made = table("stage", "members", "what became of the records", "lag")
    made.columns[0].style = "bold"
    ingestor, tagger, indexer = stages["ingestor"], stages["tagger"], stages["indexer"]
    last = _ago(ingestor["last"])
    made.add_row("ingestor", "", _figures(published=ingestor["published"], dead=ingestor["dead"]), Text(last, "dim"))
    made.add_row("tagger", _members(tagger), _figures(**{k: tagger[k] for k in ("read", "tagged", "dead")}), _lag(tagger))
    counted = {k: indexer[k] for k in ("read", "indexed", "duplicate", "stale", "dead")}
    made.add_row("indexer", _members(indexer), _figures(**counted), _lag(indexer))
    made.add_row("index", "", _figures(documents=stages["index"]["documents"]), "")
    letters = ", ".join(f"{n:,} {name}" for name, n in stages["dead"].items())
    made.add_row("news.dead", "", Text(letters or "empty", "" if letters else "dim"), "")
    return made


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
        Text.assemble((f"{getattr(found, t):,}", "bold"), (f" {t.replace('_', ' ')}", "dim")) for t in TERMS
    )
    mark = Text("  ✓", "green") if found.balanced else Text("  ✗", "red")
    return Text.assemble((f"{found.seen:,}", "bold"), (" seen", "dim"), (" = ", "dim"), terms, mark)


def _redelivered(found: Ledger) -> list[Text]:
    said = f"{found.redelivered:,} records were published twice after a kill and are not counted again"
    return [Text(said, "dim")] if found.redelivered else []
