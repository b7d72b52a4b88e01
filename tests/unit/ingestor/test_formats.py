"""What each format can say beyond the ordinary, and what feeds that break the rules still give."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor import elements
from newsloom_ingestor.document import Asks
from newsloom_ingestor.parse import FeedError, Skipped, parse

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://feed.org/dir/rss.xml"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def read(data, **more):
    return parse(data if isinstance(data, bytes) else data.encode(), URL, fetched_at=NOW, **more)


def rss(items, head=""):
    return f'<rss version="2.0" {SPACES}><channel><title>Feed</title>{head}{items}</channel></rss>'


def item(inner, link="<link>https://e.org/a</link>"):
    return f"<item><title>T</title>{link}{inner}</item>"


def atom(inner, space="http://www.w3.org/2005/Atom"):
    return f'<feed xmlns="{space}"><title>F</title><entry><id>urn:1</id><title>T</title>{inner}</entry></feed>'


def only(data):
    (article,) = read(data).articles
    return article


# dates


@pytest.mark.parametrize(
    "element",
    [
        "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>",
        "<pubdate>Mon, 23 Nov 2026 10:00:00 GMT</pubdate>",
        "<dc:date>2026-11-23T10:00:00Z</dc:date>",
        "<dcterms:issued>2026-11-23T18:00:00+08:00</dcterms:issued>",
        "<dcterms:created>2026-11-23T10:00:00Z</dcterms:created>",
        "<atom:published>2026-11-23T10:00:00Z</atom:published>",
        "<dcterms:modified>2026-11-23T10:00:00Z</dcterms:modified>",
        "<pubDate>soon</pubDate><dc:date>2026-11-23T10:00:00Z</dc:date>",
    ],
)
def test_a_date_is_found_under_every_name(element):
    assert only(rss(item(element))).published_at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "title", "hour"),
    [
        ("<language>zh-CN</language>", "News", 2),
        ("<language>zh-TW</language>", "News", 2),
        ("", "新闻", 2),
        ("", "ニュース新聞", 10),
        ("<language>en</language>", "新闻", 10),
        ("", "News", 10),
    ],
)
def test_whose_time_it_is_without_a_zone_follows_the_feed_s_language(head, title, hour):
    article = only(
        rss(f"<item><title>{title}</title><link>https://e.org/</link><pubDate>2026-11-24 10:00</pubDate></item>", head)
    )
    assert (article.published_at, article.date_note) == (datetime(2026, 11, 24, hour, tzinfo=UTC), "no-zone")


def test_a_date_in_the_future_is_left_out_and_noted():
    article = only(rss(item("<pubDate>Wed, 25 Nov 2026 10:00:00 GMT</pubDate>")))
    assert (article.published_at, article.date_note) == (None, "future")
    assert only(rss(item(""))).date_note is None


# people and pictures


@pytest.mark.parametrize(
    ("element", "authors"),
    [
        ("<dc:creator>Ada</dc:creator><dc:creator>Bob</dc:creator>", ("Ada", "Bob")),
        ("<author>a@e.org (Ada L)</author>", ("Ada L",)),
        ("<author>Ada L &lt;a@e.org&gt;</author>", ("Ada L",)),
        ("<itunes:author>Ada</itunes:author>", ("Ada",)),
        ("<atom:author><atom:name>Ada</atom:name><atom:email>a@e.org</atom:email></atom:author>", ("Ada",)),
        ("<atom:author><atom:email>a@e.org</atom:email></atom:author>", ()),
    ],
)
def test_authors_are_names_without_mail_addresses(element, authors):
    assert only(rss(item(element))).authors == authors


def test_an_atom_feed_s_author_is_that_of_entries_that_name_none():
    feed = atom('<link href="https://e.org/"/>').replace("<entry>", "<author><name>Ada</name></author><entry>")
    assert only(feed).authors == ("Ada",)


@pytest.mark.parametrize(
    ("element", "image"),
    [
        ('<media:content url="/s.jpg" width="1"/><media:content url="/l.jpg" type="image/x" width="9"/>', "/l.jpg"),
        ('<media:group><media:content url="/v.mp4" type="video/mp4"/><media:thumbnail url="/t.jpg"/></media:group>', "/t.jpg"),
        ('<media:content url="/v.mp4" medium="video"><media:thumbnail url="/t.jpg"/></media:content>', "/t.jpg"),
        ('<media:content url="https://x.org/p.webp?w=1"/>', "https://x.org/p.webp?w=1"),
        ('<enclosure url="/e.png" type="image/png" length="1"/>', "/e.png"),
        ('<atom:link rel="enclosure" type="image/png" href="/e.png"/>', "/e.png"),
        ('<itunes:image href="/i.jpg"/>', "/i.jpg"),
        ('<enclosure url="/a.mp3" type="audio/mpeg" length="1"/>', None),
        ('<media:thumbnail url="javascript:x"/>', None),
    ],
)  # fmt: skip
def test_the_lead_picture_is_the_widest_one(element, image):
    expected = image and ("https://e.org" + image if image.startswith("/") else image)
    assert only(rss(item(element))).image == expected


# Atom


def test_atom_0_3_is_a_feed_too():
    article = only(
        atom(
            '<link rel="alternate" href="https://e.org/a"/><issued>2026-11-23T10:00:00Z</issued>'
            '<content type="text/html" mode="escaped">&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;</content>',
            "http://purl.org/atom/ns#",
        )
    )
    assert (article.content, article.published_at) == ("A\n\nB", datetime(2026, 11, 23, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<content type="html">&lt;b&gt;x&lt;/b&gt; y</content>', "x y"),
        ('<content type="text">x &amp;amp; y</content>', "x & y"),
        (
            '<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>x</h:p><h:p>y</h:p></h:div></content>',
            "x\n\ny",
        ),
        ('<content type="application/octet-stream">eCA8Yj55PC9iPg==</content>', "x y"),
        ('<content type="application/octet-stream">/9j/4AAQ</content>', ""),
        ('<content type="text/html" src="https://e.org/elsewhere"/><summary>s</summary>', "s"),
    ],
)
def test_every_form_of_atom_content_is_text(content, expected):
    assert only(atom(f'<link href="https://e.org/a"/>{content}')).content == expected


def test_of_several_links_the_one_for_people_counts():
    links = (
        '<link rel="self" href="/self"/><link rel="alternate" type="application/json" href="/j"/>'
        '<link rel="http://www.iana.org/assignments/relation/alternate" type="text/html" href="/page"/>'
    )
    assert only(atom(links)).url == "https://feed.org/page"


# news sitemaps


def sitemap(*urls):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
        + "".join(urls)
        + "</urlset>"
    )


NEWS = (
    "<url><loc>https://e.org/a</loc><lastmod>2026-11-24</lastmod><n:news><n:publication><n:name>The Paper</n:name>"
    "<n:language>zh-cn</n:language></n:publication><n:publication_date>2026-11-23T10:00+08:00</n:publication_date>"
    "<n:title>标题 &amp;amp; more</n:title><n:keywords>AI, 芯片</n:keywords></n:news>"
    "<image:image><image:loc>https://e.org/i.jpg</image:loc></image:image></url>"
)


def test_a_news_sitemap_is_a_feed():
    parsed = read(sitemap(NEWS, "<url><loc>https://e.org/about</loc></url>"))
    (article,) = parsed.articles
    assert (parsed.feed.title, article.url, article.title, article.content) == (
        "The Paper",
        "https://e.org/a",
        "标题 & more",
        "",
    )
    assert (article.language, article.categories, article.image) == ("zh-cn", ("AI", "芯片"), "https://e.org/i.jpg")
    assert article.published_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert read(sitemap()).articles == (), "no news for two days is no error"


def test_sitemaps_without_news_are_named_for_what_they_are():
    with pytest.raises(FeedError, match="of pages, not of news"):
        read(sitemap("<url><loc>https://e.org/about</loc></url>"))
    index = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://e.org/n.xml</loc></sitemap></sitemapindex>'
    assert [s.url for s in read(index).sitemaps] == ["https://e.org/n.xml"], "whoever polls it follows them"


# what feeds ask


def test_a_feed_says_when_it_wants_no_polls_and_where_its_hub_is():
    parsed = read(
        rss(
            "",
            "<skipHours><hour>0</hour><hour>24</hour><hour> 5 </hour><hour>x</hour><hour>99</hour></skipHours>"
            "<skipDays><day>Saturday</day><day>sunday</day><day>Someday</day></skipDays>"
            '<atom:link rel="hub" href="https://hub.org/"/><atom:link rel="self alternate" href="/rss"/>',
        )
    )
    assert (parsed.skip_hours, parsed.skip_days) == ({0, 5}, {5, 6})
    assert (parsed.hub, parsed.self_url) == ("https://hub.org/", "https://feed.org/rss")


@pytest.mark.parametrize("end", ["</channel></rss>", "", "<item><title>half"])
def test_a_feed_that_is_broken_asks_for_the_same(end):
    whole = rss(
        "<item><title>T</title><link>/1</link></item>",
        "<ttl>90</ttl><skipHours>\n<hour>0</hour> <hour> 5 </hour></skipHours><skipDays><day>Saturday</day></skipDays>"
        '<atom:link rel="hub" href="https://hub.org/"/>',
    )
    broken = whole.removesuffix("</channel></rss>").replace("<channel>", "<channel><title>Lost") + end
    assert elements.root(broken) is None
    assert read(broken).asks == read(whole).asks
    assert read(whole).asks[:4] == (5400, {0, 5}, {5}, "https://hub.org/")


def test_a_feed_without_a_hub_has_none():
    assert read(rss("")).asks == Asks()


def test_a_feed_that_rules_out_every_hour_rules_out_none():
    hours = "".join(f"<hour>{n}</hour>" for n in range(24))
    assert read(rss("", f"<skipHours>{hours}</skipHours>")).skip_hours == frozenset()


def test_a_json_feed_names_its_hub_and_pictures():
    feed = {"feed_url": "https://e.org/f", "hubs": [{"type": "WebSub", "url": "https://hub.org/"}, 1],
            "items": [{"id": "1", "url": "https://e.org/1", "title": "T", "image": "/i.jpg"},
                      {"id": "2", "url": "https://e.org/2", "title": "T",
                       "attachments": [{"mime_type": "image/png", "url": "/a.png"}]}]}  # fmt: skip
    parsed = read(json.dumps(feed))
    assert (parsed.hub, parsed.self_url) == ("https://hub.org/", "https://e.org/f")
    assert [a.image for a in parsed.articles] == ["https://e.org/i.jpg", "https://e.org/a.png"]


# whole articles

LONG = "A sentence of an article that goes on for a while. " * 32
TEASERS = (
    "…",
    " [&amp;#8230;]",
    "...",
    "&lt;a>Read more »&lt;/a>",
    "Continue reading “A title” →",
    "&lt;p>Read the full story",
)
CHINESE_TEASERS = ("……", "阅读全文", "点击查看全文&gt;&gt;", "继续阅读《标题》")
CHINESE = "这是一篇关于人工智能的完整文章，讲得很详细。" * 24


@pytest.mark.parametrize(
    ("element", "whole"),
    [
        (f"<content:encoded>{LONG}</content:encoded>", True),
        (f"<content:encoded>{CHINESE}</content:encoded>", True),
        (f"<atom:content>{LONG}</atom:content>", True),
        (f"<description>{LONG}</description>", False),
        (f"<content:encoded>{LONG[:1400]}</content:encoded>", False),
        (f"<content:encoded>{CHINESE[:480]}</content:encoded>", False),
        (f"<content:encoded>{LONG}</content:encoded><description>{LONG * 2}</description>", False),
        *((f"<content:encoded>{LONG}{end}</content:encoded>", False) for end in TEASERS),
        *((f"<content:encoded>{CHINESE}{end}</content:encoded>", False) for end in CHINESE_TEASERS),
        (f"<content:encoded>{LONG}&lt;p>The post T appeared first on E.&lt;/p></content:encoded>", True),
        (f"<content:encoded>{LONG} [...]&lt;p>The post T appeared first on E.&lt;/p></content:encoded>", False),
    ],
)  # fmt: skip
def test_a_text_is_whole_by_its_form(element, whole):
    parsed = read(rss(item(element)))
    assert parsed.whole == ({parsed.articles[0].id} if whole else frozenset())


def test_a_json_feed_s_content_is_whole_too():
    items = [
        {"id": "1", "url": "https://e.org/1", "content_text": LONG},
        {"id": "2", "url": "https://e.org/2", "summary": LONG},
    ]
    parsed = read(json.dumps({"items": items}))
    assert parsed.whole == {parsed.articles[0].id}


# broken rules


@pytest.mark.parametrize(
    "document",
    [
        rss(item("<description>a & b &nbsp; caf&eacute;</description>")),
        rss(item("<description>a &amp; b \x0b\x00 caf&#233;</description>")),
        '<!DOCTYPE rss PUBLIC "-//x" "http://e.org/x.dtd">' + rss(item("<description>a &amp; b caf&eacute;</description>")),
        rss(item("<description>a &amp; b café</description>")).replace("</channel></rss>", ""),
        rss(item("<description><p>a &amp; b<br> café</description>")),
        rss(item("<x:y>z</x:y><description>a &amp; b café</description>")),
        "\n\n" + rss(item("<description>a &amp; b café</description>")),
        "<!-- c --><?xml-stylesheet href='x'?>" + rss(item("<description>a &amp; b café</description>")),
    ],
    ids=["entities", "controls", "document type", "truncated", "open tags", "unknown prefix", "late start", "comment"],
)  # fmt: skip
def test_a_feed_that_breaks_the_rules_still_gives_its_articles(document):
    article = only(document)
    assert (article.url, article.title, article.content.split()) == ("https://e.org/a", "T", ["a", "&", "b", "café"])


def test_ampersands_and_entities_are_mended_outside_cdata_only():
    raw = "<a>x&y &eacute; &amp; &lt; &notanentity; &#38;<![CDATA[p&q &eacute;]]></a>"
    assert elements.mended(raw) == "<a>x&amp;y é &amp; &lt; &amp;notanentity; &#38;<![CDATA[p&q &eacute;]]></a>"


def test_xhtml_within_a_description_is_markup_not_lost():
    assert (
        only(
            rss(item('<description><p xmlns="http://www.w3.org/1999/xhtml">One <b>two</b></p><p>Three</p></description>'))
        ).content
        == "One two\n\nThree"
    )


@pytest.mark.parametrize("space", ["http://search.yahoo.com/mrss", "https://Search.Yahoo.com/mrss/"])
def test_namespaces_are_known_in_their_variants(space):
    assert only(rss(item('<media:thumbnail url="/t.jpg"/>')).replace("http://search.yahoo.com/mrss/", space)).image


words = st.text(st.sampled_from("ab é中&;<>\"'"), max_size=12).map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;"))


@given(st.lists(st.tuples(words, words, words, words), min_size=1, max_size=3))
def test_both_readers_of_xml_give_the_same_articles(entries):
    """A feed that breaks one day must not send its articles again."""
    document = rss("".join(
        f"<item><guid isPermaLink='false'>g{n}</guid><link>https://e.org/{n}</link><title>{title}</title>"
        f"<category>{category}</category><dc:creator>{name}</dc:creator><content:encoded>{full}</content:encoded>"
        "<pubDate>Mon, 23 Nov 2026 10:00 GMT</pubDate></item>"
        for n, (title, full, name, category) in enumerate(entries)
    ))  # fmt: skip
    broken = document.removesuffix("</channel></rss>")
    assert elements.root(document) is not None
    assert elements.root(broken) is None
    assert read(document) == read(broken)


def test_many_entries_are_counted_not_lost():
    items = "".join(item("", f"<link>https://e.org/{n}</link>") for n in range(2001))
    parsed = read(rss(items))
    assert len(parsed.articles) == 2000
    assert parsed.skipped == (Skipped(URL, "too-many"),)


@pytest.mark.parametrize(
    "piece", ["<![CDATA[", "<", "&", "&a", "<a ", "<item>", "<!--", "<rss>", "\x00", "&#x0;", "<a:b>", "中<"]
)
def test_a_hostile_document_takes_no_time_without_end(piece):
    started = time.process_time()
    for text in ("<rss><channel><item><title>" + piece * 30_000, "<?xml version='1.0' encoding='gbk'?><rss>" + piece * 30_000):
        with suppress(FeedError):
            read(text.encode("gbk"))
    assert time.process_time() - started < 10
