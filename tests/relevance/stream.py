"""stream.jsonl and the labelled articles → the documents of the sample stream, as tagger and indexer make them.

A line of stream.jsonl is an article's id, when it is said to be published and the feed that is said to bring it. The texts
stay in tests/quality/labelled and seeds; what is held back there (en, zh, press-b, fresh) is not in the stream.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from newsloom_indexer.document import Document, prepare
from newsloom_schemas.codec import encode
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import TAGGED
from newsloom_schemas.types import Feed, RawArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag_many

HERE = Path(__file__).parent
LABELLED = HERE.parent / "quality" / "labelled"
SEEDS = HERE.parents[1] / "seeds"
HELD_BACK = {"en", "zh", "en-press-b", "zh-press-b"}
NOW = datetime(2026, 11, 1, tzinfo=UTC)  # after every article of the stream; fixed, so that a run is like the one before


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def articles() -> tuple[RawArticle, ...]:
    """Return the articles of the stream in the order in which they were published."""
    texts = dict(_texts())
    return tuple(_article(line, *texts[line["id"]]) for line in lines(HERE / "stream.jsonl"))


def documents() -> list[Document]:
    """Return the stream as the indexer sends it. Raises TypeError where it would send one to news.dead."""
    tagged = tag_many(articles(), Analyser(), NOW)
    prepared = [prepare(Origin(TAGGED, 0, n, t.article.id.encode(), encode(t), ()), NOW) for n, t in enumerate(tagged)]
    unfit = [p for p in prepared if not isinstance(p, Document)]
    if unfit:
        raise TypeError(f"{len(unfit)} articles make no document, the first: {unfit[0]}")
    return [p for p in prepared if isinstance(p, Document)]


def _texts() -> Iterator[tuple[str, tuple[str, str]]]:
    for path in sorted(LABELLED.glob("*.jsonl")):
        if path.stem not in HELD_BACK:
            yield from ((a["id"], (a["title"], a["text"])) for a in lines(path))
    for path in SEEDS.glob("*.txt"):
        title, _, content = path.read_text("utf-8").partition("\n")
        yield path.stem, (title, content)


def _article(line: dict[str, Any], title: str, content: str) -> RawArticle:
    at = datetime.fromisoformat(line["published_at"])
    seed = line["feed"] == "seed"
    feed = None if seed else Feed(url=line["feed"])
    origin = "seed" if seed else "feed"
    return RawArticle(id=line["id"], origin=origin, title=title, content=content, published_at=at, fetched_at=at, feed=feed)
