"""The ingestor's way into the stream as a state machine: whatever happens in whatever order, each article is told once.

The state is the real one on disk; the broker is lists that lose answers and refuse records. Each action may be killed at any
of its steps. What must hold is checked by the identities of events (article and revision), not by counting.
"""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from newsloom_ingestor.intake import Intake, queued
from newsloom_ingestor.opening import open_stream
from newsloom_ingestor.outbox import Outbox, Sent, StreamLostError
from newsloom_ingestor.sorting import PageAnswer
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import Extraction, RawArticle
from support.fate import EXAMPLES, Fate, KilledError, play
from support.streams import BIG, HUGE, NOW, FragileState, Topics, document, event_of, text_of, within

SEEDS = [RawArticle(id=f"seed{n}", origin="seed", title="t", content="c", fetched_at=NOW) for n in range(2)]
FEEDS, IDS = ("A", "B"), "abcp"
PAGED = "p"  # whose page is asked for first
LAST = 20  # revisions that an article may have
FATES = st.sampled_from([*[None] * 6, *range(13)])
FLAWS = ["", "", "", "", BIG, HUGE, "dropped"]
CHANGES = st.lists(st.tuples(st.sampled_from(FEEDS), st.sampled_from(IDS), st.sampled_from(FLAWS)), max_size=3)
ANSWERS = st.lists(st.sampled_from(["ok", "ok", "lost after", "lost before"]), max_size=4)


class SmallOutbox(Outbox):
    """Two records a round, so that a poll takes several."""

    def drain(self, batch=2):
        return super().drain(min(batch, 2))


