"""The difference that changed themes make, and when they may be applied."""

import io
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from newsloom_cli.look import articles, retag_page, retags
from newsloom_cli.retag import judging, marks, standing
from newsloom_cli.retag.judging import Move
from newsloom_cli.retag.marks import Mark
from newsloom_cli.retag.rereading import Held, Reread, Task, reread
from newsloom_cli.retag.standing import Standing
from newsloom_cli.retag.tally import Tally
from newsloom_schemas.codec import decode, header, trace_of
from newsloom_schemas.types import RawArticle, TaggedArticle, Tagger
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag
from rich.console import Console

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TARGET = Tagger(version=3002, taxonomy=2, digest="bbb")


@pytest.fixture(scope="module")
def short():
    """An article about a shortage, as the tagger of this release has tagged it."""
    raw = RawArticle(id="a", origin="feed", title="据NVIDIA发布，H100仍缺货", content="算力供不应求。", fetched_at=NOW)
    return tag(raw, Analyser(), NOW)


def held(article):
    return Held(msgspec.json.encode(article), "ab" * 16)


def without_themes(article):
    return msgspec.structs.replace(article, themes=())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, []),
        ({"jobs": 0.5}, {"jobs": 0.6}, []),
        ({"jobs": 0.5}, {"jobs": 0.61}, [Move("jobs", "changed", 0.5, 0.61)]),
        ({"jobs": 0.5}, {"chips": 0.6}, [Move("chips", "gained", None, 0.6), Move("jobs", "lost", 0.5, None)]),
    ],
)
def test_a_theme_is_gained_or_lost_or_its_score_moves_by_much(before, after, found):
    assert judging.moves(before, after) == found


def test_nothing_differs_where_the_same_rules_read_the_same_article_later(short):
    again = tag(short.article, Analyser(), NOW + timedelta(days=1))
    assert not judging.differs(short, again)
    assert judging.differs(short, without_themes(again))
    assert judging.differs(msgspec.structs.replace(short, language="en"), again), "what else was understood counts too"


def test_what_differs_is_published_saying_what_it_gained_and_goes_on_with_its_trace(short):
    (one,) = reread(Task("", "run-1"), [held(without_themes(short))])
    assert [m.kind for m in one.moves] == ["gained"] * len(short.themes)
    published = decode(TaggedArticle, one.message.value)
    assert (published.themes, published.retag.run, published.retag.lost) == (short.themes, "run-1", ())
    assert published.retag.gained == tuple(sorted(t.id for t in short.themes))
    assert (one.message.topic, header(one.message.headers, "ce_source")) == ("news.tagged", "/newsloom/cli")
    assert trace_of(header(one.message.headers, "traceparent")) == "ab" * 16
    assert one.reasons["compute-scarcity"]["for"][0]["text"]


def test_what_is_the_same_is_not_published(short):
    (one,) = reread(Task("", "run-1"), [held(short)])
    assert (one.differs, one.moves, one.message) == (False, (), None)


def test_a_theme_that_is_lost_says_why(short):
    strange = msgspec.structs.replace(short.themes[0], id="no-longer")
    silent = msgspec.structs.replace(short.themes[0], id="copyright")
    near = msgspec.structs.replace(short.themes[0], id="chips")
    claimed = msgspec.structs.replace(short, themes=(*short.themes, strange, silent, near))
    (one,) = reread(Task(""), [held(claimed)])
    assert one.reasons["no-longer"] == {"reason": "the theme is not in the taxonomy"}
    assert one.reasons["copyright"] == {"reason": "nothing speaks for it"}
    assert one.reasons["chips"]["score"] < one.reasons["chips"]["threshold"]


def test_an_article_that_breaks_the_analysis_costs_no_other(short):
    broken = Held(b'{"article":{"id":"b"}}')
    first, bad, last = reread(Task(""), [held(short), broken, held(short)])
    assert (first.error, last.error, bad.error.startswith("b: ValidationError")) == ("", "", True)


def moved(name, *found, differs=True):
    before = {m.theme: m.before for m in found if m.before is not None}
    after = {m.theme: m.after for m in found if m.after is not None}
    return Reread(id=name, title=f"Title {name}", before=before, after=after, moves=found, differs=differs)


GAINED, LOST = Move("jobs", "gained", None, 0.7), Move("chips", "lost", 0.6, None)


def test_the_difference_is_counted_theme_by_theme_with_the_first_of_each_kind():
    tally = Tally(samples=1)
    wanted = [tally.add(one) for one in (moved("a", GAINED), moved("b", GAINED, LOST), moved("c"), moved("d", differs=False))]
    assert wanted == [True, True, True, False], "something else may differ than themes"
    chips, jobs = tally.lines()
    assert (chips["theme"], chips["before"], chips["after"], chips["lost"]) == ("chips", 1, 0, 1)
    assert (jobs["before"], jobs["after"], jobs["gained"], [s["id"] for s in jobs["samples"]]) == (0, 2, 2, ["a"])
    assert tally.total() == {"read": 4, "differ": 3, "same": 1, "skipped": {}, "failed": 0}


