"""Lists on the terminal: themes, hits, the way of an article, dead letters."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from newsloom_cli import feedhealth
from newsloom_cli import feeds as told_of
from newsloom_cli.letters import Buried, Entry
from newsloom_cli.look import words
from newsloom_cli.query import CLOSE, OPEN
from newsloom_cli.way import Step, place

SOURCES: Final = 3  # of a story's further articles that are named


def table(*columns: str) -> Table:
    """Return an empty table in the look that all of them share; the last column takes what is left of the line."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=column is not columns[-1])
    return made


def themes(lines: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return the taxonomy."""
    made = table("theme", "中文", "group", "the article is about")
    for line in sorted(lines, key=lambda t: (list(words.COLOURS).index(t["group"]), t["id"])):
        group = words.plain(line["group"], words.colour(line["id"]))
        made.add_row(words.theme(line["id"]), words.plain(line["names"]["zh"]), group, words.plain(line["about"]))
    return made


def hits(found: Sequence[Mapping[str, Any]], total: int) -> RenderableType:
    """Return the hits of a search, what was found marked."""
    blocks = [_hit(n, h) for n, h in enumerate(found, 1)]
    articles = len(found) + sum(h["more"] for h in found)
    stories = f"{len(found)} {'story' if len(found) == 1 else 'stories'}, " if articles > len(found) else ""
    return Group(*blocks, Text(f"{stories}{articles} of {total:,} hits" if total else "nothing found", "dim"))


def _hit(number: int, hit: Mapping[str, Any]) -> RenderableType:
    lit = hit["highlights"]
    title = words.marked(lit["title"][0] if "title" in lit else hit["title"], OPEN, CLOSE, "bold yellow")
    title.stylize_before("bold")
    source = (hit["feed"] or {}).get("title") or (hit["feed"] or {}).get("url")
    body: list[RenderableType] = [
        *(words.marked(f"… {f} …", OPEN, CLOSE, "bold yellow") for f in lit.get("content", ())),
        words.Themes((t["id"], t["score"]) for t in hit["themes"]),
        words.joined([words.moment(hit["published_at"] or hit["fetched_at"]), source, hit["language"], hit["id"], hit["url"]]),
        *([_more(hit)] if hit["more"] else []),
    ]
    return Padding(Group(Text.assemble((f"{number}. ", "dim"), title), *(Padding(b, (0, 0, 0, 3)) for b in body)), (0, 0, 1, 0))


def _more(hit: Mapping[str, Any]) -> Text:
    """Return how many further articles tell the story, and where the first ones are."""
    named = [(a["feed"] or {}).get("title") or urlsplit(a["url"] or "").hostname or a["id"] for a in hit["also"]]
    sources = list(dict.fromkeys(named))
    shown = [*sources[:SOURCES], *(["…"] if hit["more"] > len(named) or len(sources) > SOURCES else [])]
    return words.plain(f"+{hit['more']} more in this story: {', '.join(shown)}", "italic")


def way(article: str, steps: Sequence[Step], total: Step) -> RenderableType:
    """Return the way of an article, and where it stands by its last step."""
    days = {f"{step.at.astimezone():%Y-%m-%d}" for step in steps if step.at}
    made = table(*(days if len(days) == 1 else ["when"]), "step", "waited", "took", "where, and what")
    for step in steps:
        at = f"{step.at.astimezone():{'' if len(days) == 1 else '%Y-%m-%d '}%H:%M:%S.%f}"[:-3] if step.at else ""
        colour = "red" if step.step in {"dead", "unreadable"} else "green" if step.step == "indexed" else ""
        where = place(step.topic, step.partition or 0, step.offset or 0) if step.topic else str(step.index)
        times = (Text("" if t is None else f"{t:,.3f} s", "dim") for t in (step.waited, step.took))
        told = Text("  ").join(part for part in (words.plain(where), _what(step)) if part)
        made.add_row(Text(at, "dim"), Text(step.step, colour), *times, told)
    title = next((s.title for s in steps if s.title), "")
    head = Text.assemble(words.plain(article, "bold"), "  ", words.plain(title))
    became = ", ".join(f"revision {r}: {outcome}" for r, outcome in (total.outcomes or {}).items())
    return Group(head, Text(), made, Text(), words.plain(total.said or "", "bold"), words.plain(became, "dim"))


def _what(step: Step) -> Text:
    if step.step in {"dead", "unreadable"}:
        return words.joined([step.service, step.stage, step.origin, step.error])
    if step.step == "theme":
        return words.theme(step.themes[0]) if step.themes else Text()
    if step.step in {"replayed", "purged"}:
        return words.joined([f"the letter {step.origin}"])
    again = f"sent back from {step.replay_of}" if step.replay_of else ""
    themes = "" if step.themes is None else "1 theme" if len(step.themes) == 1 else f"{len(step.themes)} themes"
    version = f"version {step.version}, written by {step.origin}" if step.version else ""
    story = f"story {step.story}" if step.story else ""
    return words.joined([f"revision {step.revision}", step.feed, step.language, themes, version, story, again])


STATES: Final = {"failing": "red", "gone": "red", "silent": "yellow", "waiting": "dim", "well": "green", "dropped": "dim"}


def feeds(rows: Sequence[Mapping[str, Any]], now: datetime) -> RenderableType:
    """Return how many feeds stand how, then each of them with what there is to say of it."""
    head = words.plain(feedhealth.head(feedhealth.counts(rows)), "bold" if rows else "dim")
    if not rows:
        return head
    made = table("state", "feed", "last new", "next poll", "")
    for row in rows:
        name = words.plain(row.get("title") or row["url"])
        times = (words.moment(row.get("new_at")), words.moment(row.get("next_poll")))
        told = words.plain(told_of.sentence(dict(row), now))
        made.add_row(words.plain(row["state"], STATES[row["state"]]), name, *(words.plain(t, "dim") for t in times), told)
    return Group(head, Text(), made)


def facts(head: str, told: Mapping[str, Any]) -> RenderableType:
    """Return names and values under a head; what is wrong is red, what is not known is left out."""
    made = table("", "")
    made.show_header = False
    for name, value in told.items():
        if value not in (None, "", {}) and value != head:
            made.add_row(Text(name.replace("_", " "), "dim"), words.plain(value, "red" if name == "problem" else ""))
    return Group(words.plain(head, "bold"), made)


def dead(found: Sequence[Entry]) -> RenderableType:
    """Return a list of dead letters."""
    if not found:
        return Text("no dead letters", "green")
    made = table("position", "when", "service", "stage", "record", "reason")
    for x in found:
        origin = place(x.letter.topic, x.letter.partition, x.letter.offset)
        cells = (x.position, words.moment(x.letter.dead_at), x.letter.service, x.letter.stage, origin)
        became = "" if x.state == "dead" else f"{x.state} · "
        again = f" (sent back {x.replays} times before)" if x.replays else ""
        reason = f"{became}{x.letter.error}: {x.letter.message}{again}"
        made.add_row(*(words.plain(c) for c in cells), words.plain(reason, "dim" if became else "red"))
    return made


def replayed(lines: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return what became of letters, or would."""
    if not lines:
        return Text("no letters", "dim")
    made = table("letter", "outcome", "topic", "")
    for x in lines:
        colour = {"refused": "red", "would": "dim"}.get(x["outcome"], "green")
        cells = (words.plain(x[k] or "") for k in ("topic", "reason"))
        made.add_row(words.plain(x["position"]), Text(x["outcome"], colour), *cells)
    return made


def letter(found: Buried) -> RenderableType:
    """Return one dead letter, whole."""
    said = found.letter
    facts = {
        "position": found.position,
        "record": place(said.topic, said.partition, said.offset),
        "died": f"{words.moment(said.dead_at)}, {said.service}, {said.stage}",
        "reason": f"{said.error}: {said.message}",
        "key": "none" if said.key is None else said.key,
        **{f"header {name}": value for name, value in found.headers.items()},
    }
    made = table("", "")
    made.show_header = False
    for name, value in facts.items():
        made.add_row(Text(name, "dim"), words.plain(value, "red" if name == "reason" else ""))
    head = f"value, {said.encoding}" if said.value is not None else "no value"
    return Group(made, Text(), Text(head, "dim"), _value(said.value))


def _value(value: str | None) -> RenderableType:
    return Syntax(words.plain(value).plain, "json", word_wrap=True, background_color="default") if value else Text()
