"""Records of news.dead → the dead letters that the command line shows."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from newsloom_schemas.dead import PREFIX, Origin, exhume
from newsloom_schemas.topics import DEAD
from newsloom_schemas.types import DeadLetter

from newsloom_cli.broker import Broker


class Buried(NamedTuple):
    """A letter, where it lies on news.dead, and the headers that the record had when it was alive."""

    position: str  # PARTITION:OFFSET
    letter: DeadLetter
    headers: dict[str, str]


def every(broker: Broker) -> Iterator[Buried]:
    """Yield all letters, oldest first within a partition."""
    return (buried(r) for r in broker.scan(broker.partitions(DEAD)))


def at(broker: Broker, partition: int, offset: int) -> Buried | None:
    """Return the letter at a position, None where none is."""
    found = [broker.at(tp, offset) for tp in broker.partitions(DEAD) if tp.partition == partition]
    return buried(found[0]) if found and found[0] else None


def buried(r: Any) -> Buried:
    """Return the letter of a record of news.dead."""
    headers = {k: (v or b"").decode("utf-8", "backslashreplace") for k, v in r.headers if not k.startswith(PREFIX)}
    letter = exhume(Origin(r.topic, r.partition, r.offset, r.key, r.value, r.headers))
    return Buried(f"{r.partition}:{r.offset}", letter, headers)


def newest(letters: Iterable[Buried], limit: int, *, stage: str | None = None, service: str | None = None) -> list[Buried]:
    """Return the newest letters, newest first, of a stage and a service where these are given."""
    wanted = (x for x in letters if stage in {None, x.letter.stage} and service in {None, x.letter.service})
    return sorted(deque(wanted, maxlen=limit), key=lambda x: x.letter.dead_at, reverse=True)


def line(found: Buried) -> dict[str, Any]:
    """Return the line of a list: everything but the record itself."""
    said = msgspec.to_builtins(found.letter).items()
    return {"position": found.position} | {k: v for k, v in said if k not in {"value", "encoding"}}


def whole(found: Buried) -> dict[str, Any]:
    """Return the letter with the record and its headers; ``value`` is text, or base64 where ``encoding`` says so."""
    said = {"key": None, "value": None, "encoding": found.letter.encoding} | msgspec.to_builtins(found.letter)
    return {"position": found.position, **said, "headers": found.headers}
