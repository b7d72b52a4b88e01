"""One article, one address: what is the same, what is not, and what a person opens."""

import csv
from pathlib import Path

import newsloom_ingestor
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.canonical import absolute, canonical_url, readable_url, tracking_table

PAGE = "https://example.org/news/a?b=2&c=3"
SAME = [
    "HTTPS://EXAMPLE.ORG/news/a?b=2&c=3",
    "http://example.org:80/news/a?b=2&c=3",
    "https://example.org:443/news/a?c=3&b=2",
    "https://www.example.org/news/a/?b=2&c=3",
    "https://m.example.org/news/./x/../a?b=2&c=3",
    "https://example.org/news/a?b=2&c=3#comments",
    "https://example.org/news/a?utm_source=rss&b=2&UTM_Medium=feed&c=3&fbclid=xyz",
    "https://example.org/news/%61?b=2&c=3",
    "https://example.org/news/a/index.html?b=2&c=3",
    "https://example.org/news/a/amp?b=2&c=3",
    "https://amp.example.org/news/a;jsessionid=1F?b=2&c=3",
    "https://user:secret@example.org/news/a?b=2&c=3",
    "https://example.org./news/a?b=2&&c=3",
]
OTHER = [
    "https://example.org/news/A?b=2&c=3",
    "https://example.org/news/a?b=2&c=4",
    "https://example.org/news/a?b=2",
    "https://news.example.org/news/a?b=2&c=3",
    "https://example.org:8443/news/a?b=2&c=3",
    "https://example.org/news/a%2Fb?b=2&c=3",
    "https://example.org/champ?b=2&c=3",
]


@pytest.mark.parametrize("url", SAME)
def test_the_same_article_under_another_address_is_the_same(url):
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize("url", OTHER)
def test_another_article_is_another(url):
    assert canonical_url(url) != PAGE


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("http://www.e.org/a/index.html?b=2&a=1&utm_source=x#top", "http://www.e.org/a/index.html?b=2&a=1"),
        ("https://36kr.com/p/1?f=rss", "https://36kr.com/p/1"),
        ("https://e.org/p?f=7&ref=main", "https://e.org/p?f=7&ref=main"),
        ("https://medium.com/a?source=rss----x---4", "https://medium.com/a"),
        ("https://例子.测试/新闻 一?q=中", "https://xn--fsqu00a.xn--0zwm56d/%E6%96%B0%E9%97%BB%20%E4%B8%80?q=%E4%B8%AD"),
        ("https://user:secret@e.org", "https://e.org/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://e.org/?a=100%", "https://e.org/?a=100%25"),
    ],
)
def test_people_open_what_was_published_without_tracking(url, opened):
    assert readable_url(url) == opened


def test_entries_of_one_page_are_told_apart_where_their_guid_says_so():
    first, second = "https://e.org/releases#v1", "https://e.org/releases#v2"
    assert canonical_url(first, "tag:e.org,2026:releases#v1") != canonical_url(second, "tag:e.org,2026:releases#v2")
    assert readable_url(first, "tag:e.org,2026:releases#v1") == first
    assert canonical_url(first, "1") == canonical_url(second, "2") == "https://e.org/releases"


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("/a?b#c", "https://feed.org/a?b#c"),
        ("//other.org/x", "https://other.org/x"),
        (" https://e.org/a\n", "https://e.org/a"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,x", None),
        ("mailto:a@b.org", None),
        ("ftp://e.org/x", None),
        ("file:///etc/passwd", None),
        ("http://[bad", None),
        ("http://e.org:99999/", None),
        ("https://", None),
        ("https://e.org/" + "x" * 3000, None),
    ],
)
def test_only_addresses_of_pages_count(link, found):
    assert absolute(link, "https://feed.org/rss.xml") == found


@given(st.text(max_size=60))
def test_any_text_as_a_path_gives_an_ascii_identity_that_stays(text):
    url = absolute("https://example.org/" + text, "")
    if url is not None:
        once = canonical_url(url)
        assert once.isascii()
        assert canonical_url(once) == once
        assert canonical_url(readable_url(url)) == once


def test_every_tracking_parameter_has_a_source():
    table = Path(newsloom_ingestor.__file__).with_name("tracking_parameters.csv").read_text("utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    assert len(rows) > 50
    assert all(row["name"] == row["name"].lower() and row["source"] for row in rows)
    assert len({(row["name"], row["value"]) for row in rows}) == len(rows) == len(tracking_table())
