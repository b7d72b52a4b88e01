"""The stream that is measured with reads like the labelled articles, and is the same each time."""

import random
from datetime import timedelta
from itertools import islice, pairwise

import pytest
from newsloom_schemas.codec import decode
from newsloom_schemas.types import TaggedArticle

from bench import recombined, tagged


def some(count=200, seed=0):
    return list(recombined.articles(count, seed))


def test_the_same_seed_gives_the_same_articles_and_more_of_them_begin_with_these():
    assert some() == some()
    assert some(50) == list(islice(recombined.articles(100_000), 50))
    assert some(seed=1) != some()


def test_no_two_have_the_same_id_and_both_languages_are_there():
    articles = some(1_000)
    assert len({a.id for a in articles}) == 1_000
    chinese = sum(max(a.title) >= "\u4e00" for a in articles)
    assert 350 < chinese < 650


def test_they_come_in_the_order_of_their_times_a_hundred_thousand_a_year():
    times = [a.published_at for a in some(1_000)]
    assert times == sorted(times)
    assert times[-1] - times[0] == pytest.approx(timedelta(days=3.65), abs=timedelta(hours=1))


def test_sentences_stay_whole_and_in_order_under_the_title_of_the_first():
    pool = tuple(recombined.Source(f"T{n}", tuple(f"{n}.{i}." for i in range(50))) for n in range(9))
    for seed in range(20):
        made = recombined.recombined(random.Random(seed), pool, " ")
        passages = [[tuple(map(int, s.split(".")[:2])) for s in part.split()] for part in made.content.split("\n\n")]
        assert 2 <= len(passages) <= 5
        assert made.title == f"T{passages[0][0][0]}"
        for passage in passages:
            assert all((n, i) == (m, (j + 1) % 50) for (m, j), (n, i) in pairwise(passage))


def test_lengths_differ_as_those_of_news_do():
    sizes = sorted(len(a.content.encode()) for a in some(1_000))
    assert 1_200 < sizes[500] < 2_200
    assert sizes[950] > 2 * sizes[500]


def test_sentences_lose_nothing_but_the_space_between_them():
    text = "他说：“够了。”随后离开！One. Two? Three\nFour"
    assert recombined.sentences(text) == ("他说：“够了。”", "随后离开！", "One.", "Two?", "Three", "Four")


def test_records_are_tagged_once_and_fewer_are_taken_from_more(tmp_path, monkeypatch):
    monkeypatch.setattr(tagged, "CACHE", tmp_path)
    made = [decode(TaggedArticle, value) for value in tagged.values(20)]
    assert [t.article for t in made] == some(20)
    for t in made:
        text = {"title": t.article.title, "content": t.article.content}
        assert all(text[m.field][m.start : m.end] == m.text for e in t.entities for m in e.mentions)
    monkeypatch.setattr(tagged, "_fill", None)
    assert [decode(TaggedArticle, value) for value in tagged.values(5)] == made[:5]
