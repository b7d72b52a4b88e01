"""The ingestor's world in memory: topics that misbehave, and a state that can be killed around every transaction."""

import json
from datetime import UTC, datetime

from kafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from newsloom_ingestor.decide import Polled, Read
from newsloom_ingestor.fetch import Fetched, NotModified, Validators
from newsloom_ingestor.parse import Parsed
from newsloom_ingestor.state import State
from newsloom_schemas.codec import header
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import Feed, RawArticle

from support.fate import Fate

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PARTITIONS = 3
BIG, HUGE = "too big for news.raw", "too big for news.dead too"


class Topics:
    """Kafka as a list of records a partition. ``answers`` says what the next records meet: ok, or an answer that is lost.

    A batch is refused whole, as a broker does; a kill can fall before and after each record.
    """

    def __init__(self):
        self.fate, self.answers = Fate(), []
        self.recreate()

    def recreate(self):
        self.logs = {(RAW, p): [] for p in range(PARTITIONS)} | {(DEAD, 0): []}

    def ends(self):
        self.fate.step()
        return {place: len(log) for place, log in self.logs.items()}

    def keys(self, since):
        self.fate.step()
        return [(place[0], m.key.decode()) for place, log in self.logs.items() for m in log[within(since, place, log) :]]

    def send(self, messages):
        places = [(m.topic, 0 if m.topic == DEAD else sum(m.key) % PARTITIONS) for m in messages]
        refused = {place for place, m in zip(places, messages, strict=True) if _too_large(m)}
        return [self._one(m, place, refused) for m, place in zip(messages, places, strict=True)]

    def _one(self, message, place, refused):
        self.fate.step()
        if place in refused:
            return MessageSizeTooLargeError("too large")
        answer = self.answers.pop() if self.answers else "ok"
        if answer != "lost before":
            self.logs[place].append(message)
        self.fate.step()
        return None if answer == "ok" else KafkaTimeoutError(answer)

    def events(self, topic=None):
        """Return the ``ce_id`` of every record, which names an article's revision, partition by partition."""
        return [event_of(m) for (t, _), log in self.logs.items() for m in log if topic in {None, t}]

    def articles(self, name):
        """Return the revisions of an article on news.raw in their order."""
        found = [json.loads(m.value) for (t, _), log in self.logs.items() if t == RAW for m in log if m.key.decode() == name]
        return [a | {"revision": a.get("revision", 1)} for a in found]


class FragileState(State):
    """A kill can fall before each transaction is on disk, and right after. ``promised`` gets the events that it has kept."""

    def __init__(self, folder, fate, promised):
        self.fate, self._promised, self._kept = fate, promised, set()
        super().__init__(folder)
        self._db.execute("PRAGMA synchronous=OFF")  # no power fails here, and thousands of lives are lived

    def record(self, changes, fence, now):
        super().record(changes, fence, now)
        self._kept |= {event_of(q.message) for q in changes.queued}

    def begin(self):
        self._kept = set()
        super().begin()

    def commit(self):
        self.fate.step()
        super().commit()
        self._promised |= self._kept
        self.fate.step()


def event_of(message):
    """Return the ``ce_id``, which names an article's revision."""
    return header(message.headers, "ce_id")


def within(since, place, log):
    """Return the offset to read from: an offset that the topic has not come to is of a topic that was made anew."""
    return since.get(place, 0) if since.get(place, 0) <= len(log) else 0


def _too_large(m):
    value = (m.value or b"").decode()
    return HUGE in value if m.topic == DEAD else BIG in value or HUGE in value


def text_of(feed, name, version):
    """Return the words in which a feed tells an article; ``version`` is a number and what is wrong with the text."""
    return f"{name} as {feed} tells it in version {version[0]} {version[1]}"


def document(feed, site, held):
    """Return what a poll of a feed gives that lists these articles: nothing new to whoever holds that already."""
    validators = Validators(digest=str(site))
    if held == validators:
        return Polled(feed, NotModified("304"))
    articles = tuple(
        RawArticle(id=n, origin="feed", title=n, content=text_of(feed, n, v), fetched_at=NOW, feed=Feed(url=feed))
        for n, v in site.items()
    )
    return Polled(feed, Read(Fetched(b"", "", feed, validators), Parsed(Feed(url=feed), articles, ())))
