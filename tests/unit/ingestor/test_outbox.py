"""Nothing lost, nothing twice: the process is killed at every step there is, once and twice, and started again."""

import itertools
import json
import random
from datetime import UTC, datetime

import pytest
from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from newsloom_ingestor.decide import Polled, Read
from newsloom_ingestor.fetch import Fetched, Validators
from newsloom_ingestor.intake import Intake, queued
from newsloom_ingestor.opening import open_stream
from newsloom_ingestor.outbox import Outbox
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.state import State
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import Feed, RawArticle

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SEEDS = [RawArticle(id=f"seed{n}", origin="seed", title="t", content="c", fetched_at=NOW) for n in range(2)]
# Two feeds that share articles, polled twice; the second time the first has two more.
POLLS = [("A", "123"), ("B", "234"), ("A", "12356"), ("B", "7")]
# Each article once; those that both feeds list once more, as the revision that says so.
EXPECTED = sorted([*"1234567", "seed0", "seed1", "2'", "3'"])


class KilledError(BaseException):
    """What stands for kill -9: nothing after it runs."""


class Fate:
    """Counts the steps of a life and ends it at one of them."""

    def __init__(self, dies_at=None):
        self.dies_at, self.steps = dies_at, 0

    def step(self):
        if self.steps == self.dies_at:
            raise KilledError
        self.steps += 1


class Topics:
    """Kafka as a list of records a partition; a kill can fall between any two records of a send."""

    def __init__(self, partitions=3):
        self.logs = {(RAW, p): [] for p in range(partitions)} | {(DEAD, 0): []}
        self.order = []
        self.fate = Fate()
        self.answer = lambda _message, _attempt: None
        self.attempts = 0

    def ends(self):
        self.fate.step()
        return {place: len(log) for place, log in self.logs.items()}

    def keys(self, since):
        self.fate.step()
        return [(place[0], m.key.decode()) for place, log in self.logs.items() for m in log[since.get(place, 0) :]]

    def send(self, messages):
        self.attempts += 1
        return [self._one(m) for m in messages]

    def _one(self, message):
        self.fate.step()
        error = self.answer(message, self.attempts)
        if not isinstance(error, MessageSizeTooLargeError) and getattr(error, "written", True):
            partition = 0 if message.topic == DEAD else sum(message.key) % 3
            self.logs[message.topic, partition].append(message)
            self.order.append((message.topic, named(message)))
        self.fate.step()
        return error

    def ids(self, topic=RAW):
        return sorted(key for t, key in self.order if t == topic)


def named(message):
    """An article's id, with a mark for each revision after the first."""
    article = json.loads(message.value) if message.value and message.topic == RAW else {}
    return message.key.decode() + "'" * (article.get("revision", 1) - 1)


class FragileState(State):
    """A kill can fall before each transaction, or right after it is on disk."""

    fate = Fate()

    def __init__(self, folder):
        super().__init__(folder)
        self._db.execute("PRAGMA synchronous=OFF")  # no power fails here, and a thousand lives are lived

    def begin(self):
        self.fate.step()
        super().begin()

    def commit(self):
        super().commit()
        self.fate.step()


def document(feed, ids):
    articles = tuple(
        RawArticle(id=i, origin="feed", url=f"https://e.org/{i}", title=i, content="c", fetched_at=NOW, feed=Feed(url=feed))
        for i in ids
    )
    return Polled(feed, Read(Fetched(b"", "", feed, Validators(digest=ids)), Parsed(Feed(url=feed), articles, ())))


def live(folder, topics, fate=None, polls=POLLS, at_once=1):
    """One life of the service, as app.py leads it, with so many polls taken in together.

    Returns the steps it took, or None where it was killed.
    """
    topics.fate = fate = fate or Fate()
    state = FragileState(folder)
    state.fate = fate
    outbox = Outbox(state, topics, lambda: 1000.0)
    try:
        open_stream(state, topics, outbox, [queued(s) for s in SEEDS], lambda: 1000.0)
        state.configure({feed for feed, _ in polls}, 1000.0)
        intake = Intake(state, topics, outbox, lambda _article, _whole: False)
        for first in range(0, len(polls), at_once):
            with intake.together():
                for feed, ids in polls[first : first + at_once]:
                    intake.poll(document(feed, ids), 1000.0)
        assert state.waiting() == []
    except KilledError:
        return None
    finally:
        state.close()
    return fate.steps


def test_every_article_is_published_once_and_the_seeds_first(tmp_path):
    topics = Topics()
    steps = live(tmp_path, topics)
    assert steps > 60, "the kills below fall between real steps"
    assert topics.ids() == EXPECTED
    assert topics.order[:2] == [(RAW, "seed0"), (RAW, "seed1")]


