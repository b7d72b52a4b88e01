"""Which pages the archive is given: those that are fetched, unless their publisher wants them kept by nobody."""

from datetime import UTC, datetime

import pytest
from newsloom_ingestor.crawl import Crawler
from newsloom_ingestor.fetch import Limits
from newsloom_ingestor.hosts import Hosts
from newsloom_ingestor.workers import Workers
from newsloom_schemas.types import RawArticle

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TEXT = " ".join(f"The ferry crossed the sound in {n} minutes, and its captain stood beside the wheel." for n in range(9))


@pytest.fixture
def crawl(server):
    """Fetch the page at /a; return what it gave and what was archived."""
    workers, archived = Workers(1), []
    limits = Limits("newsloom/test", allow_private=True, total_s=1.5, keep=archived.append)
    crawler = Crawler(limits, workers, Hosts(), clock=NOW.timestamp)
    article = RawArticle(id="a", origin="feed", url=server.url("/a"), title="Ferry", content="The ferry.", fetched_at=NOW)
    yield lambda: (crawler.crawl(article, NOW), archived)
    workers.close()


def html(head):
    return f"<html lang=en><head><title>The ferry</title>{head}</head><body><article><p>{TEXT}</p></article></body>".encode()


@pytest.mark.parametrize(
    ("head", "headers", "kept"),
    [
        ("", {}, 1),
        ("<meta name=robots content=nofollow>", {}, 1),
        ("<meta name=robots content=noarchive>", {}, 0),
        ("", {"x_robots_tag": "newsloom: noindex"}, 0),
    ],
)
def test_a_page_is_archived_unless_it_forbids_that(server, crawl, head, headers, kept):
    server.ok("/a", html(head), content_type="text/html", **headers)
    _, archived = crawl()
    assert [one.url for one in archived] == [server.url("/a")] * kept, "and no robots.txt is"


def test_a_page_that_gives_no_text_is_archived_too(server, crawl):
    server.ok("/a", b"<html><body>Menu", content_type="text/html")
    answer, archived = crawl()
    assert answer.reason == "no text"
    assert [one.body for one in archived] == [b"<html><body>Menu"]


def test_a_page_that_leads_where_robots_may_not_go_is_not(server, crawl):
    server.ok("/robots.txt", b"User-agent: *\nDisallow: /private/")
    server.redirect("/a", "/private/a")
    server.ok("/private/a", html(""), content_type="text/html")
    answer, archived = crawl()
    assert (answer.reason, archived) == ("robots.txt", [])
