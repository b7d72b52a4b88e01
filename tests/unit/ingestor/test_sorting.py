"""One article once: whatever feeds list it, under whatever address, and however often it is edited."""

from datetime import UTC, datetime

import msgspec
import pytest
from newsloom_ingestor import articles
from newsloom_ingestor.decide import Polled, Read
from newsloom_ingestor.fetch import Fetched, Validators
from newsloom_ingestor.intake import Intake
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.sorting import PATIENCE_S, TRIES, PageAnswer
from newsloom_ingestor.state import State
from newsloom_schemas.types import Extraction, Feed, RawArticle
from support.topic import Topic

HOUR = 3600.0
LONG = "NVIDIA said that its accelerators stay sold out until autumn, and that customers wait for eleven months. " * 4


class World:
    """An ingestor without a network: ``poll`` gives it a feed's document, ``page`` an answer to the oldest waiting page."""

    def __init__(self, folder):
        self.state = State(folder)
        self.topic = Topic(self.state)
        self.pages = False
        self.now = 1000.0
        self.intake = Intake(self.state, self.topic, self.topic, lambda _article, whole: self.pages and not whole)

    def poll(self, *found, feed="https://a.org/feed", whole=()):
        listed = tuple(msgspec.structs.replace(a, feed=Feed(url=feed)) for a in found)
        parsed = Parsed(Feed(url=feed), listed, (), whole=frozenset(whole))
        return dict(self.intake.poll(Polled(feed, Read(Fetched(b"", "", feed, Validators()), parsed)), self.now).outcomes)

    def page(self, text="", reason="", ids=(), retry_s=None):
        (waiting,) = self.state.pages_due(self.now, 1)
        found = msgspec.structs.replace(waiting.article, content=text, extraction=Extraction(method="page", length=len(text)))
        return self.intake.page(waiting, PageAnswer(found if text else None, reason, ids, retry_s), self.now).outcome


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.state.close()


def article(i="1", content="Chips are short.", title="Chips"):
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return RawArticle(id=i, origin="feed", url=f"https://e.org/{i}", title=title, content=content, fetched_at=at)


def test_an_article_in_two_feeds_is_published_once_with_a_revision_that_names_the_second(world):
    assert world.poll(article()) == {"new": 1}
    assert world.poll(article(content="Chips are …"), feed="https://b.org/feed") == {"edited-feeds": 1}
    assert world.poll(article(content="Chips are …"), feed="https://b.org/feed") == {"listed-before": 1}
    first, second = world.topic.sent
    assert (first.revision, first.edit, first.also_in) == (1, None, ())
    assert (second.revision, second.edit.kind, second.edit.revision) == (2, "feeds", 1)
    assert [f.url for f in second.also_in] == ["https://b.org/feed"]
    assert second.content == first.content


def test_many_feeds_are_not_all_named(world):
    world.poll(article())
    said = [world.poll(article(), feed=f"https://{n}.org/feed") for n in range(articles.FEEDS + 3)]
    assert said[-1] == {"many-feeds": 1}
    assert len(world.topic.sent) == articles.FEEDS


def test_an_edit_is_the_next_revision_with_its_diff_once(world):
    world.poll(article())
    world.now += HOUR
    assert world.poll(article(content="Chips are no longer short.")) == {"edited-text": 1}
    assert world.poll(article(content="Chips are no longer short.")) == {"known": 1}
    edit = world.topic.sent[1].edit
    assert (edit.kind, edit.revision) == ("text", 1)
    assert edit.diff.splitlines()[-2:] == ["-Chips are short.", "+Chips are no longer short."]
    assert 0 < edit.changed <= 1


def test_cosmetic_changes_are_not_told_and_not_compared_again(world):
    world.poll(article())
    world.now += HOUR
    assert world.poll(article(content="Chips  are SHORT!")) == {"known": 1}
    assert world.poll(article(content="Chips are scarce."), feed="https://b.org/feed") == {"edited-feeds": 1}
    assert world.topic.sent[-1].content == "Chips are short."


def test_an_edit_of_an_edit_waits_a_little_and_is_not_forgotten(world):
    world.poll(article())
    assert world.poll(article(content="Chips are scarce.")) == {"too-soon": 1}
    world.now += articles.REST_S
    assert world.poll(article(content="Chips are scarce.")) == {"edited-text": 1}


def test_a_page_that_never_rests_is_no_news_after_a_while(world):
    for n in range(articles.REVISIONS + 5):
        world.poll(article(content=f"Visitors so far: {n}"))
        world.now += HOUR
    assert len(world.topic.sent) == articles.REVISIONS


def test_the_same_text_under_another_address_is_the_same_article(world):
    world.poll(article("1", LONG))
    assert world.poll(article("2", LONG.upper()), feed="https://b.org/feed") == {"edited-feeds": 1}
    assert world.poll(article("2", LONG), feed="https://b.org/feed") == {"listed-before": 1}
    assert world.poll(article("3", LONG), article("4", LONG)) == {"listed-before": 2}
    assert {a.id for a in world.topic.sent} == {"1"}


