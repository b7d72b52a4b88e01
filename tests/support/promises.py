"""What an analysis promises of any two strings, asserted: for tests of examples, of random texts, and for the fuzzer."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from newsloom_schemas import codec
from newsloom_schemas.types import RawArticle, TaggedArticle
from newsloom_tagger.analysis import Analyser, Analysis
from newsloom_tagger.tag import tag

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FIELDS = ("title", "content")


def kept(analyser: Analyser, title: str, content: str) -> Analysis:
    """Analyse, hold the result against every promise, and return it."""
    found = analyser.analyse(title, content)
    fields = {"title": title, "content": content}
    _spans_hold(fields, [e for t in found.themes for e in t.evidence])
    _spans_hold(fields, [m for e in found.entities for m in e.mentions])
    _spans_hold(fields, [*found.amounts, *found.quantities, *found.quotes])
    _sentences_hold(fields, found)
    _themes_are_in_order(found)
    _entities_are_told_once(found)
    _numbers_are_finite(found)
    _quotes_are_in_order(found)
    assert analyser.analyse(title, content) == found, "the same article is understood alike each time"
    _explained(analyser, fields, found)
    _travels(analyser, title, content)
    return found


def _spans_hold(fields: dict[str, str], spans: Iterable[Any]) -> None:
    for s in spans:
        assert 0 <= s.start < s.end, s
        assert fields[s.field][s.start : s.end] == s.text, s


def _themes_are_in_order(found: Analysis) -> None:
    assert all(0 <= t.score <= 1 and t.evidence for t in found.themes), found.themes
    assert [(-t.score, t.id) for t in found.themes] == sorted((-t.score, t.id) for t in found.themes)
    assert len({t.id for t in found.themes}) == len(found.themes)
    assert all(e.rule and math.isfinite(e.weight) for t in found.themes for e in t.evidence)


def _entities_are_told_once(found: Analysis) -> None:
    assert len({e.id for e in found.entities}) == len(found.entities)
    for entity in found.entities:
        places = [(FIELDS.index(m.field), m.start) for m in entity.mentions]
        assert places == sorted(set(places)) != [], entity


def _sentences_hold(fields: dict[str, str], found: Analysis) -> None:
    """A theme's most telling sentence is a span; the sentence around evidence holds it whole."""
    _spans_hold(fields, [t.telling for t in found.themes if t.telling])
    for e in (e for t in found.themes for e in t.evidence if e.sentence):
        assert e.sentence, e
        assert 0 <= e.sentence.start <= e.start < e.end <= e.sentence.end <= len(fields[e.field]), e


def _numbers_are_finite(found: Analysis) -> None:
    for n in (*found.amounts, *found.quantities):
        assert math.isfinite(n.value), n
        assert n.high is None or math.isfinite(n.high), n
    assert all(re.fullmatch("[A-Z]{3}", a.currency) for a in found.amounts), found.amounts
    assert all(q.unit for q in found.quantities)


def _quotes_are_in_order(found: Analysis) -> None:
    for field in FIELDS:
        spans = [(q.start, q.end) for q in found.quotes if q.field == field]
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), spans
    assert all(q.speaker != "" for q in found.quotes)


def _explained(analyser: Analyser, fields: dict[str, str], found: Analysis) -> None:
    """An explanation agrees with the tags, and its spans hold too."""
    why = analyser.explain(*fields.values())
    _spans_hold(fields, [s for e in why for s in (*e.for_, *e.against)])
    assert all(0 <= e.score <= 1 and 0 <= e.threshold <= 1 for e in why), why
    assert {e.id for e in why if e.tagged} == {t.id for t in found.themes}


def _travels(analyser: Analyser, title: str, content: str) -> None:
    """The message comes through JSON as it was; half a surrogate pair, which no JSON in UTF-8 can hold, is refused."""
    raw = RawArticle(id="a", origin="push", title=title, content=content, fetched_at=NOW)
    article = tag(raw, analyser, NOW)
    try:
        value = codec.encode(article)
    except UnicodeEncodeError:
        assert any("\ud800" <= c <= "\udfff" for c in title + content)
    else:
        assert codec.decode(TaggedArticle, value) == article