def test_a_second_life_publishes_nothing_again(tmp_path):
    topics = Topics()
    live(tmp_path, topics)
    live(tmp_path, topics)
    assert topics.ids() == EXPECTED


@pytest.mark.parametrize("at_once", [1, 3])
def test_killed_at_any_step_nothing_is_lost_or_doubled(tmp_path, at_once):
    steps = live(tmp_path / "whole", Topics(), at_once=at_once)
    for dies_at in range(steps):
        topics, folder = Topics(), tmp_path / str(dies_at)
        assert live(folder, topics, Fate(dies_at), at_once=at_once) is None
        live(folder, topics, at_once=at_once)
        assert topics.ids() == EXPECTED, f"killed at step {dies_at}"
        assert [key for _, key in topics.order[:2]] == ["seed0", "seed1"], f"killed at step {dies_at}"


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path):
    chance = random.Random(7)
    for n in range(60):
        topics, folder = Topics(), tmp_path / str(n)
        kills = 0
        while live(folder, topics, Fate(chance.randrange(1, 80)) if kills < 5 else Fate()) is None:
            kills += 1
        assert topics.ids() == EXPECTED


def test_a_lost_state_learns_the_stream_and_publishes_only_what_is_new(tmp_path):
    topics = Topics()
    live(tmp_path / "first", topics, polls=POLLS[:2])
    live(tmp_path / "second", topics)
    assert topics.ids() == EXPECTED
    assert topics.order.count((RAW, "seed0")) == 1


def test_a_kill_while_learning_is_no_harm(tmp_path):
    for dies_at in range(8):
        topics = Topics()
        live(tmp_path / f"a{dies_at}", topics)
        live(tmp_path / f"b{dies_at}", topics, Fate(dies_at))
        live(tmp_path / f"b{dies_at}", topics)
        assert topics.ids() == EXPECTED


def test_a_stream_that_was_deleted_is_filled_again(tmp_path):
    live(tmp_path, Topics())
    empty = Topics()
    live(tmp_path, empty)
    assert empty.ids() == EXPECTED
    assert empty.order[0] == (RAW, "seed0")


class UnknownError(KafkaTimeoutError):
    def __init__(self, written):
        super().__init__("no answer")
        self.written = written


@pytest.mark.parametrize("written", [True, False])
def test_an_answer_that_got_lost_is_looked_up_on_the_topic(tmp_path, written):
    topics = Topics()
    topics.answer = lambda message, attempt: UnknownError(written) if attempt % 2 and message.key in {b"2", b"6"} else None
    live(tmp_path, topics)
    assert topics.ids() == EXPECTED


def too_large(message, _attempt):
    return MessageSizeTooLargeError("too large") if message.topic == RAW and message.key == b"3" else None


def test_what_kafka_refuses_goes_to_the_dead_letters_once_and_blocks_nothing(tmp_path):
    topics = Topics()
    topics.answer = too_large
    steps = live(tmp_path / "whole", topics)
    assert topics.ids() == [i for i in EXPECTED if i[0] != "3"]
    (letter,) = topics.logs[DEAD, 0]
    dead = exhume(Origin(DEAD, 0, 0, letter.key, letter.value, letter.headers))
    assert (dead.topic, dead.service, dead.stage, dead.key, dead.partition) == (RAW, "ingestor", "publish", "3", -1)
    assert '"id":"3"' in dead.value
    for dies_at in range(steps):
        topics, folder = Topics(), tmp_path / str(dies_at)
        topics.answer = too_large
        live(folder, topics, Fate(dies_at))
        live(folder, topics)
        assert (topics.ids(), topics.ids(DEAD)) == ([i for i in EXPECTED if i[0] != "3"], ["3"]), f"killed at step {dies_at}"


def test_a_dead_letter_that_is_too_large_itself_keeps_its_reason(tmp_path):
    topics = Topics()
    topics.answer = lambda m, _: MessageSizeTooLargeError("too large") if m.key == b"3" and m.value is not None else None
    live(tmp_path, topics)
    (letter,) = topics.logs[DEAD, 0]
    assert letter.value is None
    assert exhume(Origin(DEAD, 0, 0, letter.key, letter.value, letter.headers)).error == "MessageSizeTooLargeError"


def test_the_order_of_feeds_does_not_matter(tmp_path):
    for n, order in enumerate(itertools.permutations(POLLS)):
        topics = Topics()
        live(tmp_path / str(n), topics, polls=order)
        assert topics.ids() == EXPECTED
