"""A site's index of sitemaps polled as a feed: its newest news, at a bounded cost, and nothing where nothing changed."""

import gzip
from datetime import UTC, datetime

import pytest
from newsloom_ingestor.decide import FeedState, Trust
from newsloom_ingestor.document import Sitemap
from newsloom_ingestor.fetch import FetchFailed, Limits, NotModified
from newsloom_ingestor.opml import Source
from newsloom_ingestor.poll import poll
from newsloom_ingestor.sitemapindex import MOST, chosen

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = NOW.timestamp() + 1
MAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*places):
    rows = "".join(f"<sitemap><loc>{url}</loc><lastmod>{changed}</lastmod></sitemap>" for url, changed in places)
    return f"<sitemapindex {MAP}>{rows}</sitemapindex>".encode()


def news(*links, paper="The Paper"):
    says = f"<news:publication><news:name>{paper}</news:name></news:publication>"
    rows = "".join(f"<url><loc>{u}</loc><news:news>{says}<news:title>On {u}</news:title></news:news></url>" for u in links)
    return f'<urlset {MAP} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{rows}</urlset>'.encode()


def polled(server, feed=None):
    source = Source(server.url("/sitemap.xml"), "Mine", "papers")
    limits = Limits("newsloom-test", allow_private=True)
    return poll(source, feed or FeedState(source.url), limits, NOW, pause=lambda _: None).answer


def held(server, answer, audit_at=LATER):
    return FeedState(server.url("/sitemap.xml"), answer.fetched.validators, trust=Trust(0, audit_at))


def test_the_newest_sitemaps_of_an_index_are_its_articles(server):
    places = [(server.url(f"/news-{n}.xml"), f"2026-11-{n:02}T08:00:00Z") for n in range(1, 20)]
    server.ok("/sitemap.xml", index(*places, (server.url("/pages.xml"), "2026-11-24T08:00:00Z")))
    for n in range(1, 20):
        server.ok(f"/news-{n}.xml", news(f"https://e.org/{n}", "https://e.org/each"))

    parsed = polled(server).parsed

    assert [a.url for a in parsed.articles] == [
        "https://e.org/19",
        "https://e.org/each",
        *(f"https://e.org/{n}" for n in (18, 17, 16, 15)),
    ]
    assert (parsed.feed.url, parsed.feed.title, parsed.feed.category) == (server.url("/sitemap.xml"), "The Paper", "papers")
    assert len(parsed.sitemaps) == MOST
    assert not server.asked("/pages.xml"), "where some are called news, the others are archives"


def test_what_has_not_changed_is_not_told_again_and_what_has_is(server):
    server.ok("/sitemap.xml", index((server.url("/a.xml"), "")), etag='"1"')
    server.ok("/a.xml", news("https://e.org/1"))
    first = polled(server)
    assert polled(server, held(server, first)) == NotModified("the same bytes")
    server.ok("/a.xml", news("https://e.org/1", "https://e.org/2"))
    again = polled(server, held(server, first))
    assert [a.url for a in again.parsed.articles] == ["https://e.org/1", "https://e.org/2"]


@pytest.mark.parametrize(("changed", "requests"), [("2026-11-24T08:00:00Z", 1), ("2026-11-24", 2), ("", 2)])
def test_an_index_spares_requests_only_where_it_says_to_the_minute_what_changed(server, changed, requests):
    server.ok("/sitemap.xml", index((server.url("/a.xml"), changed)), etag='"1"')
    server.ok("/a.xml", news("https://e.org/1"))
    assert isinstance(polled(server, held(server, polled(server))), NotModified)
    assert len(server.asked("/a.xml")) == requests


def test_an_index_that_claims_that_nothing_changed_is_found_out(server):
    server.ok("/sitemap.xml", index((server.url("/a.xml"), "2026-11-24T08:00:00Z")), etag='"1"')
    server.ok("/a.xml", news("https://e.org/1"))
    first = polled(server)
    assert polled(server, held(server, first, audit_at=0)).audited
    server.ok("/a.xml", news("https://e.org/2"))
    assert polled(server, held(server, first, audit_at=0)).fetched.denied


def test_a_sitemap_that_failed_for_now_is_asked_for_again_although_the_index_stays_the_same(server):
    places = [(server.url(f"/{name}.xml"), "2026-11-24T08:00:00Z") for name in "ab"]
    server.ok("/sitemap.xml", index(*places), etag='"1"')
    server.ok("/a.xml", news("https://e.org/1"))
    server.status("/b.xml", 503)
    first = polled(server)
    server.ok("/b.xml", news("https://e.org/2"))
    assert len(polled(server, held(server, first)).parsed.articles) == 2


def test_an_index_of_indexes_is_followed_once_and_never_in_a_circle(server):
    server.ok("/sitemap.xml", index((server.url("/2026.xml"), "")))
    server.ok(
        "/2026.xml", index((server.url("/2026.xml"), ""), (server.url("/november.xml.gz"), ""), (server.url("/deep.xml"), ""))
    )
    server.ok("/november.xml.gz", gzip.compress(news("https://e.org/1")), content_type="application/gzip")
    server.ok("/deep.xml", index((server.url("/deeper.xml"), "")))
    assert [a.url for a in polled(server).parsed.articles] == ["https://e.org/1"]
    assert not server.asked("/deeper.xml")


def test_an_index_without_news_is_a_failure_that_says_why(server):
    server.ok("/sitemap.xml", index((server.url("/a.xml"), "")))
    server.ok("/a.xml", f"<urlset {MAP}><url><loc>https://e.org/about</loc></url></urlset>".encode())
    answer = polled(server)
    assert isinstance(answer, FetchFailed)
    assert answer.reason.startswith(
        f"an index of 1 sitemaps; {server.url('/a.xml')}: not a feed: a sitemap of pages, not of news"
    )


def test_an_index_reaches_no_other_site():
    listed = [
        Sitemap(url) for url in ("https://other.example/news.xml", "file:///etc/passwd", "https://www.e.org/a.xml", "//x")
    ]
    assert [s.url for s in chosen(listed, "https://e.org/sitemap.xml")] == ["https://www.e.org/a.xml"]


def test_an_index_of_other_sites_only_is_a_failure(server):
    server.ok("/sitemap.xml", index(("https://other.example/news.xml", "")))
    assert polled(server) == FetchFailed("not a feed: an index of 1 sitemaps, none of them on its own site", "hard")
