import json

import pytest
from newsloom_cli import __main__ as entry
from newsloom_schemas.codec import decode
from newsloom_schemas.topics import theme_topic
from newsloom_schemas.types import RawArticle
from newsloom_tagger.taxonomy import theme_ids

URL = "https://n.invalid/feed.xml"
FEED = """<rss version="2.0"><channel><title>新闻</title>
<item><title>算力 &amp; 芯片</title><link>/one</link><description>&lt;p&gt;缺货&lt;/p&gt;</description></item>
<item><title>no link</title></item>
<item><title>two</title><link>https://n.invalid/two</link></item></channel></rss>"""


@pytest.fixture
def feed(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(FEED, "utf-8")
    return path


def test_parse_prints_the_articles_that_would_be_published(feed, capfdbinary):
    assert entry.main(["parse", str(feed), "--url", URL]) == 0
    out, err = capfdbinary.readouterr()
    one, two = [decode(RawArticle, line) for line in out.splitlines()]
    assert (one.title, one.content, one.url, one.feed.url) == ("算力 & 芯片", "缺货", "https://n.invalid/one", URL)
    assert two.url == "https://n.invalid/two"
    assert err.decode().splitlines() == [
        f"newsloom: {feed}: skipped no link: no-link",
        f"newsloom: {feed}: 2 articles, 0 whole",
    ]


def test_parse_says_what_is_whole_and_what_the_feed_asks(tmp_path, capfd):
    path = tmp_path / "feed.xml"
    text = "A sentence of an article that goes on for a while. " * 40
    asks = "<ttl>30</ttl><skipHours><hour>1</hour><hour>0</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
    hub = '<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.invalid/"/>'
    item = f"<item><title>T</title><link>/1</link><e:encoded>{text}</e:encoded></item>"
    space = 'xmlns:e="http://purl.org/rss/1.0/modules/content/"'
    path.write_text(f'<rss version="2.0" {space}><channel>{asks}{hub}{item}</channel></rss>', "utf-8")
    assert entry.main(["parse", str(path), "--url", URL]) == 0
    said = "1 article, 1 whole; asks for 30 min between polls, no polls at 0, 1 h UTC, none on Sunday; hub https://hub.invalid/"
    assert capfd.readouterr().err == f"newsloom: {path}: {said}\n"


def test_an_index_of_sitemaps_is_named_since_parse_fetches_nothing(tmp_path, capfd):
    path = tmp_path / "sitemap.xml"
    path.write_text("<sitemapindex><sitemap><loc>https://n.invalid/news.xml</loc></sitemap></sitemapindex>", "utf-8")
    assert entry.main(["parse", str(path), "--url", URL]) == 2
    said = "an index of 1 sitemaps, which are followed when it is polled: https://n.invalid/news.xml"
    assert capfd.readouterr().err == f"newsloom: {path}: {said}\n"


@pytest.mark.parametrize("document", ["", "no feed", "{}", "<html><body>x</body></html>"])
def test_a_document_that_is_no_feed_is_one_line_and_exit_code_2(tmp_path, capfdbinary, document):
    path = tmp_path / "x"
    path.write_text(document, "utf-8")
    assert entry.main(["parse", str(path), "--url", URL]) == 2
    out, err = capfdbinary.readouterr()
    assert (out, err.count(b"\n")) == (b"", 1)
    assert err.decode().startswith(f"newsloom: {path}: ")


def test_themes_lists_the_whole_taxonomy(capfdbinary):
    assert entry.main(["themes"]) == 0
    lines = [json.loads(x) for x in capfdbinary.readouterr().out.splitlines()]
    assert [x["id"] for x in lines] == list(theme_ids())
    for line in lines:
        assert set(line) == {"id", "group", "names", "topic", "about"}
        assert line["topic"] == theme_topic(line["id"])
        assert all(line["names"][language] for language in ("en", "zh"))
