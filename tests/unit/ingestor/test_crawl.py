"""From an article that waits to its page's answer: manners first, then the page, on a server that misbehaves."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from newsloom_ingestor import merge, robots
from newsloom_ingestor.canonical import canonical_url
from newsloom_ingestor.crawl import Crawler, failed
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, Validators
from newsloom_ingestor.hosts import Hosts
from newsloom_ingestor.robots import Allowed, Refused, Robots, Unknown
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.workers import Workers
from newsloom_schemas.identity import article_id
from newsloom_schemas.types import Feed, RawArticle

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
T = NOW.timestamp()
LIMITS = Limits("newsloom/test (+https://contact.example)", allow_private=True, total_s=1.5)
TEXT = " ".join(f"The ferry crossed the sound in {n} minutes, and its captain stood beside the wheel." for n in range(9))
SUMMARY = "The ferry crossed the sound, and its captain stood beside the wheel."


def html(text=TEXT, head=""):
    return f"<html lang=en><head><title>The ferry</title>{head}</head><body><article><p>{text}</p></article></body>".encode()


def article(url, **more):
    given = {"title": "Ferry without a helmsman", "content": SUMMARY, "feed": Feed(url="https://e.org/feed"), **more}
    return RawArticle(id=article_id(canonical_url(url)), origin="feed", url=url, fetched_at=NOW, **given)


def id_of(url):
    return article_id(canonical_url(url))


@pytest.fixture(scope="module")
def workers():
    made = Workers(1)
    yield made
    made.close()


@pytest.fixture
def hosts():
    return Hosts()


@pytest.fixture
def crawl(server, workers, hosts):
    crawler = Crawler(LIMITS, workers, hosts, clock=lambda: T)
    return lambda path, tries=0, **more: crawler.crawl(article(server.url(path), **more), NOW, tries)


# the page and the article

FORBIDS = {
    "noindex": "noindex", "all, NoIndex": "noindex", "none": "noindex", "noarchive": "noarchive", "nosnippet": "nosnippet",
    "max-snippet:0": "nosnippet", "newsloom: noindex": "noindex", "googlebot: nofollow, noindex": "", "*: noindex": "noindex",
    "newsloom: nofollow, unavailable_after: 23 Nov 2026 15:00:00 GMT": "unavailable_after",
    "unavailable_after: Mon, 23 Nov 2026 15:00:00 GMT, nofollow": "unavailable_after",
    "unavailable_after: 2026-11-25": "", "unavailable_after: soon": "", "max-snippet:50, index, follow": "", "": "",
    "max-image-preview:large, noindex": "noindex",
}  # fmt: skip


@pytest.mark.parametrize(("says", "reason"), FORBIDS.items())
def test_a_page_that_forbids_its_use_is_not_used_whether_the_server_says_so_or_the_page(server, crawl, says, reason):
    server.ok("/a", html(), x_robots_tag=says)
    name = "NEWSLOOM" if says.startswith("newsloom") else "robots"
    server.ok("/b", html(head=f"<meta name='{name}' content='{says.removeprefix('newsloom:')}'>"))
    for answer in (crawl("/a"), crawl("/b")):
        assert (answer.reason, answer.article is None, answer.retry_s) == (reason, bool(reason), None)


def test_what_other_robots_are_told_binds_only_them(server, crawl):
    server.ok("/a", html(head="<meta name=googlebot content=noindex><meta name=description content=noindex>"))
    assert crawl("/a").article


def test_the_page_s_text_takes_the_place_of_the_feed_s_summary(server, crawl):
    head = "<meta name=author content='Ada Nwosu'><meta property=og:image content=/f.jpg><link rel=canonical href=/ferry>"
    server.ok("/a", html(head=head), content_type="text/html; charset=utf-8")
    answer = crawl("/a")
    found = answer.article
    assert (found.title, found.content) == ("Ferry without a helmsman", TEXT), "the feed's title stays"
    assert (found.extraction.method, found.extraction.length, found.extraction.reason) == ("page", len(TEXT), "")
    assert (found.authors, found.image, found.language) == (("Ada Nwosu",), server.url("/f.jpg"), "en")
    assert found.canonical == server.url("/ferry")
    assert answer.ids == (id_of(server.url("/ferry")),)
    assert found.id == id_of(server.url("/a"))
    (asked,) = server.asked("/a")
    assert asked["User-Agent"] == "newsloom/test (+https://contact.example)"
    assert asked["Accept"].startswith("text/html")


def test_what_the_feed_says_outweighs_the_page(server, crawl):
    server.ok("/a", html(head="<meta name=author content=B><meta name=date content=2026-11-01T10:00:00Z>"))
    found = crawl("/a", authors=("A",), language="de", published_at=NOW, title=SUMMARY[:20]).article
    assert (found.authors, found.language, found.published_at) == (("A",), "de", NOW)
    assert found.title == "The ferry", "the feed had none: it was made of the text"


def test_a_time_with_its_zone_is_better_than_the_feed_s_without(server, crawl):
    server.ok("/a", html(head="<meta name=date content=2026-11-24T10:00:00+01:00>"))
    server.ok("/b", html(head="<meta name=date content='2026-11-24 10:00'>"))
    nine = datetime(2026, 11, 24, 9, tzinfo=UTC)
    given = {"published_at": NOW, "date_note": "no-zone"}
    assert [(a.published_at, a.date_note) for p in ("/a", "/b") if (a := crawl(p, **given).article)] == [
        (nine, None),
        (NOW, "no-zone"),
    ]
    assert [(a.published_at, a.date_note) for p in ("/a", "/b") if (a := crawl(p).article)] == [
        (nine, None),
        (nine + timedelta(hours=1), "no-zone"),
    ]


def test_a_page_with_less_than_the_feed_leaves_the_feed_s_text(server, crawl):
    server.ok("/a", html())
    found = crawl("/a", content=TEXT + " And more than that.").article
    assert (found.content, found.extraction.method) == (TEXT + " And more than that.", "feed")
    assert found.extraction.reason == "the page has less"


def test_a_page_that_tells_something_else_is_not_taken(server, crawl):
    server.ok("/a", html(), content_type="text/html")
    answer = crawl("/a", title="Parliament debates pensions", content="Members argued about contributions until midnight.")
    assert (answer.article, answer.reason, answer.ids) == (None, "the page tells something else", ())


def test_a_walled_page_is_told_by_its_wall(server, crawl):
    server.ok("/a", html(SUMMARY * 5 + "</p><p>Subscribe to continue reading"))
    assert crawl("/a") == (None, "paywall", (), None)


# identities


def test_redirects_lead_to_the_article_s_other_address(server, crawl):
    server.redirect("/a", "/b?utm_source=x", 301)
    server.ok("/b?utm_source=x", html())
    assert crawl("/a").ids == (id_of(server.url("/b")),)


def test_a_front_page_is_no_article(server, crawl):
    server.redirect("/gone-article", "/")
    server.ok("/", html())
    assert crawl("/gone-article") == (None, "redirected to the front page", (), None)


IDENTITIES = {
    "https://www.e.org/2": ["https://e.org/2"],
    "https://news.e.org/2": ["https://news.e.org/2"],
    "https://e.org/news/1?utm_source=x": [],
    "https://other.org/2": [],
    "https://note.org/2": [],
    "https://e.org/": [],
    "https://e.org/news": [],
}


@pytest.mark.parametrize(("canonical", "known"), IDENTITIES.items())
def test_a_canonical_address_counts_within_its_own_site(canonical, known):
    assert merge.identities("https://e.org/news/1", "https://e.org/news/1", canonical) == tuple(map(id_of, known))


def test_two_blogs_of_one_platform_are_two_sites():
    assert not merge.same_site("https://a.blogs.example/1", "https://b.blogs.example/1")


def test_pages_are_wanted_where_the_feed_has_a_part_of_an_article_on_the_web():
    assert merge.wants(article("https://e.org/1"), whole=False)
    assert not merge.wants(article("https://e.org/1"), whole=True)
    assert not merge.wants(article("https://e.org/notes#v2"), whole=False), "the page has all the notes"
    assert not merge.wants(msgspec.structs.replace(article("https://e.org/1"), origin="push"), whole=False)
    assert not merge.wants(msgspec.structs.replace(article("https://e.org/1"), url=None), whole=False)


def test_without_a_contact_no_pages():
    assert "NEWSLOOM_CONTACT" in IngestorSettings().pages_off
    assert IngestorSettings(contact="https://e.org").pages_off == ""
    assert "NEWSLOOM_PAGES" in IngestorSettings(contact="https://e.org", pages="off").pages_off


# failures

NEVER = {"HTTP 404": "soft", "HTTP 410": "gone", "HTTP 403": "hard", "HTTP 401": "hard", "HTTP 451": "hard", "larger": "hard"}
LATER = {"HTTP 429": "soft", "HTTP 503": "soft", "HTTP 500": "soft", "ReadTimeout": "soft", "ConnectError": "network"}


@pytest.mark.parametrize(("reason", "kind"), [*NEVER.items(), *LATER.items()])
def test_only_what_is_likely_to_pass_is_tried_again_and_each_time_later(reason, kind):
    pauses = [failed(FetchFailed(reason, kind), tries).retry_s for tries in range(4)]
    assert pauses == ([None] * 4 if reason in NEVER else [300.0, 600.0, 1200.0, 2400.0])
    assert failed(FetchFailed(reason, kind), 0).reason == reason


def test_a_server_that_says_when_is_believed(server, crawl, hosts):
    server.status("/busy", 429, retry_after="1800")
    answer = crawl("/busy")
    assert (answer.reason, answer.retry_s) == ("HTTP 429", 1800.0)
    assert hosts.when("127.0.0.1") == T + 1800, "and no other page of the host is asked for meanwhile"


def test_a_server_that_misbehaves_is_a_reason_not_an_error(server, crawl):
    server.slow("/slow", html(), 0.05)
    server.truncated("/cut", html())
    server.bomb("/bomb", 50_000_000)
    server.redirect("/loop", "/loop")
    server.ok("/pdf", b"%PDF", content_type="application/pdf")
    server.ok("/empty", b"", content_type="text/html")
    server.status("/404", 404)
    found = {p: crawl(p) for p in ("/slow", "/cut", "/bomb", "/loop", "/pdf", "/empty", "/404")}
    assert all(a.article is None and a.reason for a in found.values())
    assert {p for p, a in found.items() if a.retry_s} == {"/slow", "/cut", "/loop"}
    assert found["/pdf"].reason == "not HTML but application/pdf"
    assert found["/empty"].reason == "empty"


def test_private_addresses_are_refused(server, workers, hosts):
    crawler = Crawler(LIMITS._replace(allow_private=False), workers, hosts)
    server.ok("/a", html())
    answer = crawler.crawl(article(server.url("/a")), NOW)
    assert answer.article is None
    assert "not a public address" in answer.reason
    assert server.asked("/a") == []


def test_a_page_that_hangs_its_reader_ends_with_a_reason(server, crawl, monkeypatch):
    monkeypatch.setattr("newsloom_ingestor.crawl.READ_S", 1.0)
    attributes = " ".join(f"a{n}=1" for n in range(150_000))
    server.ok("/bomb", f"<html><body><div {attributes}>".encode() + html())
    server.ok("/a", html())
    assert crawl("/bomb") == (None, "could not be read: not done after 1 s", (), None)
    assert crawl("/a").article.content == TEXT


# robots.txt


def test_robots_txt_is_asked_once_a_day_and_obeyed(server, crawl, hosts):
    server.ok(
        "/robots.txt",
        b"User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n\nUser-agent: newsloom\nDisallow: /no/\nAllow: /no/but\n",
    )
    for path in ("/no/1", "/no/but", "/private/1", "/moved"):
        server.ok(path, html())
    server.redirect("/moved", "/no/1")
    assert crawl("/no/1") == (None, "robots.txt", (), None)
    assert crawl("/no/but").article
    assert crawl("/private/1").article, "the group that names us counts alone"
    assert crawl("/moved").reason == "robots.txt", "where redirects lead counts too"
    assert len(server.asked("/robots.txt")) == 1
    assert hosts.when("127.0.0.1") == T + 1


def answers(*given):
    """A ``get`` that gives these answers in turn, and the addresses that it was asked for."""
    left, asked = list(given), []

    def get(url):
        asked.append(url)
        return left.pop(0)

    return get, asked


def text(data):
    return Fetched(data, "text/plain", "", Validators())


def test_a_crawl_delay_is_heard():
    robots_txt, _ = answers(text(b"User-agent: *\nCrawl-delay: 7"))
    assert Robots(robots_txt, robots.rule).may("https://e.org/1", T) == Allowed(7.0)


ABSENT = {"HTTP 404": True, "HTTP 403": True, "HTTP 429": False, "HTTP 503": False, "ReadTimeout": False}


@pytest.mark.parametrize(("reason", "allowed"), ABSENT.items())
def test_no_robots_txt_allows_everything_and_one_that_cannot_be_had_nothing_for_now(reason, allowed):
    get, asked = answers(FetchFailed(reason, "soft"), text(b"User-agent: *\nDisallow:"))
    both = Robots(get, robots.rule)
    first = both.may("https://e.org/1", T)
    assert first == (Allowed() if allowed else Unknown(900.0, f"robots.txt: {reason}"))
    assert both.may("https://e.org/2", T + 800) == (Allowed() if allowed else Unknown(100.0, f"robots.txt: {reason}"))
    assert asked == ["https://e.org/robots.txt"]
    assert both.may("https://e.org/1", T + 86_400) == Allowed()
    assert len(asked) == 2


def test_hosts_and_ports_have_their_own():
    get, asked = answers(*[text(b"User-agent: *\nDisallow: /")] * 3)
    all_three = Robots(get, robots.rule)
    for url in ("https://e.org/1", "http://e.org/1", "https://e.org:8443/1", "https://e.org/2"):
        assert all_three.may(url, T) == Refused()
    assert asked == ["https://e.org/robots.txt", "http://e.org/robots.txt", "https://e.org:8443/robots.txt"]


def test_a_robots_txt_that_breaks_its_reader_allows_nothing():
    def judge(_data, _url):
        raise RuntimeError("not done after 5 s")

    robots_txt, _ = answers(text(b"*" * 1000))
    assert isinstance(Robots(robots_txt, judge).may("https://e.org/1", T), Unknown)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe\0", b"<html>not found</html>", "User-agent: *\nDisallow: /秘密/".encode(), b"Disallow /\n" * 10_000],
)
def test_nonsense_in_robots_txt_refuses_nothing(data):
    assert robots.rule(data, "https://e.org/1").allowed


# pace


def test_a_host_rests_between_two_requests():
    hosts = Hosts()
    assert hosts.free("e.org", T)
    hosts.note("e.org", T)
    assert (hosts.free("e.org", T + 0.9), hosts.free("e.org", T + 1), hosts.free("f.org", T)) == (False, True, True)
    hosts.note("e.org", T + 1, 30)
    hosts.note("e.org", T + 2)
    assert hosts.when("e.org") == T + 31, "a shorter wish does not shorten a longer one"
    assert hosts.waiting(T + 3) == {"e.org"}
    hosts.note("e.org", T, 10**9)
    assert hosts.when("e.org") == T + 3600


def test_hosts_that_are_free_again_are_forgotten():
    hosts = Hosts()
    for n in range(10_001):
        hosts.note(f"{n}.org", T)
    hosts.note("last.org", T + 10)
    assert hosts.waiting(T) == {"last.org"}
