"""The tagger's delivery as a state machine: whatever is killed, refused or lost, what is committed has arrived.

Work, settling and delivery are the real ones; topics and commits are kept in memory. A kill can fall before and after each
record that is sent; acknowledgements that were not committed are forgotten with it.
"""

import asyncio
from collections import Counter
from types import SimpleNamespace

import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from newsloom_common.health import Health
from newsloom_schemas.codec import encode, header
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.topics import DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import RawArticle
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.settings import TaggerSettings
from newsloom_tagger.work import Work
from support.fate import EXAMPLES, Fate, KilledError, play
from support.indexing import NOW

ANALYSER = Analyser()
SCARCE, PLAIN, HUGE = "H100一卡难求，算力不够。", "月饼很好吃。", "a record that the topics of themes and articles refuse"
THEME = theme_topic("compute-scarcity")
SETTINGS = TaggerSettings(dead_ratio=1)
QUIET = SimpleNamespace(**dict.fromkeys(("info", "warning", "error"), lambda *_, **__: None))

FATES = st.sampled_from([*[None] * 6, *range(13)])
ANSWERS = st.lists(st.sampled_from(["ok", "lost after", "lost before"]), max_size=4)


class Hurried(Work):
    """Waits for nothing, and does all else that waiting does."""

    async def wait(self, reason, attempt):
        self.waiting = reason


class Topics:
    """Kafka as lists. ``answers`` are what the next records meet: ok, or an acknowledgement that is lost."""

    def __init__(self):
        self.fate, self.answers, self.records, self.lost = Fate(), [], [], 0

    async def send(self, m):
        self.fate.step()
        future = asyncio.get_running_loop().create_future()
        answer = self.answers.pop() if self.answers else "ok"
        if HUGE.encode() in (m.value or b"") and m.topic != DEAD:
            future.set_exception(MessageSizeTooLargeError())
        elif answer == "lost before":
            future.set_exception(KafkaTimeoutError())
        else:
            self.records.append(m)
            self.fate.step()
            self.lost += answer == "lost after"
            future.set_exception(KafkaTimeoutError()) if answer == "lost after" else future.set_result(None)
        return future

    async def renew(self):
        self.fate.step()

    def on(self, topic):
        """Return the events on a topic, by their ``ce_id``; of dead letters the offset of the record that died."""
        found = [m for m in self.records if m.topic == topic]
        if topic == DEAD:
            return [exhume(Origin(DEAD, 0, 0, m.key, m.value, m.headers)).offset for m in found]
        return [int(header(m.headers, "ce_id").split(".")[0]) for m in found]


class Delivery(RuleBasedStateMachine):
    """A partition of news.raw, and a process that reads, works, acknowledges, commits, and is killed."""

    work_class = Hurried

    @initialize()
    def begin(self):
        self.topics, self.log, self.reads = Topics(), [], Counter()
        self.committed = self.acknowledged = 0

    def teardown(self):
        while self.committed < len(self.log):
            self.take(3, None, [])
            self.commit()
        assert sorted(set(self.topics.on(DEAD))) == [n for n, kind in enumerate(self.log) if kind in {"{", HUGE}]
        self.what_is_committed_has_arrived()

    @rule(kind=st.sampled_from([SCARCE, SCARCE, PLAIN, "{", HUGE]))
    def arrive(self, kind):
        self.log.append(kind)

    @rule(most=st.integers(1, 4), dies_at=FATES, answers=ANSWERS)
    def take(self, most, dies_at, answers):
        """Read on, and acknowledge what is done; a kill forgets what was not committed."""
        batch = [_origin(n, kind) for n, kind in enumerate(self.log)][self.acknowledged :][:most]
        if not batch:
            return
        self.topics.fate, self.topics.answers = Fate(dies_at), list(answers)
        self.reads.update(o.offset for o in batch)
        try:
            self._do(batch)
        except KilledError:
            self.acknowledged = self.committed

    @rule()
    def commit(self):
        self.committed = self.acknowledged

    @rule()
    def kill(self):
        self.acknowledged = self.committed

    @invariant()
    def what_is_committed_has_arrived(self):
        tagged, theme, dead = (set(self.topics.on(t)) for t in (TAGGED, THEME, DEAD))
        for offset, kind in enumerate(self.log[: self.committed]):
            there = {SCARCE: offset in tagged & theme, PLAIN: offset in tagged}.get(kind, offset in dead)
            assert there, (offset, kind)

    @invariant()
    def a_repeat_has_its_cause(self):
        """A record is on a topic once for each time that it was read, and once more for each acknowledgement that was lost."""
        for topic in (TAGGED, THEME, DEAD):
            for offset, times in Counter(self.topics.on(topic)).items():
                assert times <= self.reads[offset] + self.topics.lost, (topic, offset)

    @invariant()
    def what_is_well_is_not_buried(self):
        assert all(self.log[offset] in {"{", HUGE} for offset in self.topics.on(DEAD))

    def _do(self, batch):
        work = self.work_class(SETTINGS, ANALYSER, Health(), QUIET, self.topics)
        outcomes = asyncio.run(work.do(batch))
        assert sum(outcomes.values()) == len(batch)
        self.acknowledged += len(batch)


def _origin(offset, kind):
    article = RawArticle(id=str(offset), origin="feed", title="t", content=kind, fetched_at=NOW)
    return Origin(RAW, 0, offset, str(offset).encode(), b"{" if kind == "{" else encode(article), ())


@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_what_is_committed_has_arrived_whatever_happens_in_whatever_order():
    play(Delivery, EXAMPLES or 150, steps=20)


class AcknowledgesFirst(Delivery):
    """Records are acknowledged when they are taken, as Faust does by itself."""

    def _do(self, batch):
        self.acknowledged = self.committed = self.acknowledged + len(batch)
        asyncio.run(self.work_class(SETTINGS, ANALYSER, Health(), QUIET, self.topics).do(batch))


class Forgetful(Hurried):
    """What a topic refuses is not buried."""

    async def _publish(self, origins, settled):
        for m in (m for s in settled for m in s.messages):
            await self._out.send(m)
        return settled


@pytest.mark.parametrize("machine", [AcknowledgesFirst, type("Forgets", (Delivery,), {"work_class": Forgetful})])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_machine_sees_what_is_broken(machine):
    with pytest.raises(AssertionError):
        play(machine, 500, phases=[Phase.generate], steps=20)
