"""Feeds as 2,000 sites have them, without any site: who is who, and what each one's document says at a time.

Everything follows from a feed's number, so that the server, the count of what should have been published, and the simulated
worlds agree without speaking to each other. A feed's entries are numbered; ``newest`` is the number of its latest one.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from random import Random
from typing import Final, Literal, NamedTuple, TypeVar

from bench.articles import Article, articles

HOSTS: Final = 480  # 2,000 feeds are not on 2,000 hosts
PLATFORM: Final = 40  # feeds that one host has, as platforms of blogs do
TEXTS: Final = 80  # that entries are cut from; each entry begins with words of its own
T = TypeVar("T", bound=str)
Form = Literal["rss", "atom", "json"]
Way = Literal["unchanged", "changed", "moved", "missing", "slow", "mute"]
# Of 100 feeds, for a poll an hour or so after the last one: most have nothing new, and say so.
WAYS: Final[dict[Way, int]] = {"unchanged": 70, "changed": 19, "moved": 3, "missing": 3, "slow": 3, "mute": 2}
FORMS: Final[dict[Form, int]] = {"rss": 70, "atom": 25, "json": 5}


class Site(NamedTuple):
    """One feed: how its server behaves, what it is written in, how many entries it lists and how many characters each has."""

    number: int
    host: str
    way: Way
    form: Form
    entries: int
    size: int
    chinese: bool
    fresh: int  # entries that are new at its next change


@cache
def site(number: int) -> Site:
    """Return the feed of a number."""
    chance = Random(number)  # noqa: S311 - chosen, not guessed
    return Site(
        number,
        _host(number),
        _drawn(chance, WAYS),
        _drawn(chance, FORMS),
        chance.choice((10, 10, 15, 20, 20, 25, 30, 50)),
        min(3_000, int(chance.lognormvariate(6.6, 1.0))),  # half have less than 740 characters an entry
        bool(number % 2),
        chance.choice((1, 1, 1, 2, 2, 3, 5)),
    )


def _host(number: int) -> str:
    """An address of loopback: each is a host of its own to whoever keeps to one request a host."""
    place = 0 if number < PLATFORM else 1 + number % (HOSTS - 1)
    return f"127.77.{place // 250}.{1 + place % 250}"


def _drawn(chance: Random, shares: Mapping[T, int]) -> T:
    return chance.choices(list(shares), list(shares.values()))[0]


def path(number: int) -> str:
    """Where a feed is on its host."""
    return f"/{number}/feed"


def link(found: Site, entry: int) -> str:
    """The address of an entry's article."""
    return f"https://site-{found.number}.example/news/{entry}"


def document(found: Site, newest: int) -> bytes:
    """Return the feed's document when ``newest`` is its latest entry."""
    numbers = range(newest, newest - found.entries, -1)
    return WRITERS[found.form](found, [(n, _entry(found, n)) for n in numbers]).encode()


def _entry(found: Site, number: int) -> Article:
    pool = _texts()[found.chinese :: 2]
    article = pool[(found.number * 31 + number) % len(pool)]
    head = f"第 {found.number} 号站点的第 {number} 条消息。" if found.chinese else f"Note {number} of site {found.number}. "
    return Article(f"{article.title} ({found.number}/{number})", head + article.content[: found.size])


@cache
def _texts() -> list[Article]:
    return [a._replace(content=a.content.replace("\n\n", "\n")) for a in articles(TEXTS, 7)][::-1]


def _when(number: int) -> str:
    return f"2026-11-{1 + number % 23:02}T{number % 24:02}:{number % 60:02}:00Z"


def _html(article: Article) -> str:
    return "".join(f"<p>{escape(line)}</p>\n" for line in article.content.split("\n") if line)


def _rss(found: Site, entries: list[tuple[int, Article]]) -> str:
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{link(found, n)}?utm_source=rss</link><guid>{link(found, n)}</guid>"
        f"<dc:creator>Desk</dc:creator><category>AI</category><dc:date>{_when(n)}</dc:date>"
        f"<content:encoded><![CDATA[{_html(a)}]]></content:encoded></item>\n"
        for n, a in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Site {found.number}</title><language>{_language(found)}</language>{items}</channel></rss>"
    )


def _atom(found: Site, entries: list[tuple[int, Article]]) -> str:
    items = "".join(
        f'<entry><title>{escape(a.title)}</title><id>{link(found, n)}</id><link href="{link(found, n)}"/>'
        f"<updated>{_when(n)}</updated><author><name>Desk</name></author>"
        f'<content type="html">{escape(_html(a))}</content></entry>\n'
        for n, a in entries
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_language(found)}">'
        f"<title>Site {found.number}</title><id>urn:site:{found.number}</id>{items}</feed>"
    )


def _json(found: Site, entries: list[tuple[int, Article]]) -> str:
    items = [
        {"id": link(found, n), "url": link(found, n), "title": a.title, "content_html": _html(a), "date_published": _when(n)}
        for n, a in entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": f"Site {found.number}", "language": _language(found)}
    return json.dumps({**head, "items": items}, ensure_ascii=False)


def _language(found: Site) -> str:
    return "zh-CN" if found.chinese else "en"


WRITERS: Final[dict[Form, Callable[[Site, list[tuple[int, Article]]], str]]] = {"rss": _rss, "atom": _atom, "json": _json}
TYPES: Final[dict[Form, str]] = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
