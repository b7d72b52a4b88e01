"""Which article raises which alert."""

from datetime import timedelta

import pytest
from newsloom_notifier.decide import LATE, OLD, WINDOW, decide
from newsloom_notifier.memory import Memory
from newsloom_notifier.searches import Searches
from newsloom_schemas.codec import encode
from support.alerting import CAME, SAVED, article, search

LATER = CAME + timedelta(hours=5)


def asked(*saved):
    searches = Searches()
    for one in saved or (search(),):
        searches.add(one.name.encode(), encode(one))
    assert searches.settle() == []
    return searches


class Desk:
    """Searches and what they told; ``read`` returns (outcome, which search told of which story)."""

    def __init__(self, *saved):
        self.searches, self.memory = asked(*saved), Memory()

    def read(self, tagged, now=LATER):
        outcome, alerts = decide(tagged, self.searches, self.memory, now)
        return outcome, [(a.search, a.story) for a in alerts]


def test_an_article_that_a_search_asks_for_raises_an_alert_that_says_why():
    outcome, (alert,) = decide(article(content="The wait is long."), asked(search(about="GPUs")), Memory(), LATER)
    assert outcome == "matched"
    assert (alert.search, alert.query, alert.about, alert.story, alert.matched_at) == ("s", "H100", "GPUs", "a", LATER)
    assert [p.text for p in alert.passages] == ["The H100 is short"]
    assert (alert.article.title, alert.article.language) == ("The H100 is short", "en")


def test_each_search_that_asks_for_it_is_told():
    desk = Desk(search(name="one"), search("title:short", name="two"), search("H200", name="three"))
    assert desk.read(article()) == ("matched", [("one", "a"), ("two", "a")])
    assert desk.read(article("b", "Nothing of that kind")) == ("unmatched", [])


def test_what_comes_twice_is_told_once():
    desk = Desk()
    assert desk.read(article()) == ("matched", [("s", "a")])
    assert desk.read(article()) == ("told", [])
    assert desk.read(article(version=2)) == ("told", []), "by a newer tagger, after a kill"


def test_a_reprint_is_told_to_whoever_was_not_told_of_the_story():
    desk = Desk(search(name="one"), search("reprinted", name="two"))
    assert desk.read(article("a", text=1)) == ("matched", [("one", "a")])
    assert desk.read(article("b", "The H100 is short, reprinted", text=1)) == ("matched", [("two", "a")])
    assert desk.read(article("c", "The H100 is short, reprinted again", text=1)) == ("told", [])
    assert desk.read(article("d", "Another H100", text=2)) == ("matched", [("one", "d")])


def test_articles_without_a_fingerprint_are_stories_of_their_own():
    desk = Desk()
    assert desk.read(article("a")) == ("matched", [("s", "a")])
    assert desk.read(article("b")) == ("matched", [("s", "b")])


class TestEdit:
    def test_of_what_was_told_is_not_told(self):
        desk = Desk()
        desk.read(article())
        assert desk.read(article(title="The H100 is scarce", revision=2, fetched_at=LATER)) == ("told", [])

    def test_that_makes_an_article_match_for_the_first_time_is_told_once(self):
        desk = Desk()
        assert desk.read(article(title="Breaking")) == ("unmatched", [])
        assert desk.read(article(revision=2, fetched_at=LATER)) == ("matched", [("s", "a")])
        assert desk.read(article(revision=3, fetched_at=LATER)) == ("told", [])

    def test_of_an_article_from_before_the_search_is_not_told(self):
        before = SAVED - timedelta(minutes=1)
        desk = Desk()
        assert desk.read(article(published_at=before, fetched_at=before)) == ("unmatched", [])
        assert desk.read(article(published_at=before, revision=2, fetched_at=LATER)) == ("unmatched", [])

    def test_of_an_article_without_a_date_is_not_told_for_nobody_knows_how_old_it_is(self):
        assert Desk().read(article(published_at=None, revision=2)) == ("unmatched", [])

    def test_days_after_publication_is_not_told(self):
        assert Desk().read(article(revision=2, fetched_at=CAME + OLD + timedelta(seconds=1)), CAME + OLD) == ("older", [])


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"retag": True}, "retagged"),
        ({"origin": "backfill"}, "older"),
        ({"origin": "seed"}, "older"),
        ({"published_at": CAME - OLD - timedelta(seconds=1)}, "older"),
        ({"fetched_at": LATER - LATE - timedelta(seconds=1), "published_at": None}, "late"),
    ],
)
def test_what_is_no_news_is_told_to_nobody(fields, outcome):
    assert Desk(search(created_at=SAVED - 2 * LATE)).read(article(**fields)) == (outcome, [])


@pytest.mark.parametrize(
    "fields", [{"origin": "push"}, {"published_at": None}, {"published_at": CAME - OLD}, {"published_at": LATER}]
)
def test_what_is_pushed_in_or_badly_dated_is_news_all_the_same(fields):
    assert Desk().read(article(**fields)) == ("matched", [("s", "a")])


class TestSince:
    def test_an_article_that_came_before_the_search_was_saved_is_not_told(self):
        assert Desk().read(article(fetched_at=SAVED - timedelta(seconds=1))) == ("unmatched", [])
        assert Desk().read(article(fetched_at=SAVED)) == ("matched", [("s", "a")])

    def test_one_that_was_published_before_and_came_after_is(self):
        assert Desk().read(article(published_at=SAVED - timedelta(hours=2))) == ("matched", [("s", "a")])

    def test_a_paused_search_tells_of_nothing_and_a_resumed_one_of_what_comes_after(self):
        assert Desk(search(enabled=False)).read(article()) == ("unmatched", [])
        resumed = Desk(search(since=LATER))
        assert resumed.read(article()) == ("unmatched", [])
        assert resumed.read(article("b", fetched_at=LATER)) == ("matched", [("s", "b")])


def test_an_alert_fits_on_its_topic_whatever_the_article_holds():
    long = "H100 " * 200_000
    _, (alert,) = decide(article(title=long, content=long), asked(), Memory(), LATER)
    assert len(encode(alert)) < 20_000


def test_alerts_are_remembered_for_longer_than_articles_can_come_again():
    assert WINDOW > OLD + LATE
