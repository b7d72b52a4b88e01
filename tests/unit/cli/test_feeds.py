"""What the command line says of feeds: those that need somebody first, and why."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from newsloom_cli import feedhealth, feeds
from newsloom_cli.__main__ import main
from newsloom_cli.errors import UnavailableError
from newsloom_cli.look import standing
from newsloom_ingestor import opml
from newsloom_ingestor.opml import Source
from newsloom_schemas.codec import encode
from newsloom_schemas.types import FeedHealth
from support.feeds import rss

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def health(url, **more):
    given = {"outcome": "new", "checked_at": NOW, "interval_s": 3600.0, "why": "about right", "entries": 20, "new": 2}
    return FeedHealth(url=url, **(given | more))


TOLD = {
    h.url: h
    for h in (
        health("well"),
        health("failing", outcome="failed", error="HTTP 503", failures=2.5, succeeded_at=NOW - timedelta(days=3)),
        health("silent", silent=True, new_at=NOW - timedelta(days=9), usual_gap_s=7200.0),
        health("gone", outcome="gone", failures=1.0),
        health("dropped"),
        health("moved", moved_to="https://new.example/feed"),
    )
}
CONFIGURED = [Source(u, f"Title of {u}", "folder") for u in ("well", "failing", "silent", "gone", "moved", "never")]


def test_feeds_are_listed_as_configured_and_those_that_need_somebody_last():
    rows = feeds.lines(CONFIGURED, TOLD)
    assert [(r["url"], r["state"]) for r in rows] == [
        ("well", "well"),
        ("moved", "well"),
        ("never", "waiting"),
        ("silent", "silent"),
        ("failing", "failing"),
        ("gone", "gone"),
        ("dropped", "dropped"),
    ]
    assert rows[4]["title"] == "Title of failing"


def test_all_feeds_in_a_few_lines_and_what_is_wrong_the_worst_first():
    found = feedhealth.summary(TOLD.values(), NOW)
    assert found.head == "6 feeds: 3 well, 1 silent, 1 failing, 1 gone"
    assert [(one.url, one.state, one.said) for one in found.wrong] == [
        ("gone", "gone", "gone; it never answered"),
        ("failing", "failing", "HTTP 503; last answered 3 days ago"),
        ("silent", "silent", "nothing new for 9 days, usually every 2 h"),
        ("moved", "moved", "has moved for good to https://new.example/feed"),
    ]


def test_what_is_wrong_with_feeds_leaves_room_for_the_ledger():
    told = [health(f"f{n:02}", outcome="failed", error=f"HTTP {n}") for n in range(20)]
    shown = [line.plain for line in standing.feeds(feedhealth.summary(told, NOW))]
    assert shown[1] == "20 feeds: 20 failing; none answers: is this machine offline?"
    assert shown[2].split() == ["failing", "f00", "HTTP", "0;", "it", "never", "answered"]
    assert shown[-1] == "and 12 more, see `newsloom feeds list`"
    assert standing.feeds(feedhealth.summary([], NOW)) == []


def test_where_nothing_answers_it_is_rather_this_machine():
    told = [health(str(n), outcome="failed", error="no network") for n in range(3)]
    assert feedhealth.summary(told, NOW).head == "3 feeds: 3 failing; none answers: is this machine offline?"
    assert "offline" not in feedhealth.summary([*told, health("well")], NOW).head
    assert feedhealth.summary([], NOW).head == "no feeds"
    assert feedhealth.summary([health("one")], NOW).head == "1 feed: 1 well"


class Topic:
    """news.feeds, with these records."""

    def __init__(self, *found):
        self._records = [SimpleNamespace(key=url.encode(), value=value) for url, value in found]

    def partitions(self, _topic):
        return []

    def scan(self, _partitions):
        return self._records


def test_what_news_feeds_was_told_to_forget_is_forgotten_unless_it_came_back():
    a, b = (encode(health(url)) for url in "ab")
    assert set(feeds.latest(Topic(("a", a), ("b", b), ("a", None)))) == {"b"}
    assert set(feeds.latest(Topic(("a", a), ("a", None), ("a", a), ("c", b"no json")))) == {"a"}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("failing", "HTTP 503; last answered 3 days ago"),
        ("gone", "gone; it never answered"),
        ("silent", "nothing new for 9 days, usually every 2 h"),
        ("never", "not polled yet"),
        ("dropped", "no longer configured"),
        ("well", "20 entries, 2 new; about right"),
        ("moved", "20 entries, 2 new; about right; moved to https://new.example/feed"),
    ],
)
def test_a_sentence_says_what_there_is_to_say(url, said):
    row = next(r for r in feeds.lines(CONFIGURED, TOLD) if r["url"] == url)
    assert feeds.sentence(row, NOW) == said


@pytest.fixture(autouse=True)
def _nothing_else_is_set(monkeypatch):
    """Where the demo has run, a file says which feeds it polls."""
    monkeypatch.setenv("NEWSLOOM_ENV_FILE", "/dev/null")


@pytest.fixture
def server(server, monkeypatch):
    monkeypatch.setenv("NEWSLOOM_ALLOW_PRIVATE_ADDRESSES", "true")
    return server


def check(capfd, url):
    code = main(["feeds", "check", url, "--json"])
    out, err = capfd.readouterr()
    return code, json.loads(out) if out else err


def test_a_good_feed_is_explained(server, capfd):
    server.redirect("/old", "/feed", 301)
    server.ok("/feed", rss("https://e.org/1", "https://e.org/2"), etag='"x"', cache_control="max-age=7200")
    code, told = check(capfd, server.url("/old"))
    assert code == 0
    assert (told["articles"], told["dated"], told["etag"], told["fresh_for_s"]) == (2, 2, True, 7200)
    assert (told["found_at"], told["moved_for_good"], told["problem"]) == (server.url("/feed"), True, None)
    assert told["next_in_s"] >= 7200


@pytest.mark.parametrize(("path", "problem"), [("/none", "HTTP 404"), ("/page", "not a feed"), ("/empty", "no article in it")])
def test_what_is_wrong_with_a_feed_is_said_and_the_exit_code_is_1(server, capfd, path, problem):
    server.ok("/page", b"<html><body>hello</body></html>", content_type="text/html")
    server.ok("/empty", rss())
    code, told = check(capfd, server.url(path))
    assert code == 1
    assert problem in told["problem"]


def test_an_address_that_is_none_is_a_mistake(capfd):
    code, said = check(capfd, "example.com/feed")
    assert code == 2
    assert said == "newsloom: 'example.com/feed': not an http, https or file address\n"


def test_without_kafka_the_configured_feeds_are_listed_all_the_same(monkeypatch, capfd, tmp_path):
    opml = tmp_path / "feeds.opml"
    opml.write_text('<opml version="2.0"><body><outline title="A" xmlUrl="https://a.org/feed"/></body></opml>')
    monkeypatch.setenv("NEWSLOOM_FEEDS_FILE", str(opml))

    def away(_settings):
        raise UnavailableError("Kafka does not answer at 127.0.0.1:1")

    monkeypatch.setattr("newsloom_cli.engines.broker", away)
    assert main(["feeds", "list"]) == 0
    out, err = capfd.readouterr()
    assert [json.loads(line)["url"] for line in out.splitlines()] == ["https://a.org/feed"]
    assert err.startswith("newsloom: how the feeds stand is not known: Kafka does not answer")


@pytest.fixture
def opml_file(monkeypatch, tmp_path):
    path = tmp_path / "feeds.opml"
    path.write_text(
        """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title><!-- kept --></head><body>
  <outline text="Labs"><outline title="A" xmlUrl="https://a.org/feed" mine="yes"/></outline>
