"""the table of topics → a broker

An existing topic is grown, never shrunk: set-up adds partitions, keeps records longer and lets larger ones in. The opposite
would delete what somebody decided to keep, so it is only reported.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import InvalidPartitionsError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from newsloom_common import kafka
from newsloom_schemas.topics import FOREVER, Topic, expand

from newsloom_setup import Report, SetupError

CLIENT: Final = "newsloom-setup"
ATTEMPTS: Final = 20  # a broker needs a moment to show what it was told, and another set-up may run beside this one
PAUSE: Final = 0.25  # seconds between them
DONE_ALREADY: Final = {TopicAlreadyExistsError.errno, InvalidPartitionsError.errno}


class Found(NamedTuple):
    """A topic as it stands on the broker."""

    partitions: int
    settings: Mapping[str, str]


class Plan(NamedTuple):
    """What has to be done: topics to make, partition counts to raise, settings to change; and what is left alone, and why."""

    create: tuple[Topic, ...]
    grow: Mapping[str, int]
    alter: Mapping[str, Mapping[str, str]]
    warnings: tuple[str, ...]

    def done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.create or self.grow or self.alter)


def ensure(bootstrap: str, themes: Iterable[str] | None = None, *, replication: int = 1) -> Report:
    """Make the broker's topics what the table says, for each theme (default: the taxonomy's), and wait until they can be used.

    Safe to repeat and to run twice at once. Raises SetupError where the broker refuses, KafkaError where it is not reached.
    """
    wanted = expand(named() if themes is None else themes)
    admin = kafka.admin(bootstrap, CLIENT)
    try:
        report = _settle(admin, wanted, replication)
        admin.wait_for_topics([t.name for t in wanted])
    finally:
        admin.close()
    return report


def plan(wanted: Sequence[Topic], found: Mapping[str, Found]) -> Plan:
    """Compare the table with the broker."""
    there = [t for t in wanted if t.name in found]
    alter = {t.name: raised for t in there if (raised := _raised(t, found[t.name].settings))}
    return Plan(
        create=tuple(t for t in wanted if t.name not in found),
        grow={t.name: t.partitions for t in there if found[t.name].partitions < t.partitions},
        alter=alter,
        warnings=tuple(w for t in there for w in _left_alone(t, found[t.name], alter.get(t.name, {}))),
    )


def settings(topic: Topic) -> dict[str, str]:
    """Return the broker's names and values for a row of the table."""
    return {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(topic.max_message_bytes),
    }


def _raised(topic: Topic, now: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in settings(topic).items() if k != "cleanup.policy" and _size(v) > _size(now.get(k, "0"))}


def _size(value: str) -> float:
    return float("inf") if int(value) == FOREVER else int(value)


def _left_alone(topic: Topic, found: Found, altered: Mapping[str, str]) -> list[str]:
    said = [
        f"{topic.name}: {k} is {found.settings.get(k)} where the table says {v}; left as it is"
        for k, v in settings(topic).items()
        if k not in altered and found.settings.get(k) != v
    ]
    if found.partitions > topic.partitions:
        said.append(f"{topic.name}: has {found.partitions} partitions where the table says {topic.partitions}; left as it is")
    return said


def named(folder: str = "") -> tuple[str, ...]:
    """Return the ids of the themes in a folder, of the packaged ones where none is named. Raises ValueError."""
    from newsloom_tagger.taxonomy import chosen  # noqa: PLC0415 - whoever names the themes needs no tagger installed

    return tuple(t.id for t in chosen(folder).themes)


def _settle(admin: KafkaAdminClient, wanted: Sequence[Topic], replication: int) -> Report:
    done = Report()
    for _ in range(ATTEMPTS):
        todo = plan(wanted, _find(admin, wanted))
        if todo.done():
            touched = {*done.created, *(line.split(":")[0] for line in done.changed)}
            return done._replace(kept=tuple(t.name for t in wanted if t.name not in touched), warnings=todo.warnings)
        done = _apply(admin, todo, replication, done)
        time.sleep(PAUSE)
    raise SetupError(f"the broker still differs from the table of topics: {todo}")


def _apply(admin: KafkaAdminClient, todo: Plan, replication: int, done: Report) -> Report:
    created, changed = list(done.created), list(done.changed)
    if todo.create:
        made = admin.create_topics({t.name: _new(t, replication) for t in todo.create}, raise_errors=False)
        created += _accepted((t["name"], t["error_code"], t["error_message"]) for t in made["topics"])
    if todo.grow:
        grown = admin.create_partitions(dict(todo.grow), raise_errors=False)
        names = _accepted((r.name, r.error_code, r.error_message) for r in grown.results)
        changed += [f"{name}: now {todo.grow[name]} partitions; keys move between them" for name in names]
    if todo.alter:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, dict(s)) for name, s in todo.alter.items()])
        changed += [f"{name}: {k}={v}" for name, s in todo.alter.items() for k, v in s.items()]
    return done._replace(created=tuple(created), changed=tuple(changed))


def _new(topic: Topic, replication: int) -> dict[str, Any]:
    # With three copies two must have a record before it is acknowledged; with fewer, one that is down would stop the stream.
    safety = {"min.insync.replicas": str(max(1, replication - 1))}
    return {
        "num_partitions": topic.partitions,
        "replication_factor": replication,
        "configs": {**settings(topic), **safety},
    }


def _accepted(answers: Iterable[tuple[str, int, str | None]]) -> list[str]:
    """Return the names that the broker did as told; one that another set-up had done before is no error."""
    accepted = []
    for name, code, message in answers:
        if code and code not in DONE_ALREADY:
            raise SetupError(f"{name}: {message or for_code(code).__name__}")
        accepted += [] if code else [name]
    return accepted


def _find(admin: KafkaAdminClient, wanted: Sequence[Topic]) -> dict[str, Found]:
    described = admin.describe_topics([t.name for t in wanted])
    counts = {d["name"]: len(d["partitions"]) for d in described if d["error_code"] != UnknownTopicOrPartitionError.errno}
    if not counts:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in counts]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return {name: Found(n, {k: v["value"] for k, v in configs[name].items()}) for name, n in counts.items()}