class Stream(RuleBasedStateMachine):
    """Feeds that change, a process that polls them and is killed, topics and a state that may be lost."""

    outbox_class = SmallOutbox
    state_class = FragileState

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="outbox-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.topics, self.state = Topics(), None
        self.sites = {feed: {} for feed in FEEDS}
        self.promised, self.frozen = set(), set()
        self.seeds = {"seed0.1", "seed1.1"}
        self.now = 1_000_000.0

    def teardown(self):
        try:
            self._settle()
        finally:
            self._die()
            shutil.rmtree(self.folder, ignore_errors=True)

    # the world

    @rule(changes=CHANGES)
    def tell(self, changes):
        """Feeds list an article, tell it anew, or list it no more."""
        for feed, name, flaw in changes:
            if flaw == "dropped":
                self.sites[feed].pop(name, None)
            else:
                self.sites[feed][name] = (self.sites[feed].get(name, (0, ""))[0] + 1, flaw)

    @rule(how=st.sampled_from(["deleted", "deleted while it runs", "state lost"]))
    def disaster(self, how):
        self._lose_the_state() if how == "state lost" else self._delete_the_stream(running=how != "deleted")

    def _delete_the_stream(self, running):
        """All topics are made anew."""
        if not running:
            self._die()
        self.topics.recreate()
        self.promised.clear()
        self.frozen.clear()
        self.seeds = {"seed0.1", "seed1.1"}

    def _lose_the_state(self):
        """What only the state knew is gone; what is on the topics is known, though not what the feeds said of it."""
        self._die()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.promised.clear()
        self.frozen = {event.split(".")[0] for event in self.topics.events()}
        if there := self.seeds & set(self.topics.events()):
            self.seeds = there  # a stream is opened once: a seed that was about to follow is lost with the state

    # the service

    @rule(feed=st.sampled_from(FEEDS), changes=CHANGES, dies_at=FATES, answers=ANSWERS)
    def poll(self, feed, changes, dies_at, answers):
        self.tell(changes)
        if self._alive(dies_at, answers, lambda: self.intake.poll(self._document(feed), self.now)):
            self._told(feed)

    @rule(dies_at=FATES, answers=ANSWERS)
    def poll_together(self, dies_at, answers):
        if self._alive(dies_at, answers, self._poll_all):
            for feed in FEEDS:
                self._told(feed, words=False)  # that another feed lists it too may have come first: the edit waits its time

    @rule(name=st.sampled_from(IDS), text=st.sampled_from("xyz"), dies_at=FATES, answers=ANSWERS)
    def push(self, name, text, dies_at, answers):
        self.frozen.add(name)  # a text that was pushed in stays until the feed changes its own
        article = RawArticle(id=name, origin="push", title="pushed", content=f"{name} {text}", fetched_at=NOW)
        if self._alive(dies_at, answers, lambda: self.intake.push(article, self.now)):
            assert self._there(name), f"{name} was pushed, and is nowhere"

    @rule(gives=st.sampled_from(["text", "nothing", "later"]), dies_at=FATES, answers=ANSWERS)
    def pages(self, gives, dies_at, answers):
        self._alive(dies_at, answers, lambda: self._fetch_pages(gives))

    @rule(dies_at=FATES, answers=ANSWERS)
    def start(self, dies_at, answers):
        self._die()
        self._alive(dies_at, answers)

    # what must hold

    @invariant()
    def nothing_is_told_twice(self):
        assert {e: n for e, n in Counter(self.topics.events()).items() if n > 1} == {}

    @invariant()
    def revisions_follow_one_another(self):
        dead = set(self.topics.events(DEAD))
        for name in IDS:
            numbers = [a["revision"] for a in self.topics.articles(name)]
            assert numbers == sorted(numbers), f"{name}: {numbers}"
            missing = set(range(1, max(numbers, default=0))) - set(numbers)
            assert all(f"{name}.{n}" in dead for n in missing), f"{name}: {missing} of {numbers}"

    @invariant()
    def the_seeds_are_first(self):
        events = set(self.topics.events())
        assert events >= self.seeds or events <= self.seeds

    def _fences_are_right(self, state):
        """A record of the outbox that lies on its topic already lies behind the fence, where the next start looks for it."""
        waiting, fence = {event_of(q.message) for q in state.outbox(100)}, state.fence()
        for place, log in self.topics.logs.items():
            assert not waiting & {event_of(m) for m in log[: within(fence, place, log)]}

    def _told(self, feed, words=True):
        """A poll that returned has told everything that the feed lists, in the words of the feed that was first."""
        for name, version in self.sites[feed].items():
            assert self._there(name) or name in self._pages(), f"{feed} lists {name}, which is nowhere"
            revisions = self.topics.articles(name)
            if words and self._may_be_edited(feed, name, revisions):
                assert revisions[-1]["content"] == text_of(feed, name, version)
        self._kept_its_promises()

    def _may_be_edited(self, feed, name, revisions):
        """An article that died, or of which only its id is known, has no further revisions; nor has one with many."""
        if not revisions or revisions[0].get("feed", {}).get("url") != feed or name in self.frozen | set(PAGED):
            return False
        last = revisions[-1]["revision"]
        return last < LAST and f"{name}.{last + 1}" not in self.topics.events(DEAD)

    def _kept_its_promises(self):
        lost = self.promised - set(self.topics.events())
        assert not lost, f"kept in the outbox, and nowhere: {lost}"

    def _settle(self):
        """In the end, when nothing goes wrong any more, everything is there."""
        self._alive(None, [], self.intake.look if self.state else None)
        for _ in range(2):
            for feed in FEEDS:
                assert self._alive(None, [], lambda feed=feed: self.intake.poll(self._document(feed), self.now))
                self._told(feed)
            assert self._alive(None, [], lambda: self._fetch_pages("nothing"))
        assert not self._pages()
        assert all(self._there(name) for site in self.sites.values() for name in site)
        assert set(self.topics.events(RAW)) >= self.seeds
        self.nothing_is_told_twice()

    # how it is done

    def _alive(self, dies_at, answers, action=None):
        """Do something, or start, where it does not run; say whether that was survived."""
        self.topics.answers = list(answers)
        self.now += 700
        try:
            if self.state is None:
                self.topics.fate = Fate(None if action else dies_at)
                self._open()
            if action:
                self.intake.look()
                self.topics.fate = self.state.fate = Fate(dies_at)
                action()
        except (KilledError, StreamLostError):
            self._die()
            return False
        return True

    def _open(self):
        self.state = self.state_class(self.folder, self.topics.fate, self.promised)
        outbox = self.outbox_class(self.state, self.topics, lambda: self.now)
        open_stream(self.state, self.topics, outbox, [queued(s) for s in SEEDS], lambda: self.now)
        self.state.configure(FEEDS, self.now)
        self.intake = Intake(self.state, self.topics, outbox, lambda article, _whole: article.id in PAGED)
        self._kept_its_promises()

    def _die(self):
        state, self.state = self.state, None
        if state:
            with state:
                self._fences_are_right(state)

    def _document(self, feed):
        return document(feed, self.sites[feed], self.state.feed(feed).validators)

    def _poll_all(self):
        with self.intake.together():
            for feed in FEEDS:
                self.intake.poll(self._document(feed), self.now)

    def _fetch_pages(self, gives):
        for waiting in self.state.pages_due(self.now, 100):
            page = replace(
                waiting.article, content=f"page of {waiting.digest.hex()}", extraction=Extraction(method="page", length=9)
            )
            answers = {"text": PageAnswer(page), "nothing": PageAnswer(None, "failed"), "later": PageAnswer(None, retry_s=0)}
            self.intake.page(waiting, answers[gives], self.now)

    def _pages(self):
        return {w.article.id for w in self.state.pages_due(self.now * 2, 100)} if self.state else set()

    def _there(self, name):
        return any(event.startswith(f"{name}.") for event in self.topics.events())


@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_nothing_is_lost_or_told_twice_whatever_happens_in_whatever_order():
    play(Stream, EXAMPLES or 300)


class NeverLooks(SmallOutbox):
    """After a start nothing of the outbox is looked up on the topics."""

    def _settle_found(self):
        return 0


class NotesFirst(SmallOutbox):
    """A record counts as published before it is sent."""

    def _round(self, waiting):
        self._state.settle((w.id for w in waiting), self._clock())
        self._broker.send([w.message for w in waiting])
        return Sent()


class LateFence(FragileState):
    """The fence stands a record too far."""

    def record(self, changes, fence, now):
        super().record(changes, {place: offset + 1 for place, offset in fence.items()}, now)


class TwoSteps(FragileState):
    """The feed's list is on disk before its articles are."""

    def record(self, changes, fence, now):
        super().record(changes._replace(queued=(), kept=()), fence, now)
        self.commit()
        self.begin()
        super().record(changes, fence, now)


BROKEN = [("outbox_class", NeverLooks), ("outbox_class", NotesFirst), ("state_class", LateFence), ("state_class", TwoSteps)]


@pytest.mark.parametrize(("part", "broken"), BROKEN, ids=[b.__name__ for _, b in BROKEN])
def test_the_machine_sees_what_is_broken(part, broken):
    with pytest.raises(AssertionError):
        play(type("Broken", (Stream,), {part: broken}), 1000, phases=[Phase.generate])
