"""The indexer's commit as a state machine: members are killed, frozen and rebalanced at any step, and nothing is lost or stale.

Indexer and Source are the real ones; the broker's group and Elasticsearch's bulk answers are kept in memory. What must hold is
checked record by record: whatever lies before a commit is in the index at its version or a higher one, or a dead letter.
"""

from types import SimpleNamespace

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from newsloom_common.health import Health
from newsloom_common.patience import Patience
from newsloom_indexer import bulk, counters
from newsloom_indexer.app import Indexer
from newsloom_indexer.batch import Settled
from newsloom_indexer.bulk import Outcome
from newsloom_indexer.counters import Counters
from newsloom_indexer.retention import Retention
from newsloom_indexer.settings import IndexerSettings
from newsloom_indexer.source import Source
from newsloom_schemas.codec import decode, encode
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.index import document_version
from newsloom_schemas.types import Fingerprint, RawArticle, TaggedArticle, Tagger
from support.fate import EXAMPLES, Fate, KilledError, play
from support.groups import TOPIC, Consumer, Group, Index, Letters, Turns
from support.indexing import NOW

PARTITIONS = 2
IDS = "abcd"
POISON = "poison"
SAME = Fingerprint(text=tuple(range(64)))  # all tell one story
QUIET = SimpleNamespace(**dict.fromkeys(("info", "warning", "error"), lambda *_, **__: None))
EVER = Retention(None, None, QUIET)
SETTINGS = IndexerSettings(bulk_documents=3, dead_ratio=1)

FATES = st.sampled_from([*[None] * 8, *range(16)])
TROUBLES = st.lists(st.sampled_from(["", "busy", "partly", "lost before", "lost after"]), max_size=3)


class Hurried(Patience):
    """Waits for nothing, and does all else that waiting does."""

    def wait(self, sentence, attempt, rest):
        self.expect(sentence)
        self.check()
        rest(0)


class Member:
    """One indexer process."""

    indexer_class, source_class = Indexer, Source

    def __init__(self, world):
        self.world, self.fate = world, Fate()
        self.consumer = Consumer(world.group, lambda: self.fate)
        source = self.source_class(self.consumer, TOPIC)
        store, letters = world.index.store(lambda: self.fate), Letters(lambda: self.fate, world.letters)
        self.indexer = self.indexer_class(SETTINGS, source, store, letters, Hurried(Health(), QUIET), EVER, QUIET)

    def turn(self, fate):
        """Turn once; say whether that was survived."""
        self.fate = fate
        try:
            self.indexer._turn()  # noqa: SLF001 - one turn of the loop that run() is
        except KilledError:
            self.world.group.leave(self.consumer)
            return False
        return True