def test_of_one_theme_only_the_articles_in_which_it_moves_are_asked_for():
    tally = Tally(["chips"])
    assert [tally.add(one) for one in (moved("a", GAINED), moved("b", GAINED, LOST), moved("c"))] == [False, True, False]
    assert [line["theme"] for line in tally.lines()] == ["chips"]


WELL = Standing(("3002 bbb",), 1, frozenset({"news.theme.jobs"}), 3001, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"newest": 3002}, ""),
        ({"newest": 3005}, "the index has articles of version 3005, and these themes are version 3002"),
        ({"strangers": 7}, "7 articles were tagged by other rules under the same number: raise the version in x/taxonomy.yaml"),
        ({"topics": frozenset()}, "Kafka has no topic news.theme.jobs: run the set-up step"),
    ],
)  # fmt: skip
def test_themes_are_refused_whose_number_or_topics_are_not_right(changes, said):
    found = standing.refusal(TARGET, ["jobs"], WELL._replace(**changes), "x")
    assert found.startswith(said), found
    assert bool(found) == bool(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"taggers": ()}, ""),
        ({"taggers": ("3001 aaa", "3002 bbb")}, "the taggers that run have other themes (version 3001 aaa;"),
        ({"taggers": ("",)}, "the taggers that run have other themes (version one that does not say;"),
        ({"indexers": 0}, "no indexer is running"),
    ],
)
def test_what_runs_must_have_the_same_themes(changes, said):
    found = standing.disagreement(TARGET, WELL._replace(**changes), "x")
    assert found.startswith(said), found
    assert bool(found) == bool(said)


FRESH = marks.begun(TARGET, ["jobs"], None, NOW)


def test_a_run_goes_on_that_does_the_same():
    before = msgspec.structs.replace(FRESH, run="earlier", upto=7, read=100, published=3)
    assert marks.resumed(marks.encode(before), FRESH) == before
    assert FRESH.run == "20261124T000000Z-3002"


@pytest.mark.parametrize("changes", [{"version": 3001}, {"digest": "ccc"}, {"themes": ()}, {"since": NOW}])
def test_a_run_that_does_something_else_begins_anew(changes):
    assert marks.resumed(marks.encode(msgspec.structs.replace(FRESH, upto=7, **changes)), FRESH) == FRESH


@pytest.mark.parametrize("text", [None, "", "x", "{}", "[]"])
def test_a_run_begins_anew_where_none_was_killed(text):
    assert marks.resumed(text, FRESH) == FRESH
    assert marks.encode(None) == ""


def test_a_mark_fits_into_what_kafka_keeps_beside_an_offset():
    many = Mark(run="r" * 30, version=3002, digest="d" * 12, themes=tuple(f"{n:060}" for n in range(40)), upto=1, read=10**9)
    assert len(marks.encode(many)) < 4096


def shown():
    tally = Tally()
    sample = moved("a", GAINED, LOST)._replace(
        title="<script>alert(1)</script>", url="javascript:alert(1)",
        reasons={
            "jobs": {"for": [{"rule": "posts go", "text": "jobs & posts"}]},
            "chips": {"score": 0.3, "threshold": 0.5, "for": [], "against": [{"rule": "no chips", "text": "potato chips"}]},
        },
    )  # fmt: skip
    tally.add(sample)
    return list(tally.lines()), {**tally.total(), "version": 3002, "dry_run": True}


def test_a_page_has_the_bars_and_the_samples_and_runs_nothing_that_an_article_says():
    page = retag_page.page(*shown())
    assert ("<script" in page, "javascript:" in page, "&lt;script&gt;" in page) == (False, False, True)
    assert page.count('class="gained" style="width:100.0%"') == page.count('class="lost" style="width:100.0%"') == 1
    assert "for: posts go <q>jobs &amp; posts</q>" in page
    assert "0.60, now 0.30 of 0.50" in page


def test_on_a_terminal_each_sample_says_why():
    text = io.StringIO()
    Console(file=text, width=200).print(retags.difference(*shown()))
    told = text.getvalue()
    assert "+ <script>alert(1)</script>" in told
    assert "0.30, and 0.50 is asked for · against it: no chips: “potato chips”" in told
    assert "1 articles read anew, 1 differ" in told


def test_an_article_that_is_taken_back_is_shown_as_such(short):
    retagged = judging.retagged(short, "run", [GAINED, LOST])
    text = io.StringIO()
    Console(file=text, width=200).print(articles.arrived(retagged))
    assert "tagged anew · added to ● jobs · taken out of ● chips" in text.getvalue()
