"""The ledger against a stream that is played through in memory: whatever is killed when, the sum holds; what is lost shows."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_cli import readings
from newsloom_cli.ledger import balance, ledger, problems
from newsloom_cli.readings import Counters, Documents, Group, Letter, Readings


def told(**changes):
    """A stream at rest: 10 records published, 1 of them dead, 7 indexed, 1 duplicate, 1 stale."""
    letters = (Letter("tagger", "decode", ("news.raw", 0, 3), None),)
    calm = Readings(Group(1, 10, 10), Group(1, 9, 9), Counters(7, 1, 1, 0), letters, Documents(6, 7), 7)
    return calm._replace(**changes)


def test_a_stream_at_rest_balances():
    found = ledger(told())
    assert (found.seen, found.indexed, found.duplicate, found.stale, found.dead, found.in_flight) == (10, 7, 1, 1, 1, 0)
    assert (found.balanced, found.problem, found.redelivered, found.documents) == (True, None, 0, 6)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tagger": Group(1, 11, 11)}, "the tagger read 1 records that are neither on news.tagged nor on news.dead"),
        ({"counters": Counters(6, 1, 1, 0)}, "the indexer's counters and its offsets differ by 1 records"),
        ({"documents": Documents(5, 5)}, "2 of 7 indexed records are not in the index"),
        ({"documents": Documents(9, 9)}, "the index holds 2 documents that the indexer did not write"),
        ({"counters": Counters(6, 1, 1, 1), "indexed_at_most": 6, "documents": Documents(6, 6)},
         "the indexer's count of rejected records and news.dead differ by 1"),
        ({"indexer": Group(1, 13, 13), "counters": Counters(11, 1, 1, 0), "documents": Documents(11, 11),
          "indexed_at_most": 11},
         "2 records on news.tagged come from no record of news.raw"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_nothing_balances_then(changes, sentence):
    found = ledger(told(**changes))
    assert (found.balanced, found.problem) == (False, sentence)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tagger": Group(0, 10, 10)}, "no tagger is running: its consumer group has no members"),
        ({"indexer": Group(0, 9, 9)}, "no indexer is running: its consumer group has no members"),
        ({"tagger": Group(1, 10, 13, waiting=125.0)}, "the tagger is 3 records and 2 min behind"),
        ({"tagger": Group(1, 10, 10, beyond=4)},
         "the group newsloom-tagger has read further than news.raw is long: was the topic made anew?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_service_is_said_although_the_sum_is_right(changes, sentence):
    found = ledger(told(**changes))
    assert (found.balanced, found.problem) == (True, sentence)


def test_a_record_that_has_waited_a_moment_is_no_problem():
    assert problems(told(tagger=Group(1, 10, 13, waiting=5.0)), balance(told(tagger=Group(1, 10, 13)))) == []


def test_without_elasticsearch_the_rest_is_told():
    found = ledger(told(documents=None), ["Elasticsearch does not answer"])
    assert (found.seen, found.documents, found.problem) == (10, None, "Elasticsearch does not answer")
    assert found.stages["index"] == {"documents": None}


def test_a_record_buried_twice_is_one_dead_record():
    twice = told().letters * 2
    assert balance(told(letters=twice)).dead == 1
    assert ledger(told(letters=twice)).stages["dead"] == {"tagger/decode": 2}


def test_letters_of_strangers_are_listed_and_not_counted():
    letters = (*told().letters, Letter("unknown", "unknown", ("news.dead", 0, 9), None))
    assert balance(told(letters=letters)).holds
    assert ledger(told(letters=letters)).stages["dead"] == {"tagger/decode": 1, "unknown/unknown": 1}


@dataclass
class Stream:
    """The three services in memory, killed between any two steps; ``settled`` are the records that came to an end."""

    raw: list = field(default_factory=list)
    tagged: list = field(default_factory=list)
    letters: list = field(default_factory=list)
    tagger_read: int = 0
    tagger_at: int = 0
    indexer_read: int = 0
    indexer_at: int = 0
    committed: Counters = field(default_factory=Counters)
    counted: Counters = field(default_factory=Counters)
    index: dict = field(default_factory=dict)
    settled: set = field(default_factory=set)

    def publish(self, article, revision, fate):
        self.raw.append((article, revision, fate))

    def tag(self):
        if self.tagger_at < len(self.raw):
            article, revision, fate = self.raw[self.tagger_at]
            if fate == "unreadable":
                self.letters.append(Letter("tagger", "decode", ("news.raw", 0, self.tagger_at), f"t{self.tagger_at}"))
                self.settled.add(f"t{self.tagger_at}")
            else:
                self.tagged.append((article, revision, fate, f"t{self.tagger_at}"))
            self.tagger_at += 1

    def write(self):
        if self.indexer_at < len(self.tagged):
            article, revision, fate, trace = self.tagged[self.indexer_at]
            has, by = self.index.get(article, (0, None))
            if fate == "refused":
                self.letters.append(Letter("indexer", "index", ("news.tagged", 0, self.indexer_at), trace))
                outcome = "rejected"
            elif has < revision or by == self.indexer_at:
                self.index[article] = (revision, self.indexer_at)
                outcome = "indexed"
            else:
                outcome = "duplicate" if has == revision else "stale"
            self.counted = self.counted._replace(**{outcome: getattr(self.counted, outcome) + 1})
            self.indexer_at += 1
            self.settled.add(trace)

    def commit_tagger(self):
        self.tagger_read = self.tagger_at

    def commit_indexer(self):
        self.indexer_read, self.committed = self.indexer_at, self.counted

    def kill_tagger(self):
        self.tagger_at = self.tagger_read

    def kill_indexer(self):
        self.indexer_at, self.counted = self.indexer_read, self.committed

    def drain(self):
        while self.tagger_at < len(self.raw):
            self.tag()
        while self.indexer_at < len(self.tagged):
            self.write()
        self.commit_tagger()
        self.commit_indexer()

    def read(self):
        revisions = sum(revision for revision, _ in self.index.values())
        return Readings(
            Group(1, self.tagger_read, len(self.raw)), Group(1, self.indexer_read, len(self.tagged)), self.committed,
            tuple(self.letters), Documents(len(self.index), revisions),
            self.committed.indexed + len(self.tagged) - self.indexer_read,
        )  # fmt: skip


STEPS = st.one_of(
    st.tuples(st.just("publish"), st.sampled_from("abcd"), st.integers(1, 3), st.sampled_from(["", "unreadable", "refused"])),
    *(st.tuples(st.just(s)) for s in ("tag", "write", "commit_tagger", "commit_indexer", "kill_tagger", "kill_indexer")),
)


@settings(max_examples=400)
@given(st.lists(STEPS, max_size=80))
def test_the_sum_holds_at_every_moment_whatever_is_killed_when(steps):
    stream = Stream()
    for name, *arguments in steps:
        getattr(stream, name)(*arguments)
        sums = balance(stream.read())
        assert sums.holds, sums
        assert sums.in_flight >= len(stream.raw) - len(stream.settled), "nothing in flight means that everything is settled"
    stream.drain()
    sums = balance(stream.read())
    assert (sums.holds, sums.in_flight, sums.seen) == (True, 0, len(stream.raw))
    unreadable = sum(fate == "unreadable" for *_, fate in stream.raw)
    refused = sum(fate == "refused" for *_, fate in stream.raw)
    assert sums.indexed >= len(stream.index)
    assert (sums.indexed + sums.duplicate + sums.stale, sums.dead) == (
        len(stream.raw) - unreadable - refused,
        unreadable + refused,
    )
    assert sums.redelivered == len(stream.tagged) - (len(stream.raw) - unreadable)


@pytest.mark.parametrize("published", [1, 5])
@pytest.mark.parametrize("killed", ["kill_indexer", "tag"])
def test_a_record_that_the_tagger_loses_shows(published, killed):
    stream = Stream()
    for article in "abcde"[:published]:
        stream.publish(article, 1, "")
        stream.tag()
        stream.write()
        getattr(stream, killed)()
    stream.publish("lost", 1, "")
    stream.tagger_at += 1
    stream.drain()
    sums = balance(stream.read())
    assert (sums.lost, sums.holds, sums.in_flight) == (1, False, 0)


def test_commits_beyond_the_end_of_a_topic_are_told_apart():
    assert readings.group(1, {0: 5, 1: 9}, {0: 7, 1: 4}) == Group(1, 9, 11, None, 5)