</body></opml>
"""
    )
    monkeypatch.setenv("NEWSLOOM_FEEDS_FILE", str(path))
    return path


def feeds_of(path):
    return {(s.url, s.title, s.category) for s in opml.read(path.read_bytes())}


A = ("https://a.org/feed", "A", "Labs")


def test_a_feed_is_added_under_its_own_title_once_it_has_answered(server, opml_file):
    server.ok("/feed", rss("https://e.org/1", title="Example News"))
    assert main(["feeds", "add", server.url("/feed"), "--folder", "Labs"]) == 0
    assert feeds_of(opml_file) == {A, (server.url("/feed"), "Example News", "Labs")}
    text = opml_file.read_text()
    assert 'mine="yes"' in text
    assert "<!-- kept -->" in text


def test_a_feed_that_gives_nothing_is_refused_unless_told_otherwise(server, opml_file, capfd):
    assert main(["feeds", "add", server.url("/none")]) == 1
    assert capfd.readouterr().err == f"newsloom: {server.url('/none')}: HTTP 404; --unchecked adds it all the same\n"
    assert feeds_of(opml_file) == {A}
    assert main(["feeds", "add", server.url("/none"), "--unchecked"]) == 0
    assert len(feeds_of(opml_file)) == 2


def test_a_feed_is_removed_and_what_is_not_there_is_said(opml_file, capfd):
    assert main(["feeds", "remove", "https://b.org/feed"]) == 1
    assert "has no feed https://b.org/feed" in capfd.readouterr().err
    assert main(["feeds", "remove", A[0]]) == 0
    assert feeds_of(opml_file) == set()
    assert "<!-- kept -->" in opml_file.read_text()


def test_adding_twice_is_said(opml_file, capfd):
    assert main(["feeds", "add", A[0], "--unchecked"]) == 1
    assert "is there already" in capfd.readouterr().err


def test_import_adds_what_is_new_and_export_gives_all(opml_file, tmp_path, monkeypatch, capfdbinary):
    other = tmp_path / "other.opml"
    other.write_bytes(opml.write([Source("https://b.org/feed", "B", "News/中文"), Source(A[0], "else", "")]))
    monkeypatch.setenv("NEWSLOOM_FEEDS", "https://c.org/feed")
    assert main(["feeds", "import", str(other)]) == 0
    assert feeds_of(opml_file) == {A, ("https://b.org/feed", "B", "News/中文")}
    capfdbinary.readouterr()
    assert main(["feeds", "export"]) == 0
    assert {s.url for s in opml.read(capfdbinary.readouterr().out)} == {A[0], "https://b.org/feed", "https://c.org/feed"}


def test_what_is_no_opml_changes_nothing(opml_file, tmp_path, capfd):
    (tmp_path / "bad").write_text("<rss/>")
    before = opml_file.read_bytes()
    assert main(["feeds", "import", str(tmp_path / "bad")]) == 2
    assert str(tmp_path / "bad") in capfd.readouterr().err
    assert opml_file.read_bytes() == before


def test_the_first_feed_makes_the_file(monkeypatch, tmp_path):
    path = tmp_path / "new" / "feeds.opml"
    monkeypatch.setenv("NEWSLOOM_FEEDS_FILE", str(path))
    assert main(["feeds", "add", "https://a.org/feed", "--title", "A", "--folder", "Labs", "--unchecked"]) == 0
    assert feeds_of(path) == {A}


def test_of_a_page_the_feeds_that_it_names_are_told(server, opml_file, capfd):
    server.ok("/", b'<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>', content_type="text/html")
    assert main(["feeds", "add", server.url("/")]) == 1
    assert f"the page names {server.url('/feed.xml')}" in capfd.readouterr().err
    assert feeds_of(opml_file) == {A}
    code, told = check(capfd, server.url("/"))
    assert (code, told["feeds"][0]) == (1, server.url("/feed.xml"))
