"""The running ingestor tells how its feeds stand, and notices that other feeds are configured."""

import json

import newsloom_setup.topics
import pytest
from newsloom_cli.__main__ import main
from newsloom_common import kafka
from newsloom_ingestor import opml
from newsloom_ingestor.opml import Source
from newsloom_native import running
from newsloom_schemas.codec import decode
from newsloom_schemas.topics import FEEDS, RAW
from newsloom_schemas.types import FeedHealth
from support import records
from support.feeds import rss
from support.services import Service

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def engine():
    with running.kafka() as started:
        newsloom_setup.topics.ensure(started.address, [])
        yield started


@pytest.fixture
def listing(engine, tmp_path, monkeypatch, capsys):
    """Call `newsloom feeds list --json` with the ingestor's settings and return its lines by address."""
    monkeypatch.setenv("NEWSLOOM_KAFKA", engine.address)
    monkeypatch.setenv("NEWSLOOM_FEEDS_FILE", str(tmp_path / "feeds.opml"))

    def call():
        assert main(["feeds", "list", "--json"]) == 0
        return {row["url"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}

    return call


def configure(tmp_path, *urls):
    (tmp_path / "feeds.opml").write_bytes(opml.write([Source(url, f"Title of {url}", "Labs") for url in urls]))


def ingestor(engine, tmp_path):
    settings = {"feeds_file": tmp_path / "feeds.opml", "seeds_dir": "", "state_dir": tmp_path / "state"}
    return Service("ingestor", tmp_path, kafka=engine.address, allow_private_addresses="true", **settings)


def until_states(listing, service, expected):
    """Wait; feeds of other tests are on the topic too."""
    records.until(lambda: {u: r["state"] for u, r in listing().items() if u in expected} == expected, 20, service.tail)


def test_feeds_list_says_how_each_feed_stands_and_why_one_fails(engine, server, listing, tmp_path):
    good, bad = server.url("/good"), server.url("/bad")
    server.ok("/good", rss("https://news.invalid/1", "https://news.invalid/2"), etag='"1"')
    server.status("/bad", 503)
    configure(tmp_path, good, bad)
    assert {row["state"] for url, row in listing().items() if url in {good, bad}} == {"waiting"}
    with ingestor(engine, tmp_path) as service:
        until_states(listing, service, {good: "well", bad: "failing"})
        rows = listing()
        assert list(rows)[-1] == bad, "the feed that needs somebody comes last, next to the prompt"
        assert "503" in rows[bad]["error"]
        assert (rows[good]["entries"], rows[good]["new"], rows[good]["validators"]) == (2, 2, "etag")
        assert service.stop() == 0


def test_a_feed_that_is_added_while_it_runs_is_polled_and_a_removed_one_is_forgotten(engine, server, listing, tmp_path):
    first, second = server.url("/first"), server.url("/second")
    server.ok("/first", rss("https://news.invalid/first"))
    server.ok("/second", rss("https://news.invalid/second"))
    configure(tmp_path, first)
    with ingestor(engine, tmp_path) as service:
        records.until(lambda: server.asked("/first"), 20, service.tail)
        configure(tmp_path, first, second)
        records.until(lambda: server.asked("/second"), 8, service.tail)
        configure(tmp_path, second)
        records.until(lambda: '"removed": 1' in service.log.read_text(), 8, service.tail)
        records.until(lambda: listing().get(second, {}).get("state") == "well", 20, service.tail)
        records.until(lambda: first not in listing(), 10, service.tail)
        assert service.stop() == 0
    configure(tmp_path)
    with ingestor(engine, tmp_path) as service:
        records.until(lambda: second not in listing(), 30, service.tail)
        assert service.stop() == 0


def test_a_file_that_cannot_be_read_leaves_the_feeds_as_they_were_and_is_told_once(engine, server, tmp_path):
    for path in ("/a", "/b"):
        server.ok(path, rss(f"https://news.invalid{path}"))
    configure(tmp_path, server.url("/a"))
    with ingestor(engine, tmp_path) as service:
        records.until(lambda: server.asked("/a"), 20, service.tail)
        (tmp_path / "feeds.opml").write_text("<opml><body><outline")
        records.until(lambda: "the feeds stay as they were" in service.log.read_text(), 8, service.tail)
        configure(tmp_path, server.url("/a"), server.url("/b"))
        records.until(lambda: server.asked("/b"), 8, service.tail)
        assert service.stop() == 0
    assert service.log.read_text().count("the feeds stay as they were") == 1
    assert '"removed": 1' not in service.log.read_text()


def test_articles_are_published_where_nobody_can_be_told_of_feeds(server, tmp_path):
    with running.kafka() as old:
        newsloom_setup.topics.ensure(old.address, [])
        client = kafka.admin(old.address, "test")
        client.delete_topics([FEEDS])
        client.close()
        server.ok("/feed", rss(*(f"https://news.invalid/{n}" for n in range(5))))
        configure(tmp_path, server.url("/feed"))
        with ingestor(old, tmp_path) as service:
            records.until(lambda: records.count(old.address, RAW) >= 5, 30, service.tail)
            records.until(lambda: "how feeds stand cannot be told" in service.log.read_text(), 20, service.tail)
            newsloom_setup.topics.ensure(old.address, [])
            records.until(lambda: records.count(old.address, FEEDS) >= 1, 20, service.tail)
            assert service.stop() == 0
        (told,) = records.read(old.address, FEEDS)
        assert decode(FeedHealth, told.value).outcome == "new", "told as soon as it could be"
