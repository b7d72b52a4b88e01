"""The indexer's world in memory: a group whose members come and go, an index, and dead letters; every step can be the last."""

import json
from collections import defaultdict
from types import SimpleNamespace

from kafka import TopicPartition
from kafka.errors import CommitFailedError
from newsloom_indexer.bulk import Answer

from support.fate import Fate

TOPIC = "news.tagged"
BUSY = {"index": {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "full"}}}


class Group:
    """Log, commits and membership of a topic, as the broker keeps them. Members learn of a rebalance when they poll."""

    def __init__(self, partitions):
        self.log = {TopicPartition(TOPIC, p): [] for p in range(partitions)}
        self.commits, self.members, self.generation = {}, [], 0

    def put(self, partition, value):
        where = TopicPartition(TOPIC, partition)
        self.log[where].append(value)

    def join(self, member):
        self.members.append(member)
        self.generation += 1

    def leave(self, member):
        if member in self.members:
            self.members.remove(member)
            self.generation += 1

    def of(self, member):
        """Return the partitions of a member in this generation."""
        if member not in self.members:
            return set()
        place = self.members.index(member)
        return {p for p in self.log if p.partition % len(self.members) == place}


class Turns:
    """Whose turn it is, and what others do meanwhile: for a machine with a ``group`` and members of its ``member_class``."""

    def _turn(self, which, fate, troubles):
        while len(self.members) <= which:
            self.members.append(self.member_class(self))
        self._afflict(list(troubles))
        member = self.members[which]
        if not member.turn(fate):
            self.members.remove(member)

    def _meanwhile(self, which, turns, out):
        if out:
            self.group.leave(self.members[which].consumer)
        other = self.member_class(self)
        for _ in range(turns):
            other.turn(Fate())
        self.group.leave(other.consumer)


class Consumer:
    """A member of the group, with what Source needs of kafka-python's consumer."""

    def __init__(self, group, fate):
        self.group, self.fate = group, fate
        self.generation, self.assigned, self.positions, self.held = -1, set(), {}, set()
        self.config = {"bootstrap_servers": "nowhere"}
        group.join(self)

    def subscribe(self, topics, listener):
        self.listener = listener

    def poll(self, timeout_ms, max_records=500):
        self.fate().step()
        if self not in self.group.members:
            self.group.join(self)  # thrown out for its silence: it comes back as a new member
        if self.generation != self.group.generation:
            self.listener.on_partitions_revoked(self.assigned)
            self.generation, self.assigned, self.held = self.group.generation, self.group.of(self), set()
            self.positions = {p: self.group.commits[p].offset if p in self.group.commits else 0 for p in self.assigned}
            self.listener.on_partitions_assigned(self.assigned)
        got = {}
        for p in sorted(self.assigned - self.held):
            at = self.positions[p]
            if values := self.group.log[p][at : at + max_records]:
                got[p] = [_record(p, at + n, v) for n, v in enumerate(values)]
                self.positions[p] = at + len(values)
        return got

    def commit(self, offsets):
        self.fate().step()
        if self.generation != self.group.generation or self not in self.group.members:
            raise CommitFailedError
        self.group.commits.update(offsets)
        self.fate().step()

    def group_metadata(self):
        return SimpleNamespace(group_id="group", group_instance_id=None, member_id="")

    def committed(self, partition, metadata):
        self.fate().step()
        return self.group.commits.get(partition)

    def assignment(self):
        return set(self.assigned)

    def pause(self, *partitions):
        self.held |= set(partitions)

    def paused(self):
        return set(self.held)

    def resume(self, *partitions):
        self.held -= set(partitions)

    def seek(self, partition, offset):
        self.positions[partition] = offset

    def position(self, partition):
        return self.positions[partition]

    def end_offsets(self, partitions, timeout_ms):
        self.fate().step()
        return {p: len(self.group.log[p]) for p in partitions}

    def partitions_for_topic(self, topic):
        return {p.partition for p in self.group.log}

    def highwater(self, partition):
        return len(self.group.log[partition])


class Index:
    """External versions as Elasticsearch keeps them. ``troubles`` are what the next requests meet, ``""`` for none:
    ``lost before`` and ``lost after`` the write, ``busy`` as a whole, and ``partly`` for every other document.
    """

    def __init__(self, poison):
        self.kept, self.troubles, self.poison, self.history = {}, [], poison, defaultdict(list)

    def store(self, fate):
        """Return the index as one indexer sees it."""
        return SimpleNamespace(
            send=lambda body: self._send(body, fate),
            look=lambda docs: self._look(docs, fate),
            find=lambda body: self._find(body, fate),
            there=there,
        )

    def _send(self, body, fate):
        fate().step()
        trouble = self.troubles.pop() if self.troubles else ""
        if trouble in {"lost before", "busy"}:
            return (
                Answer(0, "reset") if trouble == "lost before" else Answer(429, {"error": {"type": "busy", "reason": "full"}})
            )
        lines = [json.loads(line) for line in body.splitlines()]
        items = []
        for n, (action, source) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
            items.append(BUSY if trouble == "partly" and n % 2 else self._put(action["index"], source))
            fate().step()
        return Answer(0, "reset") if trouble == "lost after" else Answer(200, {"items": items})

    def _put(self, action, source):
        if source["article"]["title"] == self.poison:
            return {"index": {"status": 400, "error": {"type": "document_parsing_exception", "reason": "poison"}}}
        if action["version"] <= self.kept.get(action["_id"], (0, None))[0]:
            return {"index": {"_index": "i", "status": 409, "error": {"type": "version_conflict_engine_exception"}}}
        self.kept[action["_id"]] = (action["version"], source)
        self.history[action["_id"]].append(action["version"])
        return {"index": {"status": 201}}

    def _look(self, docs, fate):
        fate().step()
        return Answer(200, {"docs": [self._held(d["_id"]) for d in docs]})

    def _held(self, name):
        version, source = self.kept.get(name, (0, None))
        return (
            {"_id": name, "found": True, "_version": version, "_source": source} if version else {"_id": name, "found": False}
        )

    def _find(self, body, fate):
        """Search for stories; a member may find what it asked for, however fresh that is."""
        fate().step()
        wanted = set(body["query"]["bool"]["filter"][1]["terms"]["story_keys"])
        found = [s for _, s in self.kept.values() if wanted & set(s.get("story_keys", ()))]
        return Answer(200, {"hits": {"hits": [{"fields": columns(s)} for s in found]}})


def columns(source):
    """Return what the indexer asks for of a document, as Elasticsearch gives it."""
    told = {f"fingerprint.{name}": value for name, value in source["fingerprint"].items()}
    values = {"article.id": source["article"]["id"], "story": source["story"], "@timestamp": "0", **told}
    return {name: value if isinstance(value, list) else [value] for name, value in values.items()}


class Letters:
    """The producer of dead letters, and what it has sent."""

    def __init__(self, fate, sent):
        self.fate, self.sent = fate, sent

    def send(self, topic, value, key, headers):
        self.fate().step()
        self.sent.append(SimpleNamespace(topic=topic, value=value, key=key, headers=headers))
        self.fate().step()
        return SimpleNamespace(get=lambda timeout: None, is_done=True)


def there():
    return Answer(200, {})


def _record(partition, offset, value):
    return SimpleNamespace(
        topic=partition.topic, partition=partition.partition, offset=offset, key=b"", value=value, headers=[]
    )
