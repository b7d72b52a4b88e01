"""Feeds as they are found in the world → articles, or a named reason why not."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor import parse as module
from newsloom_ingestor.canonical import canonical_url
from newsloom_ingestor.parse import MAX_BYTES, MAX_ITEMS, FeedError, Skipped, parse
from newsloom_schemas.codec import decode, encode
from newsloom_schemas.identity import article_id
from newsloom_schemas.types import Feed, RawArticle

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://feed.org/dir/rss.xml"
ROOT = Path(__file__).parents[3]


def read(data, url=URL, **more):
    return parse(data if isinstance(data, bytes) else data.encode(), url, fetched_at=NOW, **more)


def rss(items, head="<title>Feed</title>", **attributes):
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'


def item(inner="", link="https://e.org/a", title="T"):
    return f"<item><title>{title}</title><link>{link}</link>{inner}</item>"


def atom(inner, attributes=""):
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title type="html">F&amp;amp;G</title>{inner}</feed>'


def only(data, **more):
    articles = read(data, **more).articles
    assert len(articles) == 1
    return articles[0]


def test_an_rss_item_becomes_an_article_whole():
    article = only(
        rss(
            item(
                "<guid>7</guid><description>short</description>"
                "<content:encoded><![CDATA[<p>One.</p><p>Two.</p>]]>"
                "</content:encoded>"
                "<pubDate>Mon, 23 Nov 2026 10:00:00 +0800</pubDate>"
                "<category>AI</category><category>AI</category><category>芯片</category>"
                "<dc:creator>Ada</dc:creator>",
                link="https://e.org/a?utm_source=rss&amp;x=1#top",
            ),
            head="<title>A &amp;amp; B</title><language>zh_CN</language>",
        ),
        category="labs/open",
    )
    assert article == RawArticle(
        id=article_id(canonical_url("https://e.org/a?x=1")),
        origin="feed",
        url="https://e.org/a?x=1",
        title="T",
        content="One.\n\nTwo.",
        language="zh-CN",
        authors=("Ada",),
        categories=("AI", "芯片"),
        published_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
        fetched_at=NOW,
        feed=Feed(url=URL, title="A & B", category="labs/open"),
    )


def test_an_atom_entry_becomes_an_article():
    article = only(
        atom(
            '<entry xml:base="https://base.org/"><title type="text">a &lt;b&gt;c&lt;/b&gt;</title>'
            '<link rel="self" href="/self"/>'
            '<link rel="alternate" href="/p"/><id>urn:1</id><updated>2026-11-23T08:00:00+08:00</updated>'
            '<author><name>N</name></author><category term="t" label="Label"/>'
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <b>x</b></p></div></content></entry>',
            'xml:lang="en"',
        )
    )
    assert (article.title, article.content, article.language) == ("a c", "Hi x", "en")
    assert (article.url, article.authors, article.categories) == ("https://base.org/p", ("N",), ("Label",))
    assert article.published_at == article.updated_at == datetime(2026, 11, 23, tzinfo=UTC), "the only date is better than none"


def test_rdf_and_old_rss_are_feeds_too():
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>R</title></channel><item rdf:about="https://e.org/1">'
        "<title>One</title><link>https://e.org/1</link><description>d</description><dc:date>2026-11-01T00:00:00Z</dc:date></item></rdf:RDF>"
    )
    assert only(rdf).published_at == datetime(2026, 11, 1, tzinfo=UTC)
    old = '<rss version="0.91"><channel><title>O</title><item><title>One</title><link>https://e.org/1</link></item></channel></rss>'
    assert only(old).title == "One"


def test_a_json_feed_is_a_feed_whatever_its_type():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "en",
        "items": [
            {
                "id": 1,
                "url": "/a",
                "title": "T &amp; U",
                "content_html": "<p>Long text</p>",
                "summary": "s",
                "date_published": "2026-11-23T08:00:00+08:00",
                "authors": [{"name": "Ada"}],
                "tags": ["x", 3],
            },
            {"id": "https://e.org/2", "content_text": "only text\nsecond line", "date_published": "nonsense", "tags": "x"},
            {"id": "3", "url": ["no"], "title": {}},
            "no item",
        ],
    }
    parsed = read("\ufeff" + json.dumps(feed), content_type="text/html")
    first, second = parsed.articles
    assert (first.title, first.content, first.url, first.authors, first.categories) == (
        "T & U", "Long text", "https://feed.org/a", ("Ada",), ("x",),
    )  # fmt: skip
    assert first.published_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert (second.title, second.url, second.published_at) == ("only text", "https://e.org/2", None)
    assert parsed.skipped == (Skipped("3", "no-link"),)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
        (b"PK\x03\x04\x00\x00", "neither RSS"),
        (b"just words", "neither RSS"),
        (b"\x00\x01\x02", "neither RSS"),
        (b"{}", "no JSON Feed"),
        (b"[1, 2]", "no JSON Feed"),
        (b'{"items": [', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'<?xml version="1.0"?><sitemap><url/></sitemap>', "neither RSS"),
        (b" " * (MAX_BYTES + 1), "larger than"),
    ],
)
def test_what_is_no_feed_is_named(document, reason):
    with pytest.raises(FeedError, match=reason):
        read(document)


@pytest.mark.parametrize(
    ("entry", "skipped"),
    [
        ("<item><title>T</title></item>", Skipped("T", "no-link")),
        ("<item><title>T</title><guid>abc</guid></item>", Skipped("abc", "no-link")),
        (item(link="javascript:alert(1)"), Skipped("T", "unsafe-link")),
        (item(link="ftp://e.org/x"), Skipped("T", "unsafe-link")),
        (item(title="", inner="<guid>g</guid>"), Skipped("g", "no-text")),
        (item() + item(link="http://www.e.org/a/?utm_medium=x"), Skipped("http://www.e.org/a/", "duplicate")),
    ],
)
def test_an_entry_that_is_no_article_is_skipped_with_its_reason(entry, skipped):
    parsed = read(rss(item(link="https://e.org/other") + entry))
    assert skipped in parsed.skipped
    assert len(parsed.articles) + len(parsed.skipped) == entry.count("<item>") + 1, "every entry is one or the other"


def test_a_guid_that_is_an_address_stands_in_for_a_link():
    assert only(rss('<item><title>T</title><guid isPermaLink="false">https://e.org/g</guid></item>')).url == "https://e.org/g"


@pytest.mark.parametrize(
    ("elements", "url"),
    [
        ("<guid>12345</guid><link>https://e.org/a</link>", "https://e.org/a"),
        ("<link>https://e.org/a</link><guid>12345</guid>", "https://e.org/a"),
        ("<guid>https://e.org/g</guid><link>https://e.org/a</link>", "https://e.org/a"),
        ("<link/><guid>https://e.org/g</guid>", "https://e.org/g"),
        ("<guid isPermaLink='true'>https://e.org/g</guid>", "https://e.org/g"),
        (
            "<link>https://proxy.org/~r/1</link><f:origLink xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'>https://e.org/a</f:origLink>",
            "https://e.org/a",
        ),
    ],
)
def test_the_link_is_found_wherever_it_stands(elements, url):
    assert only(rss(f"<item><title>T</title>{elements}</item>")).url == url


def test_a_title_is_found_in_the_text_where_there_is_none():
    assert only(rss(item("<description>First line.&lt;br&gt;Second.</description>", title=""))).title == "First line."


def test_markup_in_titles_and_names_is_gone():
    article = only(
        rss(
            item(
                "<category>&lt;b&gt;x</category><author>a@e.org (Ada &lt;i&gt;L)</author>",
                title="A &lt;img src=x onerror=y&gt;B",
            )
        )
    )
    assert (article.title, article.categories, article.authors) == ("A B", ("x",), ("Ada L",))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("Mon, 23 Nov 2026 10:00:00 EST", datetime(2026, 11, 23, 15, tzinfo=UTC)),
        ("2026-11-23T10:00:00+08:00", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("2026-11-23 10:00:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-24T12:05:00Z", datetime(2026, 11, 24, 12, 5, tzinfo=UTC)),
        ("2026-11-24T13:00:00Z", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0000-00-00T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_utc_and_absurd_ones_are_none(written, read_as):
    assert only(rss(item(f"<pubDate>{written}</pubDate>"))).published_at == read_as


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gb2312", "big5", "utf-16", "iso-8859-1"])
def test_encodings_are_what_they_declare(encoding):
    text = "café" if encoding == "iso-8859-1" else "電腦" if encoding == "big5" else "英伟达新品"
    document = rss(item(title=text)).replace("utf-8", encoding).encode(encoding)
    assert only(document).title == text


def test_the_header_counts_where_the_document_declares_nothing():
    document = rss(item(title="英伟达")).replace(' encoding="utf-8"', "").encode("gb18030")
    assert only(document, content_type="text/xml; charset=gb2312").title == "英伟达"


def test_a_truncated_document_still_gives_its_whole_entries():
    document = rss("".join(item(link=f"https://e.org/{n}") for n in range(10)))
    assert len(read(document[: len(document) * 2 // 3]).articles) >= 5


def test_an_entity_bomb_neither_unfolds_nor_blocks():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{levels}]>' + rss(item(title="&l9;")).split("?>", 1)[1]
    started = time.monotonic()
    assert len(encode(read(bomb).articles)) < 100_000
    assert time.monotonic() - started < 5


def test_external_entities_are_not_read():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + rss(item(title="a&x;b")).split("?>", 1)[1]
    )
    assert "root:" not in repr(read(bomb))


def test_items_are_capped_and_that_is_said():
    parsed = read(rss("".join(item(link=f"https://e.org/{n}") for n in range(MAX_ITEMS + 5))))
    assert len(parsed.articles) == MAX_ITEMS
    assert parsed.skipped == (Skipped(URL, "too-many"),)


def test_the_longest_article_is_well_below_the_topic_limit():
    article = only(json.dumps({"items": [{"url": "https://e.org/a", "content_text": '字"\\' * 400_000}]}))
    assert len(encode(article)) < 4 * 1024 * 1024


def test_a_feed_says_how_long_it_wants_to_be_left_alone():
    assert read(rss(item(), head="<ttl>90</ttl>")).pause_s == 90 * 60
    hourly = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert read(rss(item(), head=hourly)).pause_s == 30 * 60
    assert read(rss(item(), head="<ttl>soon</ttl><sy:updatePeriod>never</sy:updatePeriod>")).pause_s == 0


def test_passwords_of_feeds_do_not_travel():
    assert only(rss(item()), url="https://me:secret@feed.org/rss").feed.url == "https://feed.org/rss"
    assert module.without_password("file:seeds/sample/feed.xml") == "file:seeds/sample/feed.xml"


def test_relative_links_are_taken_from_where_the_feed_was_found():
    assert only(rss(item(link="/x")), base="https://moved.org/feed").url == "https://moved.org/x"


@given(st.binary(max_size=300))
def test_any_bytes_end_in_articles_or_a_named_error(data):
    for document in (data, b"<rss version='2.0'><channel><item><title>" + data + b"</title><link>https://e.org/</link></item>"):
        with suppress(FeedError):
            for article in read(document).articles:
                assert decode(RawArticle, encode(article)) == article


def test_the_sample_feed_is_whole_labelled_and_says_that_it_is_invented():
    parsed = read((ROOT / "seeds/sample/feed.xml").read_bytes(), "file:seeds/sample/feed.xml")
    labels = [json.loads(line) for line in (ROOT / "seeds/sample/labels.jsonl").read_text("utf-8").splitlines()]
    assert len(parsed.articles) == len(labels) == 160
    assert {a.id for a in parsed.articles} == {label["id"] for label in labels}
    assert "invented" in parsed.feed.title
    assert "虚构" in parsed.feed.title
    for article in parsed.articles:
        notice = {"en": "This news is invented.", "zh": "本文为虚构新闻。"}[article.language]
        assert article.content.endswith("\n\n" + notice)
        assert article.published_at < datetime(2026, 11, 21, tzinfo=UTC)
    times = [a.published_at for a in parsed.articles]
    assert times == sorted(times, reverse=True)
    assert times[0] - times[-1] > timedelta(days=20)
