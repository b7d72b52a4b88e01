"""An article on the terminal: what it says, its themes in colour, and the words that speak for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from newsloom_schemas.types import Evidence, RawArticle, Retag, TaggedArticle
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from newsloom_cli.look import words

SHOWN: Final = 3  # spans of a theme, or themes with their spans; JSON has them all
START: Final = 240  # characters of a text
Span = Mapping[str, Any]


def arrived(article: TaggedArticle) -> RenderableType:
    """Return an article of the stream: its title, its strongest themes with the words for them, the others, its source."""
    raw = article.article
    source = raw.feed.title or raw.feed.url if raw.feed else raw.origin
    rows = [(words.theme(t.id, t.score), _first(raw, max(t.evidence, key=lambda e: e.weight))) for t in article.themes[:SHOWN]]
    return _block(
        words.plain(raw.title, "bold"),
        _anew(article.retag) if article.retag else "",
        _grid(rows),
        words.Themes((t.id, t.score) for t in article.themes[SHOWN:]) if article.themes[SHOWN:] or not rows else "",
        words.joined([words.moment(raw.published_at or raw.fetched_at), source, article.language, raw.url]),
    )


def _anew(retag: Retag) -> Text:
    """Return what is told of an article that was tagged anew: on the topic of a lost theme it is taken back."""
    added = [Text.assemble(("added to ", "green"), words.theme(t)) for t in retag.gained]
    taken = [Text.assemble(("taken out of ", "red"), words.theme(t)) for t in retag.lost]
    return Text(" · ", "dim").join([Text("tagged anew", "dim"), *added, *taken])


def raw(article: RawArticle, *, whole: bool) -> RenderableType:
    """Return an article as it would be published; of one that is not ``whole`` the page would be fetched first."""
    text = " ".join(article.content.split())
    return _block(
        words.plain(article.title, "bold"),
        words.plain(text if len(text) <= START else text[:START] + "…"),
        words.joined([words.moment(article.published_at), "whole" if whole else "a part", article.id, article.url]),
    )


def tagged(title: str, content: str, line: Mapping[str, Any]) -> RenderableType:
    """Return what `newsloom tag` found: themes with their telling sentence and evidence, then facts."""
    rows = [(words.theme(t["id"], t["score"]), _told(title, content, t)) for t in line["themes"]]
    facts = [
        ("entities", Text(", ").join(words.plain(e["name"]) for e in line["entities"])),
        ("amounts", Text(", ").join(words.plain(f"{a['text']} = {a['value']:,.0f} {a['currency']}") for a in line["amounts"])),
        ("quantities", Text(", ").join(words.plain(f"{q['text']} = {q['value']:,g} {q['unit']}") for q in line["quantities"])),
        ("quotes", Text("\n").join(_quote(q) for q in line["quotes"])),
    ]
    return _block(
        words.plain(title or content[:60], "bold"),
        _grid(rows) if rows else words.Themes([]),
        _grid([(words.plain(name, "dim"), text) for name, text in facts if text]),
        words.joined([line["id"], line["language"]]),
    )


def explained(title: str, content: str, why: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return each theme that came near: score against threshold, what spoke for it and against it."""
    rows: list[RenderableType] = []
    for one in why:
        verdict = Text("tagged", "green") if one["tagged"] else Text("not tagged", "dim")
        head = words.theme(one["theme"], one["score"])
        head.append(f"  of {one['threshold']:.2f}  ", "dim").append(verdict)
        sides = [*_sides(title, content, "+", one["for"]), *_sides(title, content, "−", one["against"])]
        rows.append(Group(head, Padding(_grid(sides), (0, 0, 0, 2))))
    return _block(words.plain(title or content[:60], "bold"), *(rows or [Text("no theme came near", "dim")]))


def _block(head: Text, *body: RenderableType) -> RenderableType:
    return Padding(Group(head, *(Padding(part, (0, 0, 0, 2)) for part in body if part)), (0, 0, 1, 0))


def _grid(rows: Iterable[tuple[Text, Text]]) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for row in rows:
        grid.add_row(*row)
    return grid if grid.row_count else ""


def _first(raw: RawArticle, found: Evidence) -> Text:
    return words.snippet(_field(raw.title, raw.content, found.field), found.start, found.end)


def _field(title: str, content: str, field: str) -> str:
    return title if field == "title" else content


def _told(title: str, content: str, theme: Mapping[str, Any]) -> Text:
    told = [words.plain(" ".join(theme["telling"]["text"].split()), "italic")] if theme.get("telling") else []
    return Text("\n", overflow="fold").join([*told, _spans(title, content, theme["evidence"])])


def _spans(title: str, content: str, spans: Sequence[Span]) -> Text:
    shown = [words.snippet(_field(title, content, s["field"]), s["start"], s["end"]) for s in spans[:SHOWN]]
    more = [Text(f"and {len(spans) - SHOWN} more", "dim")] if len(spans) > SHOWN else []
    return Text("\n").join([*shown, *more])


def _sides(title: str, content: str, sign: str, spans: Sequence[Span]) -> list[tuple[Text, Text]]:
    colour = "green" if sign == "+" else "red"
    return [
        (
            Text.assemble((f"{sign} {abs(s['weight']):.1f} ", colour), words.plain(s["rule"], "dim")),
            words.sentence(_field(title, content, s["field"]), s["start"], s["end"], s.get("sentence"), f"bold {colour}"),
        )
        for s in spans
    ]


def _quote(quote: Mapping[str, Any]) -> Text:
    said = quote["text"] if len(quote["text"]) <= 120 else quote["text"][:120] + "…"
    speaker = words.plain(f"{quote['speaker']}: ", "bold") if quote["speaker"] else Text()
    return speaker + words.plain(f"“{said}”", "italic")
