"""The articles that both evaluators are asked about: the labelled ones, the seed, and ones that no newspaper would print."""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

from msgspec.structs import replace
from newsloom_query import Seen
from newsloom_schemas.types import Amount, Feed, Quote, RawArticle, TaggedArticle, Theme
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag_many

from tests.relevance import stream

MADE = 300
PIECES = [  # of words: scripts, widths, accents, marks within words and between them, stems, pictures
    *"AaBsé９Ａ人民中国卡云テﾃﾞス한국אไท·-_’'.,:&/@🚀❤️\u0301\u200d\u3000 \n", "ing", "ness", "ies", "ed", "'s",
    "GPT-4", "NVIDIA", "英伟达", "輝達", "算力", "紧缺", "shortage", "straße", "İstanbul", "ﬁ", "½", "Ⅷ", "U.S.", "3.5bn",
    "1,000", "$5 billion", "50亿美元", "C++", "naïve", "don't", "𠀀", "葛\U000e0100",
    "H100", "卡紧", "10万张GPU", "🇨🇳", "x" * 260,
]  # fmt: skip
FEEDS = (
    Feed(url="https://www.example.com/rss", title="Example Wire"),
    Feed(url="http://user@feeds.example.com:8080/x?y=http://other.org/", title="機器之心 | 资讯"),
    Feed(url="https://example.com.evil.org/feed", title="Ｅxample　wires"),
    Feed(url="HTTPS://Blog.Example.ORG", title="t" * 256),
    Feed(url="https://long.example/" + "p" * 8200, title="long " + "t" * 252),
)
SPEAKERS = ("Jensen Huang", "黃仁勳", "Huang", "Alibaba", "li", "Li Auto's Li Xiang", "Ｌi", "s" * 256, "li " + "s" * 254, None)


@cache
def seen() -> tuple[Seen, ...]:
    """Return the articles, tagged: more than a thousand."""
    labelled = [_article(n, name, title, text) for n, (name, (title, text)) in enumerate(stream._texts())]  # noqa: SLF001
    tagged = tag_many([*labelled, *_odd()], Analyser(), stream.NOW)
    return tuple(Seen(_dressed(n, t)) for n, t in enumerate(tagged))


def _article(n: int, name: str, title: str, text: str) -> RawArticle:
    at = stream.NOW - timedelta(minutes=37 * n, microseconds=n)
    return RawArticle(id=name, origin="feed", title=title, content=text, fetched_at=at)


def _odd() -> Iterator[RawArticle]:
    chance = random.Random(7)
    for n in range(MADE):
        title, text = ("".join(chance.choices(PIECES, k=k)) for k in (6, 60))
        yield _article(n, f"odd-{n}", title, text)


def _dressed(n: int, tagged: TaggedArticle) -> TaggedArticle:
    """Return the article with feeds, origins, times, scores, sums and speakers in turn, at their limits too."""
    article = tagged.article
    first, also = FEEDS[n % len(FEEDS)], FEEDS[(n // 7) % len(FEEDS)]
    origin = ("feed", "push", "backfill", "seed")[n % 4]
    at = article.fetched_at - timedelta(days=n % 9) if n % 3 else None
    article = replace(
        article, origin=origin, feed=first if n % 4 == 0 else None, also_in=(also,) if n % 6 == 0 else (), published_at=at
    )
    themes = tuple(replace(t, score=(n % 11) / 10) if n % 5 == 0 else t for t in tagged.themes)
    more = {} if n % 4 else {"amounts": (*tagged.amounts, _amount(n)), "quotes": (*tagged.quotes, _quote(n))}
    return replace(tagged, article=article, themes=_once(themes), **more)


def _once(themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
    return tuple({t.id: t for t in themes}.values())


def _amount(n: int) -> Amount:
    value = (1e9, 999_999_999.0, 0.1, 5e9, 4.995e9, 2.5e9)[n // 4 % 6]
    high = value * 2 if n % 8 else None
    return Amount(field="title", start=0, end=1, text="$", value=value, currency=("USD", "CNY")[n % 3 == 0], high=high)


def _quote(n: int) -> Quote:
    return Quote(field="title", start=0, end=1, text="…", speaker=SPEAKERS[n // 4 % len(SPEAKERS)])
