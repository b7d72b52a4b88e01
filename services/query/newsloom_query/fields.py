"""``field:value`` and ``number>value`` → the condition that they are. What is no field is None: it is a word."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Final, get_args, get_type_hints

from newsloom_common import moments, near
from newsloom_schemas.types import RawArticle
from newsloom_tagger import gazetteer
from newsloom_tagger.fold import fold
from newsloom_tagger.taxonomy import installed

from newsloom_query import figures, lexicon, tree
from newsloom_query.cursor import Cursor
from newsloom_query.errors import QueryError
from newsloom_query.tree import Node

NAMED: Final = re.compile(r"(?P<name>[A-Za-z]{2,}(?:_[a-z]+)?):(?!//)")
KINDS: Final = {"company": "companies", "person": "people", "product": "products", "entity": "companies, people and products"}
CHINESE: Final = ("chinese", "中文", "汉语", "zh-cn", "zh-tw")
LANGUAGES: Final = dict.fromkeys(CHINESE, "zh") | dict.fromkeys(("english", "英文", "英语"), "en")
ELSEWHERE: Final = {  # what fields are called in other languages of search
    "source": "site host feed from domain", "theme": "tag topic", "company": "org ticker", "person": "people", "entity": "id",
    "since": "after date", "until": "before", "speaker": "says said quote", "title": "intitle headline", "amount": "money sum",
}  # fmt: skip
MEANT: Final = {other: name for name, others in ELSEWHERE.items() for other in others.split()}
LONGEST_NAME: Final = 60  # code points of a name, a feed's title or a host


def read(cursor: Cursor) -> Node | None:
    """Return the condition that begins here, with the cursor behind it; None where a word begins. Raises QueryError."""
    if node := figures.read(cursor):
        return node
    m = NAMED.match(cursor.text, cursor.at)
    if m is None:
        return None
    name = m["name"].lower()
    if name not in FIELDS:
        _unknown(cursor, m["name"], m.end())
        return None
    if not cursor.text[m.end() : m.end() + 1].strip() and m["name"] != name:
        return None  # "Title: …" is how a text begins
    cursor.at = m.end()
    return FIELDS[name](cursor, name)


def _unknown(cursor: Cursor, name: str, at: int) -> None:
    """Raise QueryError where a field of another name must be meant: a text has a capital, a space or a number there."""
    follows = cursor.text[at : at + 1]
    if not follows.strip() or not name.islower():
        return
    known = (*FIELDS, *figures.NAMES)
    meant = [MEANT[name]] if name in MEANT else near.nearest(name, known)
    if follows.isdecimal():
        meant = [field for field in meant if field[0] == name[0]]
    if meant or not follows.isdecimal():
        hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(known)}."
        raise QueryError(f"no field is called {name!r}: {hint} Put it in quotation marks to look for the word", cursor.at)


def _theme(cursor: Cursor, name: str) -> Node:
    value, at = cursor.value(name, stops="<>=")
    themes = _themes()
    found = themes.get(fold(value))
    if found is None:
        raise QueryError(near.unknown("theme", value, (t.id for t in installed().themes), "`newsloom themes` lists them"), at)
    return tree.HasTheme(found, figures.score(cursor))


@cache
def _themes() -> Mapping[str, str]:
    """Return what a theme is called → its id: id, names, and the parts of a name that are one."""
    themes = installed().themes
    parts = {word: t.id for t in themes for word in lexicon.called(t.name_en, t.name_zh)}
    return parts | {fold(name): t.id for t in themes for name in (t.name_en, t.name_zh, t.id)}


def _entity(cursor: Cursor, kind: str) -> Node:
    value, at = cursor.value(kind)
    ids = entities(kind, value)
    if not ids:
        _short(value, kind, at)
        meant = dict.fromkeys(_called(kind)[name] for name in near.nearest(fold(value), _called(kind)))
        hint = f"did you mean {' or '.join(meant)}?" if meant else "look for the word itself"
        raise QueryError(f"the gazetteer's {KINDS[kind]} have no {value!r}: {hint}", at)
    return tree.HasEntity(kind, value, ids)


@cache
def _called(kind: str) -> Mapping[str, str]:
    """Return folded name → the name to show, of a kind."""
    spellings = gazetteer.load().spellings
    return {s.text: n.entity.name for s in spellings for n in s.names if kind in ("entity", n.entity.kind)}


def entities(kind: str, name: str) -> tuple[str, ...]:
    """Return the ids of all that a name can mean, or the id that it is."""
    return tuple(sorted(_of(kind, _names().get(fold(name).removeprefix("$"), {}))))


def _of(kind: str, found: Mapping[str, str]) -> list[str]:
    return [key for key, own in found.items() if kind in ("entity", own)]


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """Return folded name or id → id → kind."""
    known = gazetteer.load()
    names: dict[str, dict[str, str]] = {fold(e.id): {e.id: e.kind} for e in known.known}
    for e in known.known:
        names.setdefault(fold(e.name), {})[e.id] = e.kind
    for spelling in known.spellings:
        for n in spelling.names:
            names.setdefault(spelling.text, {})[n.entity.id] = n.entity.kind
    return names


def _speaker(cursor: Cursor, name: str) -> Node:
    value, at = cursor.value(name)
    _short(value, name, at)
    said = [text for key in entities("entity", value) for text in lexicon.spelt().get(key, ())]
    return tree.Speaks(value, tuple(dict.fromkeys((fold(value), *said))))


def _source(cursor: Cursor, name: str) -> Node:
    value, at = cursor.value(name)
    _short(value, name, at)
    return tree.From(re.sub(r"^[a-z]+://|/.*$", "", value.lower()) if "://" in value else value)


def _short(value: str, name: str, at: int) -> None:
    if len(value) > LONGEST_NAME:
        raise QueryError(f"{name}: takes at most {LONGEST_NAME} characters", at)


def _title(cursor: Cursor, name: str) -> Node:
    quoted = cursor.peek() == '"'
    value, _ = cursor.value(name)
    star = cursor.text[cursor.at : cursor.at + 1] == "*" if quoted else value.endswith("*")
    cursor.at += quoted and star
    text = value if quoted else value.rstrip("*")
    return tree.Beginning(text, "title") if star else tree.Phrase(text, "title")


def _language(cursor: Cursor, name: str) -> Node:
    value, at = cursor.value(name)
    code = LANGUAGES.get(value.lower(), value.lower())
    if not re.fullmatch("[a-z]{2}|und", code):
        raise QueryError(f"{value!r} is no language: zh, en, or another code of two letters; und where it is not sure", at)
    return tree.InLanguage(code)


def _origin(cursor: Cursor, name: str) -> Node:
    value, at = cursor.value(name)
    known: Iterable[str] = get_args(get_type_hints(RawArticle)["origin"])
    if value.lower() not in known:
        raise QueryError(f"unknown origin {value!r}: an article came in as {', '.join(known)}", at)
    return tree.CameAs(value.lower())


def _time(moment: Callable[[str, datetime], datetime], node: Callable[[datetime], Node]) -> Callable[[Cursor, str], Node]:
    def read_time(cursor: Cursor, name: str) -> Node:
        value, at = cursor.value(name)
        try:
            return node(floor(moment(value, cursor.now)))
        except ValueError as error:
            raise QueryError(str(error), at) from None

    return read_time


def floor(at: datetime) -> datetime:
    """Return the moment as the index keeps it: to the millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


FIELDS: Final[Mapping[str, Callable[[Cursor, str], Node]]] = {
    "theme": _theme,
    **dict.fromkeys(KINDS, _entity),
    "title": _title,
    "speaker": _speaker,
    "source": _source,
    **dict.fromkeys(("lang", "language"), _language),
    "origin": _origin,
    "since": _time(moments.since, tree.Since),
    "until": _time(moments.until, tree.Until),
}
