"""What people see on a terminal: nothing that a terminal obeys, nothing cut in two, the evidence marked."""

import io
import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_cli import query
from newsloom_cli.graves import Letter
from newsloom_cli.ledger import Ledger, ledger
from newsloom_cli.look import articles, books, differences, tables, words
from newsloom_cli.readings import Counters, Documents, Group, Readings
from newsloom_cli.way import Step
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.taxonomy import packaged
from rich.console import Console

SHORT = "据NVIDIA发布，H100仍缺货"


def drawn(renderable, width=80, colour=False):
    out = io.StringIO()
    system = "standard" if colour else None
    Console(file=out, width=width, force_terminal=colour, color_system=system, highlight=False, emoji=False).print(renderable)
    return out.getvalue()


@given(st.text())
def test_no_text_can_steer_the_terminal(text):
    seen = drawn(words.plain(text))
    assert not set(seen) & {chr(n) for n in (*range(9), *range(14, 32), *range(0x7F, 0xA0), 0x202E, 0x2066)}


@given(st.text(min_size=1), st.data())
def test_a_span_is_shown_with_what_stands_around_it_on_one_line(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    snip = words.snippet(text, start, end)
    assert len(snip.plain) <= end - start + 2 * words.AROUND + 2
    assert "\n" not in snip.plain


def test_the_evidence_is_what_is_marked():
    text = "x" * 40 + "算力紧缺" + "y" * 40
    snip = words.snippet(text, 40, 44)
    assert snip.plain == "…" + "x" * 24 + "算力紧缺" + "y" * 24 + "…"
    assert "\x1b[1;4m算力紧缺\x1b[0m" in drawn(snip, colour=True)


def test_labels_are_never_cut_in_two():
    seen = drawn(words.Themes((t.id, 0.5) for t in packaged().themes), width=44)
    labels = [label for line in seen.splitlines() for label in line.strip().split("   ")]
    assert labels == [f"● {t.id} 0.50" for t in packaged().themes]


def test_every_group_of_the_taxonomy_has_a_colour_of_its_own():
    assert {t.group for t in packaged().themes} == set(words.COLOURS)
    assert len(set(words.COLOURS.values())) == len(words.COLOURS)


def test_what_was_searched_is_marked_and_the_marks_are_gone():
    text = words.marked(f"a {query.OPEN}算力{query.CLOSE}\nb", query.OPEN, query.CLOSE)
    assert text.plain == "a 算力 b"
    assert [text.plain[s.start : s.end] for s in text.spans if s.style] == ["算力"]


@pytest.mark.parametrize("content", ["", "黄仁勋说：“算力仍然供不应求。”公司计划投资50亿美元。", "\x1b[31m" * 3])
def test_a_tagged_article_shows_its_themes_with_their_words(content):
    line = msgspec.to_builtins(Analyser().analyse(SHORT, content)) | {"id": "1"}
    line["quotes"] = [{"speaker": None, **q} for q in line["quotes"]]
    seen = drawn(articles.tagged(SHORT, content, line))
    assert seen.startswith(SHORT)
    assert "● compute-scarcity" in seen
    assert "H100仍缺货" in seen.split("● compute-scarcity")[1]
    assert all(t["telling"]["text"].replace("\x1b", "") in seen for t in line["themes"])
    assert "\x1b" not in seen


def test_an_explanation_shows_both_sides():
    spans = [{"field": "title", "start": 0, "end": 1, "text": "据", "rule": "a rule", "weight": -0.4}]
    why = [{"theme": "chips", "score": 0.3, "threshold": 0.5, "tagged": False, "for": [], "against": spans}]
    seen = drawn(articles.explained(SHORT, "", why))
    assert "● chips 0.30  of 0.50  not tagged" in seen
    assert "− 0.4 a rule" in seen
    assert "no theme came near" in drawn(articles.explained(SHORT, "", []))


def test_what_speaks_for_a_theme_is_shown_in_its_whole_sentence():
    text, around = "别的。仍然是缺货，要等很久了。别的。", {"start": 3, "end": 15}
    span = {"field": "content", "start": 6, "end": 8, "text": "缺货", "rule": "x", "weight": 1.0, "sentence": around}
    why = [{"theme": "chips", "score": 0.3, "threshold": 0.5, "tagged": False, "for": [span], "against": []}]
    rows = drawn(articles.explained(SHORT, text, why), width=28).splitlines()
    assert "".join(row[13:].strip() for row in rows[3:]) == "仍然是缺货，要等很久了。"


CALM = Readings(Group(1, 1200, 1200), Group(1, 1200, 1200), Counters(1200, 0, 0, 0), (), Documents(1200, 1200), 1200)


def test_the_ledger_shows_its_sum_and_whether_it_holds():
    seen = drawn(books.ledger(ledger(CALM)), width=110)
    assert "1,200 seen = 1,200 indexed + 0 duplicate + 0 stale + 0 dead + 0 in flight  ✓" in seen
    broken = drawn(books.ledger(ledger(CALM._replace(tagger=Group(0, 1203, 1203)))), width=110)
    assert "✗ the tagger read 3 records that are neither" in broken
    assert "none" in broken


def test_nothing_of_the_ledger_is_cut_off_at_80_columns():
    seen = drawn(books.ledger(ledger(CALM)), width=80)
    rows = seen[seen.index("indexer ") : seen.index("index ")].split()
    assert [word for word in rows if word.isalpha()] == ["indexer", "read", "indexed", "duplicate", "stale", "dead"]
    assert "members" in seen


def test_the_way_of_an_article_is_readable_at_80_columns():
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    raw = Step(step="published", at=at, took=1.5, topic="news.raw", partition=2, offset=2, revision=1, feed="A long name")
    theme = Step(step="theme", at=at, waited=0.005, topic="news.theme.compute-scarcity", offset=12, themes=("chips",))
    seen = drawn(tables.way("a1", [raw, theme], Step(step="standing", said="it can be searched")), width=80)
    assert "news.raw 2:2  revision 1 · A long" in seen
    assert "news.theme.compute-scarcity 0:12" in seen
    assert len(seen.splitlines()) <= 10
    assert "2026-11-24    step" in seen, "the day is said once"
    later = drawn(tables.way("a1", [raw, Step(step="indexed", at=at + timedelta(days=2))], Step(step="standing")), width=100)
    assert "2026-11-26 " in later


def test_the_ledger_without_kafka_is_the_sentence():
    assert drawn(books.ledger(Ledger(problem="Kafka does not answer"))).strip() == "✗ Kafka does not answer"


def test_the_ledger_shows_what_is_purged_sent_back_and_backfilled_only_where_there_is_such():
    assert "purged" not in drawn(books.ledger(ledger(CALM)), width=120)
    letters = tuple(Letter("tagger", "tag", ("news.raw", 0, n), None, state=s) for n, s in enumerate(("purged", "replayed")))
    busy = CALM._replace(letters=letters, tagger=Group(1, 1202, 1202), backfill=Group(1, 0, 5), rates={"news.backfill": 2.5})
    seen = drawn(books.ledger(ledger(busy)), width=120)
    assert "1,206 seen = 1,200 indexed + 0 duplicate + 0 stale + 0 dead + 1 purged + 5 in flight  ✓" in seen
    assert "nothing open   1 sent back to news.raw" in seen
    assert re.search(r"backfill +1 +5 published +0 read +2\.5 +5", seen)


def test_the_ledger_shows_what_is_too_old_only_where_there_is_such():
    assert "expired" not in drawn(books.ledger(ledger(CALM)), width=120)
    aged = CALM._replace(counters=Counters(1190, 0, 0, 0, 10), documents=Documents(1100, 1100, expired=90))
    seen = drawn(books.ledger(ledger(aged)), width=120)
    assert "1,200 seen = 1,100 indexed + 0 duplicate + 0 stale + 100 expired + 0 dead + 0 in flight  ✓" in seen
    assert "10 expired" in seen


def test_differences_are_shown_by_kind_with_what_would_mend_them():
    one = {"difference": "unindexed", "about": "not there", "id": "a1", "place": "news.tagged 0:1", "found": None,
           "expected": "version 7", "repair": "reset it"}  # fmt: skip
    total = {"compared": {"raw": 3, "raw_in_flight": 1}, "differences": {"unindexed": 4}}
    seen = drawn(differences.table_of([one, one | {"id": "a2"}], total), width=100)
    assert "4 not there" in seen
    assert "and 2 more" in seen
    assert "To mend it: reset it" in seen
    assert "✗ topics and index differ" in seen
    calm = drawn(differences.table_of([], {"compared": {"raw": 3}, "differences": {}}), width=100)
    assert "✓ topics and index agree" in calm


def test_what_became_of_letters_is_a_table():
    lines = [
        {"position": "0:1", "outcome": "replayed", "topic": "news.raw", "reason": None},
        {"position": "0:2", "outcome": "refused", "topic": "news.raw", "reason": "too large"},
    ]
    seen = drawn(tables.replayed(lines), width=80)
    assert re.search(r"0:2 +refused +news\.raw +too large", seen)
    assert "no letters" in drawn(tables.replayed([]))


def test_a_story_is_shown_once_with_how_many_others_tell_it_and_where():
    feeds = [{"url": "u", "title": "Xinwen"}, None, {"url": "u", "title": "Xinwen"}, {"url": "u", "title": "B"}]
    also = [{"id": f"a{n}", "title": "t", "url": f"https://n{n}.example/1", "feed": feed} for n, feed in enumerate(feeds)]
    hit = {
        "id": "a", "title": "算力紧缺", "url": None, "published_at": None, "fetched_at": "2026-11-24T00:00:00Z",
        "language": "zh", "feed": None, "themes": [], "highlights": {}, "also": also, "more": 12,
    }  # fmt: skip
    shown = drawn(tables.hits([hit], 40))
    assert "+12 more in this story: Xinwen, n1.example, B, …" in shown
    assert "1 story, 13 of 40 hits" in shown
    alone = drawn(tables.hits([{**hit, "also": [], "more": 0}], 40))
    assert "more in this story" not in alone
    assert "1 of 40 hits" in alone


def test_nothing_found_and_nothing_dead_are_said():
    assert drawn(tables.hits([], 0)).strip() == "nothing found"
    assert drawn(tables.dead([])).strip() == "no dead letters"
