"""The stream in memory: services and a person at news.dead, killed between any two steps, and read while they run.

A record's ``fates`` are those of its lives: one that is sent back has the next.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from newsloom_cli.graves import Letter, deeds, judged
from newsloom_cli.purging import cut
from newsloom_cli.readings import Counters, Documents, Group, Readings
from newsloom_schemas.marks import Mark
from newsloom_schemas.topics import RAW, TAGGED

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass
class Record:
    article: str
    revision: int
    fates: tuple
    trace: str
    replay_of: str | None = None
    life: str = ""

    @property
    def fate(self):
        return self.fates[0] if self.fates else ""


@dataclass
class Stream:
    """``published``: what the ingestor made; ``lives``: all records but redelivered ones, ``ended`` those at their end."""

    raw: list = field(default_factory=list)
    tagged: list = field(default_factory=list)
    dead: list = field(default_factory=list)  # letters (with the record that died) and marks
    published: int = 0
    tagger_read: int = 0
    tagger_at: int = 0
    indexer_read: int = 0
    indexer_at: int = 0
    committed: Counters = field(default_factory=Counters)
    counted: Counters = field(default_factory=Counters)
    index: dict = field(default_factory=dict)
    replay: dict = field(default_factory=dict)  # of the replay under way: letter → whether it is sent
    deleted: int = 0
    lives: set = field(default_factory=set)
    ended: set = field(default_factory=set)

    # the services

    def publish(self, article, revision, fates):
        self._put(RAW, Record(article, revision, tuple(fates), f"t{self.published}"))
        self.published += 1

    def refuse(self, article, revision, fates):
        """The ingestor buries an article that news.raw does not take."""
        self._bury("ingestor", (RAW, -1, -1), Record(article, revision, tuple(fates), f"t{self.published}"))
        self.published += 1

    def tag(self):
        if self.tagger_at < len(self.raw):
            record = self.raw[self.tagger_at]
            if record.fate == "unreadable":
                self._bury("tagger", (RAW, 0, self.tagger_at), record)
            else:
                self.tagged.append(replace(record, replay_of=None))
            self.tagger_at += 1

    def write(self):
        if self.indexer_at < len(self.tagged):
            record = self.tagged[self.indexer_at]
            has, by = self.index.get(record.article, (0, None))
            if record.fate == "refused":
                self._bury("indexer", (TAGGED, 0, self.indexer_at), record)
                outcome = "rejected"
            elif has < record.revision or by == self.indexer_at:
                self.index[record.article] = (record.revision, self.indexer_at)
                outcome = "indexed"
            else:
                outcome = "duplicate" if has == record.revision else "stale"
            self.counted = self.counted._replace(**{outcome: getattr(self.counted, outcome) + 1})
            self.indexer_at += 1
            self.ended.add(record.life)

    def commit_tagger(self):
        self.tagger_read = self.tagger_at

    def commit_indexer(self):
        self.indexer_read, self.committed = self.indexer_at, self.counted

    def kill_tagger(self):
        self.tagger_at = self.tagger_read

    def kill_indexer(self):
        self.indexer_at, self.counted = self.indexer_read, self.committed

    def _put(self, topic, record):
        """A record that is on a topic for the first time is a life of its own."""
        topics = {RAW: self.raw, TAGGED: self.tagged}
        born = replace(record, life=f"{topic} {len(topics[topic])}")
        topics[topic].append(born)
        self.lives.add(born.life)

    def _bury(self, service, origin, record):
        self.ended.add(record.life)
        position = f"0:{len(self.dead)}"
        self.dead.append((Letter(service, "stage", origin, record.trace, position, record.replay_of), record))

    # the person at news.dead

    def begin(self, which):
        """Begin to send open letters back, and go on where a replay was killed: what is on its topic is only marked."""
        letters = self.graves()
        done = self._deeds()
        there = self._found(done)
        wanted = {x.case: x.position for x in reversed(letters) if x.state == "dead"}.values()
        new = [p for p in wanted if p not in done.open][which % 3 :]
        fence = {RAW: {0: len(self.raw)}, TAGGED: {0: len(self.tagged)}}
        if there:
            self.dead.append(Mark(deed="replayed", at=NOW, letters=tuple(there)))
        if new:
            self.dead.append(Mark(deed="replaying", at=NOW, letters=tuple(new), fence=fence))
        self.replay = dict.fromkeys([*new, *(set(done.open) - there)], False)

    def send(self):
        if waiting := [p for p, sent in self.replay.items() if not sent]:
            letter, record = self.dead[int(waiting[0][2:])]
            self._put(letter.origin[0], replace(record, fates=record.fates[1:], replay_of=letter.position))
            self.replay[waiting[0]] = True

    def mark(self):
        if sent := tuple(p for p, was in self.replay.items() if was):
            self.dead.append(Mark(deed="replayed", at=NOW, letters=sent))
        self.replay = {p: was for p, was in self.replay.items() if not was}

    def kill_replay(self):
        self.replay = {}

    def purge(self, which):
        if open_ := [x.position for x in self.graves() if x.state == "dead" and x.position not in self._deeds().open]:
            self.dead.append(Mark(deed="purged", at=NOW, letters=(open_[which % len(open_)],)))

    def cut(self):
        made = cut(self.graves(), self._deeds(), {0: len(self.dead)}, NOW)
        if made:
            self.dead.append(made)

    def delete(self):
        self.deleted = max(self.deleted, self._deeds().cut.get(0, 0))

    # whoever reads

    def graves(self, there=None):
        done = self._deeds()
        letters = [x[0] for x in self.dead[self.deleted :] if not isinstance(x, Mark)]
        return judged(letters, done, self._found(done) if there is None else there)

    def _deeds(self):
        return deeds(x for x in self.dead[self.deleted :] if isinstance(x, Mark))

    def _found(self, done):
        return {r.replay_of for r in (*self.raw, *self.tagged)} & set(done.open)

    def drain(self):
        while self.tagger_at < len(self.raw):
            self.tag()
        while self.indexer_at < len(self.tagged):
            self.write()
        self.commit_tagger()
        self.commit_indexer()

    def read(self, meanwhile=lambda: None):
        """Take the readings one after another, in the order of the command; ``meanwhile`` happens between two of them."""
        tagger_read = self.tagger_read
        meanwhile()
        indexer_read, committed = self.indexer_read, self.committed
        meanwhile()
        log, deleted = list(self.dead), self.deleted
        done = deeds(x for x in log[deleted:] if isinstance(x, Mark))
        meanwhile()
        there = self._found(done)
        letters = judged([x[0] for x in log[deleted:] if not isinstance(x, Mark)], done, there)
        meanwhile()
        indexer = Group(1, indexer_read, len(self.tagged))
        meanwhile()
        tagger = Group(1, tagger_read, len(self.raw))
        meanwhile()
        documents = Documents(len(self.index), sum(revision for revision, _ in self.index.values()))
        meanwhile()
        at_most = self.committed.indexed + len(self.tagged) - self.indexer_read
        return Readings(tagger, indexer, committed, letters, documents, at_most)
