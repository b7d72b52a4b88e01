"""Which story a document gets: its own again, that of what it resembles most, or a new one."""

import random
from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from newsloom_indexer import stories
from newsloom_indexer.document import KEYS, Document, keys
from newsloom_indexer.stories import COMMON, HITS, WINDOW, Known, Shelf
from newsloom_schemas.dead import Origin
from newsloom_schemas.types import Fingerprint

ORIGIN = Origin("news.tagged", 0, 0, b"", b"", ())
DAY = 86_400.0


def spread(numbers):
    """Hashes lie anywhere: which of them are the lowest is a matter of chance."""
    return [random.Random(n).getrandbits(40) for n in numbers]


@cache
def text(first, size=600):
    return Fingerprint(text=tuple(sorted(spread(range(first, first + size)))[:64]), title=first)


def document(name, fingerprint, at=0.0, *, again=False):
    return Document(ORIGIN, name, 1, b"", at, again, fingerprint, name, keys(fingerprint))


def known(name, fingerprint, story=None, at=0.0):
    return Known(name, story or name, at, fingerprint, keys(fingerprint))


def decide(documents, earlier=(), kept=None):
    return stories.decide(documents, kept or {}, [Shelf(100), Shelf(100, earlier)])


def test_a_reprint_joins_the_story_and_something_else_begins_one():
    earlier = [known("first", text(0), "story"), known("other", text(5000))]
    assert decide([document("reprint", text(100)), document("new", text(9000))], earlier) == ["story", "new"]


def test_in_one_batch_the_first_one_begins_the_story():
    assert decide([document("a", text(0)), document("b", text(100)), document("c", text(200))]) == ["a", "a", "a"]


def test_of_two_stories_the_nearer_one_is_joined():
    assert decide([document("new", text(100))], [known("far", text(400)), known("near", text(120))]) == ["near"]


def test_an_article_keeps_its_story_through_edits_and_redeliveries():
    earlier = [known("edited", text(0), "story"), known("other", text(5000))]
    assert decide([document("edited", text(5000))], earlier) == ["story"], "what it resembles now is another story"
    assert decide([document("edited", text(5000), again=True)], earlier[1:], {"edited": "story"}) == ["story"]
    twice = [document("a", text(0)), document("a", text(5000)), document("b", text(5100))]
    assert decide(twice, [known("other", text(5000))]) == ["a", "a", "other"]


def test_a_story_goes_on_while_no_two_weeks_are_without_it():
    earlier = [known("first", text(0))]
    assert decide([document("later", text(0), WINDOW + 1)], earlier) == ["later"]
    assert decide([document("older", text(0), -WINDOW - 1)], earlier) == ["older"]
    assert decide([document("reprint", text(0), WINDOW), document("later", text(0), WINDOW + 1)], earlier) == ["first", "first"]


def test_without_a_fingerprint_an_article_is_its_own_story():
    assert decide([document("a", None), document("b", None)]) == ["a", "b"]
    assert keys(None) == []
    assert stories.question([document("a", None)], {}) is None


def test_only_what_may_be_there_already_is_asked_for_by_its_id():
    asked = stories.held([document("a", text(0)), document("b", text(0), again=True), document("c", None, again=True)])
    assert [d["_id"] for d in asked] == ["b", "c"]
    answer = {"docs": [{"_id": "b", "found": True, "_source": {"story": "s"}}, {"_id": "c", "found": False}]}
    assert stories.stories(answer) == {"b": "s"}
    assert stories.stories({"docs": [{"_id": "b", "found": True, "_source": {}}]}) == {}, "from before there were stories"


def test_the_search_is_for_all_keys_that_lead_somewhere_and_the_days_around():
    one = text(0)
    body = stories.question([document("a", one, 20 * DAY), document("b", None, 0.0)], dict.fromkeys(keys(one)[:1]))
    time, terms = body["query"]["bool"]["filter"]
    assert time["range"]["@timestamp"] == {"gte": 6 * DAY * 1000, "lte": 34 * DAY * 1000, "format": "epoch_millis"}
    assert terms["terms"]["story_keys"] == sorted(keys(one)[1:])
    assert len(keys(one)) == KEYS + 1


def test_the_answer_is_read_back_as_it_was_written():
    one = text(0)
    fields = {"article.id": ["a"], "story": ["s"], "@timestamp": ["1500"], "fingerprint.text": list(one.text)}
    answer = {"hits": {"hits": [{"fields": {**fields, "fingerprint.title": [0]}}]}}
    assert stories.found(answer) == [known("a", Fingerprint(text=one.text), "s", 1.5)]
    assert not stories.full(answer)
    assert stories.full({"hits": {"hits": [None] * HITS}})


def test_a_key_that_many_stories_have_leads_nowhere():
    notice = text(0)
    shelf = Shelf(100, [known(f"n{i}", notice) for i in range(COMMON + 1)])
    assert set(shelf.common()) == set(keys(notice))
    assert list(shelf.near(keys(notice))) == []
    reprinted = Shelf(100, [known(f"r{i}", notice, "story") for i in range(COMMON + 1)])
    assert reprinted.common() == [], "however often a story is reprinted, it is one"


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 2)), max_size=40))
def test_a_shelf_knows_the_last_articles_and_nothing_of_the_others(puts):
    shelf, last = Shelf(4), {}
    for name, first, story in puts:
        article = known(f"a{name}", text(first * 5000), f"s{story}")
        shelf.put(article)
        last.pop(article.id, None)
        last[article.id] = article
        last = dict(list(last.items())[-4:])
    for first in range(4):
        near = {a.id for a in shelf.near(keys(text(first * 5000)))}
        assert near <= {a.id for a in last.values() if a.fingerprint == text(first * 5000)}
    assert {n: shelf.story(n) for n in (f"a{i}" for i in range(7))} == {
        f"a{i}": last[f"a{i}"].story if f"a{i}" in last else None for i in range(7)
    }
