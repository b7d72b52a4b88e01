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
    assert err.decode() == f"newsloom: {feed}: skipped no link: no-link\n"


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
