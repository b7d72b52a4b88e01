"""What reading a feed costs, beside feedparser and fastfeedparser on the same documents: ``python bench/parsing.py --help``.

newsloom's part is the whole way from bytes to articles: encoding, plain text, identity, dates, limits. The others give what
their ``parse`` gives, markup as it was; feedparser is also measured with its sanitising, which makes its markup safe to show.
"Reading" is newsloom's without the text and identity of each entry: what compares with the others.
The ratio of times is the figure to compare; a feed's time is the least of several, in turns with the others.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from statistics import median
from typing import Final

if __name__ == "__main__":  # `python bench/parsing.py` puts bench/ on the path, and not the folder that it is in
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import fastfeedparser
import feedparser
import msgspec
from newsloom_ingestor.parse import document, parse
from rich.console import Console
from rich.table import Table

from bench.articles import Article, articles
from bench.measuring import pinned

URL: Final = "https://example.org/feed"
NOW: Final = datetime(2026, 11, 24, tzinfo=UTC)
ENTRIES: Final = 50  # WordPress lists 10, large papers up to 100
Reader = Callable[[bytes], object]
READERS: Final[dict[str, Reader]] = {
    "newsloom": lambda data: parse(data, URL, fetched_at=NOW),
    "reading": lambda data: document(data, ""),
    "fastfeedparser": fastfeedparser.parse,
    "feedparser, bare": lambda data: feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False),
    "feedparser": feedparser.parse,
}


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds that each reader takes for a document of so many bytes, None where it cannot read it."""

    document: str
    size: int
    ms: dict[str, float | None]


def documents() -> dict[str, bytes]:
    """Return feeds of usual kinds, half of their articles Chinese: whole texts, summaries, another encoding, a broken one."""
    found = articles(ENTRIES, 1)
    whole, short = _rss(found, 6_000), _rss(found, 300)
    return {
        "RSS, whole articles": whole.encode(),
        "RSS, summaries": short.encode(),
        "Atom, whole articles": _atom(found).encode(),
        "RSS in GB18030": whole.replace('encoding="utf-8"', 'encoding="gb18030"').encode("gb18030"),
        "RSS, cut off": whole.encode()[:-400],
    }


def _paragraphs(article: Article, size: int) -> str:
    lines = article.content[:size].split("\n")
    return "".join(f'<p class="body">{escape(line)} <a href="/more">link</a></p>\n' for line in lines if line)


def _rss(found: list[Article], size: int) -> str:
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>https://example.org/{n}?utm_source=rss</link><guid>{n}</guid>"
        f"<dc:creator>Somebody</dc:creator><category>AI</category><pubDate>Mon, 23 Nov 2026 10:{n:02}:00 +0800</pubDate>"
        f"<description><![CDATA[{_paragraphs(a, 300)}]]></description>"
        + (f"<content:encoded><![CDATA[{_paragraphs(a, size)}]]></content:encoded>" if size > 300 else "")
        + "</item>\n"
        for n, a in enumerate(found)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed</title><link>https://example.org/</link>'
        f"<description>News</description>{items}</channel></rss>"
    )


def _atom(found: list[Article]) -> str:
    entries = "".join(
        f'<entry><title>{escape(a.title)}</title><link href="https://example.org/{n}"/><id>urn:x:{n}</id>'
        f"<updated>2026-11-23T10:{n:02}:00Z</updated><author><name>Somebody</name></author>"
        f'<content type="html">{escape(_paragraphs(a, 6_000))}</content></entry>\n'
        for n, a in enumerate(found)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title><id>urn:x</id>'
        f"<updated>2026-11-23T11:00:00Z</updated>{entries}</feed>"
    )


def measure(rounds: int) -> list[Timing]:
    """Measure every reader on every document, on one core."""
    with pinned():
        return [
            Timing(document=name, size=len(data), ms=dict(zip(READERS, _times(data, rounds), strict=True)))
            for name, data in documents().items()
        ]


def _times(data: bytes, rounds: int) -> list[float | None]:
    turns = [[_once(read, data) for read in READERS.values()] for _ in range(rounds + 1)][1:]
    return [min(times) if (times := [t for t in of_one if t is not None]) else None for of_one in zip(*turns, strict=True)]


def _once(read: Reader, data: bytes) -> float | None:
    """CPU milliseconds, None where the reader raises: fastfeedparser does so for what is not well-formed."""
    started = time.process_time()
    try:
        read(data)
    except Exception:  # noqa: BLE001 - whatever it raises, it could not read it
        return None
    return 1000 * (time.process_time() - started)


def table(timings: list[Timing]) -> Table:
    """Return milliseconds a document, and in brackets how many times newsloom's that is."""
    shown = Table(title=f"Milliseconds a feed of {ENTRIES} articles (times newsloom's)")
    shown.add_column("feed")
    for name in ("kB", *READERS):
        shown.add_column(name, justify="right")
    for timing in timings:
        ours = timing.ms["newsloom"] or 0.0
        cells = [f"{ms:.1f} ({ms / ours:.2f})" if ms is not None and ours else "cannot" for ms in timing.ms.values()]
        shown.add_row(timing.document, f"{timing.size / 1000:.0f}", *cells)
    ratios = [_ratio([t for t in timings if t.ms[name] is not None], name) for name in READERS]
    shown.add_row("middle of the ratios", "", *ratios)
    return shown


def _ratio(timings: list[Timing], name: str) -> str:
    return f"{median((t.ms[name] or 0.0) / (t.ms['newsloom'] or 1.0) for t in timings):.2f}" if timings else ""


def main(arguments: list[str] | None = None) -> None:
    """Measure as told and print."""
    options = argparse.ArgumentParser(description="Measure how feeds are read beside feedparser and fastfeedparser.")
    options.add_argument("--rounds", type=int, default=10, help="rounds that count (10)")
    options.add_argument("--json", action="store_true", help="JSON instead of a table")
    asked = options.parse_args(arguments)
    timings = measure(max(1, asked.rounds))
    if asked.json:
        print(msgspec.json.format(msgspec.json.encode(timings)).decode())
    else:
        Console(width=120).print(table(timings))


if __name__ == "__main__":
    main()
