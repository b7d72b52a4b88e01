from datetime import UTC, datetime

import pytest
from newsloom_query import Seen, matches, parse
from newsloom_schemas.types import RawArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag_many

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ARTICLE = RawArticle(
    id="a1",
    origin="feed",
    title="H100仍缺货，輝達 raises prices",
    content="Renting GPUs costs more. “我们没有卡了，”黄仁勋说。算力紧张。",
    fetched_at=NOW,
)


@pytest.fixture(scope="module")
def seen():
    [tagged] = tag_many([ARTICLE], Analyser(), NOW)
    return Seen(tagged)


def why(text, seen):
    found = matches(parse(text, NOW), seen)
    return None if found is None else [span.text for span in found.spans]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("rent", ["Renting"]),
        ('"raises prices"', ["raises prices"]),
        ("shortage", ["缺货", "紧张"]),
        ("英伟达", ["輝達"]),
        ('"prices raises"', None),
        ("bitcoin", None),
        ("缺货 -bitcoin", ["缺货", "紧张"]),
        ("缺货 -NVIDIA", None),
        ('bitcoin price | "缺货"', ["缺货"]),
        ("pri*", ["prices"]),
        ("*", []),
    ],
)
def test_an_article_is_meant_and_says_why(text, spans, seen):
    assert why(text, seen) == spans