def test_two_entries_with_one_text_in_one_document_are_one_article(world):
    assert world.poll(article("1", LONG), article("2", LONG)) == {"new": 1, "same-text": 1}
    assert world.poll(article("2", LONG)) == {"known": 1}


def test_short_texts_may_be_alike(world):
    assert world.poll(article("1", "Watch the video."), article("2", "Watch the video.")) == {"new": 2}


def test_a_new_article_waits_for_its_page_unless_its_feed_has_it_whole(world):
    world.pages = True
    assert world.poll(article("1"), article("2"), whole={"2"}) == {"page": 1, "new": 1}
    assert world.poll(article("1")) == {"waiting": 1}
    assert world.page(LONG) == "new"
    assert [(a.id, a.extraction.method) for a in world.topic.sent] == [("2", "feed"), ("1", "page")]
    assert world.state.pages_waiting() == 0
    assert world.poll(article("1")) == {"known": 1}


def test_a_second_feed_that_lists_it_meanwhile_is_named_at_once(world):
    world.pages = True
    world.poll(article("1"))
    world.poll(article("1"), feed="https://b.org/feed")
    world.page(LONG)
    (sent,) = world.topic.sent
    assert [f.url for f in (sent.feed, *sent.also_in)] == ["https://a.org/feed", "https://b.org/feed"]


def test_a_page_that_cannot_be_had_is_tried_again_then_the_feeds_own_text_is_published(world):
    world.pages = True
    world.poll(article("1"))
    said = []
    while world.state.pages_waiting():
        said.append(world.page(reason="HTTP 503", retry_s=60.0))
        world.now += 60.0
    assert said == ["page-later"] * (TRIES - 1) + ["new"]
    assert world.topic.sent[0].content == "Chips are short."
    assert world.topic.sent[0].extraction == Extraction(method="feed", length=16, reason="HTTP 503")


def test_an_article_waits_no_longer_than_news_is_news(world):
    world.pages = True
    world.poll(article("1"))
    world.now += PATIENCE_S + 1
    assert world.page(reason="asked to wait", retry_s=60.0) == "new"


def test_a_page_that_is_not_to_be_read_is_not_tried_again(world):
    world.pages = True
    world.poll(article("1"))
    assert world.page(reason="refused by robots.txt") == "new"
    assert world.topic.sent[0].extraction.reason == "refused by robots.txt"


def test_a_page_that_calls_itself_by_a_known_address_is_that_article(world):
    world.poll(article("1", LONG))
    world.pages = True
    world.poll(article("2"), feed="https://b.org/feed")
    assert world.page(LONG + "More. " * 50, ids=("1",)) == "edited-feeds"
    assert world.poll(article("2"), feed="https://b.org/feed") == {"listed-before": 1}
    assert {a.id for a in world.topic.sent} == {"1"}


def test_an_article_is_known_under_the_address_that_its_page_gives_itself(world):
    world.pages = True
    world.poll(article("1"))
    world.page(LONG, ids=("9",))
    assert world.poll(article("9")) == {"known": 1}


def test_an_address_that_a_site_gives_to_all_its_pages_costs_no_article(world):
    world.pages = True
    other = "The ferry crossed the sound without anybody at its wheel while passengers slept below, said its captain. " * 4
    for name, content in (("1", LONG), ("2", other)):
        world.poll(article(name))
        assert world.page(content, ids=("9",)) == "new"
    assert [a.id for a in world.topic.sent] == ["1", "2"]
    world.poll(article("3"))
    assert world.page(LONG + "And more.", ids=("9",)) != "new", "the same story is known"


def test_a_feed_that_tells_an_article_anew_has_its_page_read_again(world):
    world.pages = True
    world.poll(article("1"))
    world.page(LONG)
    world.now += HOUR
    assert world.poll(article("1", "Chips are not short.")) == {"page": 1}
    assert world.page(LONG + "Correction: nine months.") == "edited-text"
    assert world.topic.sent[-1].revision == 2
    world.now += HOUR
    assert world.poll(article("1", "Chips are not short.")) == {"known": 1}


def test_pushed_articles_are_published_and_edited_by_pushing_again(world):
    pushed = msgspec.structs.replace(article(), origin="push")
    assert world.intake.push(pushed, world.now).outcome == "new"
    world.now += HOUR
    assert world.intake.push(msgspec.structs.replace(pushed, content="Else."), world.now).outcome == "edited-text"
    assert world.topic.sent[-1].origin == "push"


def test_what_is_kept_is_bounded(world):
    world.poll(*(article(str(n), f"{n} {LONG}") for n in range(50)))
    assert world.state.known(["7"])["7"].article
    world.poll(article("0"))
    world.now += 3 * 24 * HOUR
    world.state.prune(world.now)
    assert world.state.known(["7"])["7"].article is None
    assert world.poll(article("7", "Something else.")) == {"not-kept": 1}