class Commits(Turns, RuleBasedStateMachine):
    """A topic that grows, two members at most, an index in trouble, a group that may be reset."""

    member_class = Member

    @initialize()
    def begin(self):
        self.group, self.index, self.letters, self.members = Group(PARTITIONS), Index(POISON), [], []
        self.committed = {}

    def teardown(self):
        for member in self.members:
            self.group.leave(member.consumer)
        self.members = [self.member_class(self)]
        for _ in range(1 + sum(map(len, self.group.log.values()))):
            assert self.members[0].turn(Fate())
        self._all_is_told()

    @rule(name=st.sampled_from(IDS), revision=st.integers(1, 3), kind=st.sampled_from(["", "", "", POISON, "no JSON"]))
    def arrive(self, name, revision, kind):
        raw = RawArticle(id=name, revision=revision, origin="feed", title=kind or "t", content="c", fetched_at=NOW)
        tagged = TaggedArticle(
            article=raw, language="en", themes=(), fingerprint=SAME, tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW
        )
        self.group.put(ord(name) % PARTITIONS, b"{" if kind == "no JSON" else encode(tagged))

    @rule(which=st.integers(0, 1), dies_at=FATES, troubles=TROUBLES)
    def turn(self, which, dies_at, troubles):
        self._turn(which, Fate(dies_at), troubles)

    @rule(which=st.integers(0, 1), at=st.sampled_from(range(13)), troubles=TROUBLES, turns=st.integers(0, 3), out=st.booleans())
    def freeze(self, which, at, troubles, turns, out):
        """In the middle of its turn a member stands still; others come, and it may be thrown out, before it goes on."""
        self._turn(which, Fate(at=at, meanwhile=lambda: self._meanwhile(which, turns, out)), troubles)

    @rule()
    def reset(self):
        """The group is set back to the beginning, which needs it to be empty."""
        for member in self.members:
            self.group.leave(member.consumer)
        self.members.clear()
        self.group.commits.clear()
        self.committed.clear()

    @invariant()
    def counters_and_offset_are_of_the_same_records(self):
        for place, commit in self.group.commits.items():
            assert sum(counters.decode(commit.metadata)) == commit.offset, place

    @invariant()
    def what_is_committed_is_safe(self):
        dead = self._dead()
        for place, commit in self.group.commits.items():
            assert commit.offset >= self.committed.get(place, 0), "a commit went back"
            self.committed[place] = commit.offset
            for offset, record in enumerate(self._records(place)[: commit.offset]):
                there = record and self.index.kept.get(record[0], (0,))[0] >= record[1]
                assert there or (record is None and (place.partition, offset) in dead), (place, offset)

    @invariant()
    def no_older_one_replaces_a_newer_one(self):
        assert all(versions == sorted(versions) for versions in self.index.history.values())

    def _all_is_told(self):
        """In the end every record has its one outcome, and an article's document is the highest version that there was."""
        self.counters_and_offset_are_of_the_same_records()
        self.what_is_committed_is_safe()
        for place in self.group.log:
            records = self._records(place)
            commit = self.group.commits.get(place)
            assert (commit.offset if commit else 0) == len(records)
            found = counters.decode(commit.metadata) if commit else Counters()
            least, most = expected(records)
            assert all(a <= n <= b for a, n, b in zip(least, found, most, strict=True)), (records, least, found, most)
        poison = {(p.partition, n) for p in self.group.log for n, record in enumerate(self._records(p)) if record is None}
        assert self._dead() == poison

    def _afflict(self, troubles):
        self.index.troubles = troubles

    def _records(self, place):
        """Return (id, version) of each record, None for one that no document can be made of."""
        return [_read(value) for value in self.group.log[place]]

    def _dead(self):
        found = [exhume(Origin("news.dead", 0, 0, m.key, m.value, m.headers)) for m in self.letters]
        return {(letter.partition, letter.offset) for letter in found}


def _read(value):
    tagged = None if value == b"{" else decode(TaggedArticle, value)
    good = tagged and tagged.article.title != POISON
    return (tagged.article.id, document_version(tagged.article.revision, 1)) if good else None


def expected(records):
    """Return the least and the most that each outcome may count; they are equal where every article has one version.

    Of several, one that was overtaken may count as stale or not: where a request was refused in part, or a commit was lost,
    the newer one may come first.
    """
    good = [r for r in records if r]
    final = {name: max(v for n, v in good if n == name) for name, _ in good}
    current = [(name, version) for name, version in good if version == final[name]]
    rejected = len(records) - len(good)
    least = Counters(len(final), len(current) - len(final), 0, rejected)
    return least, Counters(len(set(good)), len(good) - len(set(good)), len(good) - len(current), rejected)


@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_each_record_ends_once_and_nothing_is_lost_or_stale_whatever_happens_in_whatever_order():
    play(Commits, EXAMPLES or 300)


class CommitsFirst(Indexer):
    """The offset moves before the documents are written."""

    def _index(self, origins):
        self._commit([Settled(o, Outcome.INDEXED) for o in origins])
        self._commit = lambda _: None
        try:
            return super()._index(origins)
        finally:
            del self._commit


class BuriesNothing(Indexer):
    """A rejected record is counted and gone."""

    def _bury(self, ends):
        pass


class Remembers(Source):
    """Counters are kept where a partition goes to another member."""

    def on_partitions_revoked(self, revoked):
        self._lost = self._lost or bool(revoked)


class Careless(Source):
    """A batch is committed although its partitions went round the group and back meanwhile."""

    def still_ours(self):
        pass


BROKEN = [
    {"indexer_class": CommitsFirst},
    {"indexer_class": BuriesNothing},
    {"source_class": Remembers},
    {"source_class": Careless},
]


@pytest.mark.parametrize("parts", BROKEN, ids=lambda parts: next(iter(parts.values())).__name__)
def test_the_machine_sees_what_is_broken(parts):
    broken = type("Broken", (Commits,), {"member_class": type("BrokenMember", (Member,), parts)})
    with pytest.raises(AssertionError):
        play(broken, 1000, phases=[Phase.generate])


def test_the_machine_sees_that_what_was_written_before_a_kill_counts_as_a_duplicate(monkeypatch):
    monkeypatch.setattr(bulk, "coordinates", lambda _origin: None)
    with pytest.raises(AssertionError):
        play(Commits, 1000, phases=[Phase.generate])
