"""A page's address and its HTML → where its feeds are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.discover import MAX_FOUND, Found, discover, sites
from newsloom_ingestor.text import clean

URL = "https://e.org/blog/post"


def found(head="", body="", url=URL):
    page = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()
    return tuple(f for f in discover(page, url) if not f.guess)


def link(href, kind="application/rss+xml", title="", rel="alternate"):
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (link("/feed", title="News &amp; more"), Found("https://e.org/feed", "News & more", "rss")),
        (link("a.xml", "application/atom+xml; charset=utf-8"), Found("https://e.org/blog/a.xml", "", "atom")),
        (link("//x.org/j", "application/feed+json", rel="ALTERNATE home"), Found("https://x.org/j", "", "json")),
        (link("/f", "", rel="feed"), Found("https://e.org/f", "", "")),
        (link("/atom.xml", "text/xml"), Found("https://e.org/atom.xml", "", "")),
        ('<base href="https://other.org/dir/">' + link("feed"), Found("https://other.org/dir/feed", "", "rss")),
        ('<base href="javascript:x">' + link("/feed"), Found("https://e.org/feed", "", "rss")),
    ],
)
def test_what_a_page_declares_is_found(element, expected):
    assert found(element) == (expected,)


@pytest.mark.parametrize(
    "element",
    [
        link("/wp-json/wp/v2/posts/1", "application/json"),
        link("/de/", "text/html"),
        link("javascript:alert(1)"),
        link("ftp://e.org/feed"),
        link("/style.css", rel="stylesheet"),
        link(""),
        '<a href="/newsfeeder">a</a><a href="/rssi">b</a><a href="mailto:rss@e.org">c</a><a>d</a>',
    ],
)
def test_what_is_no_feed_is_not(element):
    assert [f for f in found(element) if f.url != URL] == []


def test_links_that_look_like_feeds_come_after_what_is_declared_and_comments_last():
    head = link("/comments/feed", title="Comments") + link("/feed")
    body = '<a href="https://feeds.x.org/e"><b>By</b> RSS</a> <a href="/p?format=atom#x">Atom</a> <a href="/feed">again</a>'
    assert [(f.url, f.title) for f in found(head, body)] == [
        ("https://e.org/feed", ""),
        ("https://e.org/comments/feed", "Comments"),
        ("https://feeds.x.org/e", "By RSS"),
        ("https://e.org/p?format=atom", "Atom"),
    ]


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos", ["https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"]),
        ("https://github.com/a/b.c", [f"https://github.com/a/b.c/{n}.atom" for n in ("releases", "tags", "commits")]),
        ("https://github.com/a/b/releases/tag/v1", ["https://github.com/a/b/releases.atom"]),
        ("https://old.reddit.com/r/LocalLLaMA/top/?t=day", ["https://www.reddit.com/r/LocalLLaMA/.rss"]),
        ("https://arxiv.org/list/cs.CL/recent", ["https://rss.arxiv.org/rss/cs.CL"]),
        ("https://someone.substack.com/p/x", ["https://someone.substack.com/feed"]),
        ("https://e.org/github.com/a/b", []),
    ],
)  # fmt: skip
def test_the_feeds_of_great_sites_are_known_without_their_page(page, feeds):
    assert [f.url for f in discover(b"", page) if not f.guess] == feeds


def test_every_row_of_the_table_makes_an_address_and_has_a_source():
    assert len(sites()) > 10
    assert all(site.feed.startswith("https://") and site.page.pattern.startswith("https://") for site in sites())


def test_guesses_are_marked_and_come_last():
    all_found = discover(link("/feed").encode(), "https://e.org/blog?x=1")
    guesses = [f.url for f in all_found if f.guess]
    assert all_found[0] == Found("https://e.org/feed", "", "rss"), "declared is no guess"
    assert {"https://e.org/blog/feed", "https://e.org/rss.xml", "https://e.org/news-sitemap.xml"} <= set(guesses)
    assert guesses == [f.url for f in all_found[1:]]
    assert discover(b"", "file:x.html") == ()


def test_titles_are_read_in_the_page_s_encoding():
    page = ('<meta charset="gbk">' + link("/feed", title="新闻")).encode("gbk")
    assert discover(page, URL)[0].title == "新闻"


def test_a_page_of_thousands_of_links_gives_a_few():
    assert len(found(body="".join(f'<a href="/feed/{n}">x</a>' for n in range(5000)))) == MAX_FOUND


@given(st.binary(max_size=200), st.text(max_size=50))
def test_any_page_gives_web_addresses(data, url):
    for base in (URL, url):
        for one in discover(b"<a href='/rss?" + data + b"<link rel=alternate type=application/rss+xml href='" + data, base):
            assert one.url.startswith(("http://", "https://"))
            assert one.title == clean(one.title)
