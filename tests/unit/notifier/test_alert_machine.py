"""The notifier as a state machine: killed, frozen, rebalanced, refused and set back at any step, and each story is told once.

Notifier, Membership and Followed are the real ones; the broker is kept in memory. Of what was sent twice, both carry one id.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from kafka.errors import KafkaTimeoutError
from newsloom_common.health import Health
from newsloom_common.membership import Membership
from newsloom_common.patience import Patience
from newsloom_notifier import batch
from newsloom_notifier.app import Notifier, UndeliverableError
from newsloom_notifier.follow import Followed
from newsloom_notifier.memory import Memory
from newsloom_notifier.settings import NotifierSettings
from newsloom_schemas.alerts import Alert
from newsloom_schemas.codec import decode, encode, header
from newsloom_schemas.topics import ALERTS, SEARCHES
from newsloom_schemas.types import TaggedArticle
from support.alerting import article, search
from support.fate import EXAMPLES, Fate, KilledError, play
from support.groups import TOPIC, Consumer, Group, Turns

PARTITIONS = 2
STORY = {"a": 1, "b": 1, "c": 2, "d": None}  # a and b are reprints of one text
QUIET = SimpleNamespace(**dict.fromkeys(("info", "warning", "error"), lambda *_, **__: None))
SETTINGS = NotifierSettings(batch_articles=3, dead_ratio=1)
FATES = st.sampled_from([*[None] * 8, *range(16)])
TROUBLES = st.lists(st.sampled_from(["", "", "lost before", "lost after"]), max_size=3)


class Solo(Group):
    """A group of which the first member has everything, as newsloom_notifier.solo has it."""

    def of(self, member):
        return set(self.log) if self.members and member is self.members[0] else set()


class Reader:
    """A consumer of a topic of one partition, without a group."""

    def __init__(self, log, fate):
        self.log, self.fate, self.at = log, fate, 0

    def partitions_for_topic(self, topic):
        return {0}

    def assign(self, partitions):
        (self.partition,) = partitions

    def offsets_for_times(self, wanted):
        return dict.fromkeys(wanted, SimpleNamespace(offset=0))

    def seek(self, partition, offset):
        self.at = offset

    def seek_to_beginning(self, partition):
        self.at = 0

    def end_offsets(self, partitions, timeout_ms):
        self.fate().step()
        return {self.partition: len(self.log)}

    def position(self, partition, timeout_ms):
        return self.at

    def poll(self, timeout_ms):
        found = self.log[self.at : self.at + 2]
        self.at += len(found)
        return {self.partition: found}


class Producer:
    """Puts alerts onto their topic; ``troubles`` says what the next ones meet."""

    def __init__(self, world, fate):
        self.world, self.fate = world, fate

    def send(self, topic, value, key, headers):
        self.fate().step()
        trouble = self.world.troubles.pop() if self.world.troubles else ""
        if trouble != "lost before":
            self.world.alerts.append(SimpleNamespace(topic=topic, value=value, key=key, headers=headers, offset=0))
        self.fate().step()
        if trouble:
            return SimpleNamespace(get=self._fail, is_done=True)
        return SimpleNamespace(get=lambda timeout: None, is_done=True)

    def _fail(self, timeout):
        raise KafkaTimeoutError("no answer")


class Hurried(Patience):
    """Waits for nothing, and does all else that waiting does."""

    def wait(self, sentence, attempt, rest):
        self.check()
        rest(0)


class Member:
    """One notifier process."""

    notifier_class = Notifier

    def __init__(self, world):
        self.world, self.fate = world, Fate()
        self.consumer = Consumer(world.group, lambda: self.fate)
        patience = Hurried(Health(), QUIET)
        saved = Followed(Reader(world.saved, lambda: self.fate), SEARCHES, patience.check)
        told = Followed(Reader(world.alerts, lambda: self.fate), ALERTS, patience.check)
        saved.begin()
        told.begin(0)
        out = Producer(world, lambda: self.fate)
        self.notifier = self.notifier_class(SETTINGS, Membership(self.consumer, TOPIC), saved, told, out, patience, QUIET)

    def turn(self, fate):
        """Turn once; say whether that was survived."""
        self.fate = fate
        try:
            self.notifier._turn()  # noqa: SLF001 - one turn of the loop that run() is
        except (KilledError, UndeliverableError):
            self.world.group.leave(self.consumer)
            return False
        return True


class Alerts(Turns, RuleBasedStateMachine):
    """A topic that grows, two members at most, a broker whose answers are lost, a group that may be set back."""

    member_class = Member

    @initialize()
    def begin(self):
        self.group, self.alerts, self.members, self.troubles, self.frozen = Solo(PARTITIONS), [], [], [], False
        self.now = datetime.now(UTC) - timedelta(hours=1)
        saved = [search("H100", "one"), search("gold", "two"), search("H100", "paused", enabled=False)]
        self.saved = [
            SimpleNamespace(key=s.name.encode(), value=encode(s), offset=n)
            for n, s in enumerate(_earlier(s, self.now) for s in saved)
        ]

    def teardown(self):
        for member in self.members:
            self.group.leave(member.consumer)
        self.members, self.troubles = [self.member_class(self)], []
        for _ in range(1 + sum(map(len, self.group.log.values()))):
            assert self.members[0].turn(Fate())
        self._all_is_told()

    @rule(
        name=st.sampled_from("abcd"),
        revision=st.integers(1, 3),
        title=st.sampled_from(["H100", "gold", "H100 and gold", "silver", "silver"]),
        retag=st.sampled_from([False, False, False, True]),
    )
    def arrive(self, name, revision, title, retag):
        times = {"published_at": self.now, "fetched_at": self.now}
        tagged = article(name, title, text=STORY[name], revision=revision, retag=retag, **times)
        self.group.put(ord(name) % PARTITIONS, encode(tagged))

    @rule(which=st.integers(0, 1))
    def arrive_broken(self, which):
        self.group.put(which, b"{")

    @rule(which=st.integers(0, 1), dies_at=FATES, troubles=TROUBLES)
    def turn(self, which, dies_at, troubles):
        self._turn(which, Fate(dies_at), troubles)

    @rule(which=st.integers(0, 1), at=st.sampled_from(range(13)), turns=st.integers(0, 3), out=st.booleans())
    def freeze(self, which, at, turns, out):
        """In the middle of its turn a member stands still; others come, and it may be thrown out, before it goes on."""
        self.frozen = self.frozen or out
        self._turn(which, Fate(at=at, meanwhile=lambda: self._meanwhile(which, turns, out)), [])

    @rule()
    def reset(self):
        """The group is set back to the beginning, which needs it to be empty."""
        for member in self.members:
            self.group.leave(member.consumer)
        self.members.clear()
        self.group.commits.clear()

    @invariant()
    def what_is_committed_has_been_told(self):
        told = self._told()
        for place, commit in self.group.commits.items():
            assert wanted(self.group.log[place][: commit.offset]) <= told.keys(), place

    @invariant()
    def what_is_told_twice_carries_one_id(self):
        for (_, story), ids in self._told().items():
            assert len(ids) == 1 or (story == 1 and self.frozen)

    def _all_is_told(self):
        """In the end every search has told of each story that any article of it gave reason to, and of nothing else."""
        self.what_is_told_twice_carries_one_id()
        assert self._told().keys() == wanted(value for log in self.group.log.values() for value in log)

    def _told(self):
        """Return (search, story) → the ids of its alerts."""
        told = defaultdict(set)
        for record in self.alerts:
            alert = decode(Alert, record.value)
            told[alert.search, STORY[alert.article.id]].add(header(record.headers, "ce_id"))
        return told

    def _afflict(self, troubles):
        self.troubles = troubles


def _earlier(saved, now):
    return type(saved)(name=saved.name, query=saved.query, enabled=saved.enabled, created_at=now - timedelta(hours=1))


def wanted(values):
    """Return (search, story) of all that these records give reason to tell."""
    articles = [decode(TaggedArticle, value) for value in values if value != b"{"]
    words = {"one": "H100", "two": "gold"}
    return {
        (name, STORY[a.article.id]) for a in articles for name, word in words.items() if word in a.article.title and not a.retag
    }


@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_each_story_is_told_once_whatever_happens_in_whatever_order():
    play(Alerts, EXAMPLES or 100)


class CommitsFirst(Notifier):
    """The offset moves before the alerts are out."""

    def _publish(self, ends):
        commits = {p: SimpleNamespace(offset=offset, metadata="") for p, offset in batch.offsets(ends).items()}
        self.articles.commit_all(commits)
        super()._publish(ends)


class Forgets(Notifier):
    """What was told is not read back."""

    def _catch_up(self):
        super()._catch_up()
        self.memory = Memory()


class Careless(Notifier):
    """An alert that was refused is let go."""

    def _publish(self, ends):
        try:
            super()._publish(ends)
        except UndeliverableError:
            return


@pytest.mark.parametrize("broken", [CommitsFirst, Forgets, Careless], ids=lambda kind: kind.__name__)
def test_the_machine_sees_what_is_broken(broken):
    member = type("BrokenMember", (Member,), {"notifier_class": broken})
    with pytest.raises(AssertionError):
        play(type("Broken", (Alerts,), {"member_class": member}), 1000, phases=[Phase.generate])


def test_the_machine_sees_that_what_was_tagged_anew_is_no_news(monkeypatch):
    monkeypatch.setattr("newsloom_notifier.decide.passed_over", lambda *_: None)
    with pytest.raises(AssertionError):
        play(Alerts, 1000, phases=[Phase.generate])
