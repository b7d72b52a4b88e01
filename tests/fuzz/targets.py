"""What is fuzzed: functions of bytes that may refuse them by name, and must never do anything else that was not promised."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from newsloom_ingestor import push
from newsloom_ingestor.parse import FeedError, parse
from newsloom_ingestor.push import UnreadableError
from newsloom_schemas import codec
from newsloom_schemas.codec import InvalidMessageError
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import DeadLetter, RawArticle, TaggedArticle
from newsloom_tagger import taxonomy
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.settle import settle
from support import promises

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "schemas" / "examples"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
ANALYSER = Analyser()
FEED_WORDS = (
    "<rss version='2.0'><channel>", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<rdf:RDF>", "<item>", "</item>", "<entry>",
    "</entry>", "<title>", "<link>", "<link href='https://e.org/a'/>", "<guid isPermaLink='false'>", "<description>",
    "<content:encoded>", "<![CDATA[", "]]>", "<pubDate>", "<updated>", "2026-11-23T10:00:00Z", "Mon, 23 Nov 2026 10:00:00 GMT",
    "<dc:creator>", "<category term='a'/>", "xml:base='http://[::1'", "xml:lang='zh'", "&amp;", "&#xD800;", "&#0;",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?xml version='1.0' encoding='gb18030'?>", "http://[", "//e.org", "javascript:", "<ttl>",
    "<sy:updatePeriod>", "<links>", "9" * 40, "\0", "\ufeff",
    '{"items":[', '"content_html":', '"date_published":', '"url":', "null", "[[[[", "&#x110000;",
)  # fmt: skip
TEXT_WORDS = (
    "“", "”", "‘", "’", "「", "」", '"', "'", "——", "\n", "\u3000", "\x00", "\ud800", "\udfff", "e\u0301", "\u202e",
    "🧑‍🚀", "\ufeff", "$", "亿", "万亿美元", "bn", "million", " to ", "逾", "五十", "９", "1.", ",000", "%", "每月", "/month",
    "said", "表示", "：", "。", ". ", "İ", "ß", "ﬁ", "㍿", "NVDA", "&nbsp;", "<p>",
)  # fmt: skip


class Target(NamedTuple):
    """What is run, what it starts from, and words that are worth putting in."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    words: Callable[[], Iterator[bytes]]


def analyse(data: bytes) -> None:
    """The first line is the title. Bytes that are no UTF-8 become halves of surrogate pairs."""
    title, _, content = _text(data).partition("\n")
    promises.kept(ANALYSER, title, content)


def push_in(data: bytes) -> None:
    """Whatever somebody pushes in is articles that can be published, or refused line by line."""
    with suppress(UnreadableError):
        lines, refused = push.read(data, "lines", NOW)
        assert all(codec.decode(RawArticle, codec.encode(line.article)) == line.article for line in lines)
        assert all(one.reason for one in refused)


def parse_feed(data: bytes) -> None:
    """Whatever a server sends is a feed whose articles can be published, or refused by name."""
    with suppress(FeedError):
        found = parse(data, "https://feed.org/rss.xml", fetched_at=NOW)
        assert len({a.id for a in found.articles}) == len(found.articles)
        assert found.pause_s >= 0
        assert all(codec.decode(RawArticle, codec.encode(a)) == a for a in found.articles)


def decode(data: bytes) -> None:
    """A record is a message that is written again as the same message, or refused by name; the tagger settles any."""
    for kind in (RawArticle, TaggedArticle, DeadLetter):
        with suppress(InvalidMessageError):
            value = codec.decode(kind, data)
            assert codec.decode(kind, codec.encode(value)) == value
    settled = settle(Origin(RAW, 0, 0, b"key", data, ()), ANALYSER, NOW)
    assert settled.messages
    assert settled.outcome in {"tagged", "dead-decode"}, settled


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")


def _articles() -> Iterator[bytes]:
    """Labelled articles, and the golden ones, as the first target reads them."""
    for path in sorted((ROOT / "tests" / "quality" / "labelled").glob("*-train*.jsonl")):
        for line in path.read_text("utf-8").splitlines()[::10]:
            article = json.loads(line)
            yield f"{article['title']}\n{article['text']}".encode()
    for path in sorted(EXAMPLES.glob("RawArticle.v1/*.json")):
        article = json.loads(path.read_text("utf-8"))
        yield f"{article['title']}\n{article['content']}".encode()


def _feeds() -> Iterator[bytes]:
    whole = (ROOT / "seeds" / "sample" / "feed.xml").read_bytes()
    head, *entries = whole.split(b"<entry")
    yield from (head + b"<entry" + entry.split(b"</entry>")[0] + b"</entry></feed>" for entry in entries[::20])
    yield (
        b'<rss version="2.0"><channel><title>T</title><item><link>https://e.org/a</link><guid>1</guid><title>A</title>'
        b"<description>&lt;p>T</description><pubDate>Mon, 23 Nov 2026 10:00 GMT</pubDate></item></channel></rss>"
    )
    yield (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>urn:a</id><link href='/a'/><title>A</title>"
        b"<updated>2026-11-23T10:00:00Z</updated><content type='html'>&lt;p&gt;Text&lt;/p&gt;</content></entry></feed>"
    )
    yield b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel><title>T</title></channel><item><link>http://e.org/a</link></item></rdf:RDF>"
    yield b'{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://e.org/1","content_html":"<p>T"}]}'


def _messages() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted(EXAMPLES.glob("*/*.json")))


def _phrases() -> Iterator[bytes]:
    """Every twentieth phrase of the rules, and what facts are made of."""
    phrases = sorted({p for t in taxonomy.load().themes for r in t.rules for p in r.any})
    yield from (word.encode("utf-8", "surrogatepass") for word in (*TEXT_WORDS, *phrases[::20]))


def _markup() -> Iterator[bytes]:
    yield from (word.encode() for word in FEED_WORDS)


def _json() -> Iterator[bytes]:
    names = sorted({name for kind in (RawArticle, TaggedArticle, DeadLetter) for name in kind.__struct_fields__})
    yield from (f'"{name}":'.encode() for name in names)
    yield from (
        b"null",
        b"1e999",
        b"-0",
        b"9" * 30,
        b'"\\ud800"',
        b'"2026-02-30T00:00:00Z"',
        b"[[[[",
        b'"\\u0000"',
        str(math.pi).encode(),
    )


TARGETS = {
    "analyse": Target(analyse, _articles, _phrases),
    "parse": Target(parse_feed, _feeds, _markup),
    "decode": Target(decode, _messages, _json),
    "push": Target(push_in, _messages, _json),
}
