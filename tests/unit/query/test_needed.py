"""Of many queries those are found that can match an article: each one that does, and few others."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_query import Seen, matches, parse
from newsloom_query.needed import Needs, needed
from newsloom_schemas.types import Amount, Entity, Mention, Quantity, RawArticle, TaggedArticle, Tagger, Theme

NOW = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = [
    "gpu", "GPUs", "shortages", "short", "算力", "紧缺", "英伟达", "NVIDIA", "H100", "10亿美元", "the", "缺", "waiting",
    "3万张GPU",
]  # fmt: skip
PARTS = [
    *WORDS, '"gpu shortages"', '"算力紧缺"', "short*", "算*", "title:gpu", 'title:"H100"', "theme:chips", "theme:chips>0.5",
    "company:NVIDIA", "amount>1e9 USD", "gpus>10000", "lang:zh", "since:2026-11-01", "until:2026-12-01", "origin:feed", "-gpu",
    "-theme:chips", "-(gpu | H100)", "(gpu | 算力)", "(theme:chips | lang:en)",
]  # fmt: skip


def article(text, *, themes=(), companies=(), figures=(None, None), language="zh"):
    amount, gpus = figures
    raw = RawArticle(id="a", origin="feed", title=text[:8], content=text, published_at=NOW, fetched_at=NOW)
    place = {"field": "content", "start": 0, "end": 1, "text": text[:1] or "x"}
    return TaggedArticle(
        article=raw,
        language=language,
        themes=tuple(Theme(id=t, score=0.7, evidence=()) for t in themes),
        entities=tuple(Entity(id=e, name=e, type="company", mentions=(Mention(**place),)) for e in companies),
        amounts=(Amount(**place, value=amount, currency="USD"),) if amount else (),
        quantities=(Quantity(**place, value=gpus, unit="gpu"),) if gpus else (),
        tagger=Tagger(version=1, taxonomy=1),
        tagged_at=NOW,
    )


TEXTS = st.lists(st.sampled_from([*WORDS, " ", "。", "."]), max_size=8).map("".join)
ARTICLES = st.builds(
    article, TEXTS, themes=st.sampled_from([(), ("chips",)]), companies=st.sampled_from([(), ("Q182477",)]),
    figures=st.tuples(st.sampled_from([None, 2e9, 5.0]), st.sampled_from([None, 30_000.0])),
    language=st.sampled_from(["zh", "en"]),
)  # fmt: skip
QUERIES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" ", " | "]).map(lambda sign: sign.join(parts))
)


@settings(deadline=None)  # the first query loads dictionaries
@given(st.lists(QUERIES, min_size=1, max_size=8), ARTICLES)
def test_no_query_that_matches_is_missed(texts, tagged):
    queries, seen = [parse(t, NOW) for t in texts], Seen(tagged)
    near = Needs(queries).near(seen)
    assert {n for n, query in enumerate(queries) if matches(query, seen)} <= set(near)
    assert near == sorted(set(near))


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("company:NVIDIA theme:chips gpu", {("entity", "Q182477")}),
        ("theme:chips", {("theme", "chips")}),
        ("theme:chips amount>1e9 USD", {("figure", "USD")}),
        ("theme:chips lang:zh", {("theme", "chips")}),
        ('"of shortages"', {("word", "shortages"), ("word", "shortag")}),
        ("lang:zh", None),
        ("-gpu", None),
        ("*", None),
        ("theme:chips | lang:zh", None),
    ],
)
def test_what_is_needed_is_the_rarest_of_what_must_be_there(text, keys):
    assert needed(parse(text, NOW).root) == (None if keys is None else frozenset(keys))


def test_queries_that_are_far_from_an_article_are_not_near_it():
    texts = [f"theme:chips word{n}" for n in range(100)] + ["NVIDIA", "lang:zh"]
    near = Needs([parse(t, NOW) for t in texts]).near(Seen(article("NVIDIA sells word7", themes=("chips",))))
    assert [texts[n] for n in near] == ["theme:chips word7", "NVIDIA", "lang:zh"]
