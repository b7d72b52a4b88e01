"""POST /v1/articles → who may, what is in it, and when it is safely in the stream the answer."""

import asyncio
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, NamedTuple

import msgspec
from newsloom_schemas.codec import child_trace, trace_of

from newsloom_ingestor import push
from newsloom_ingestor.inbound import Answer, Head
from newsloom_ingestor.inboundqueue import BusyError, Desk
from newsloom_ingestor.push import KINDS, Kind, Line, Outcome, UnreadableError

PATH: Final = "/v1/articles"
LINES: Final = "application/x-ndjson"
TOGETHER: Final = 100  # lines that the shell takes in at one time: polls must not wait for ten thousand
SOON: Final = ("Retry-After", "5")


class Batch(NamedTuple):
    """Lines for the shell, which returns an Outcome for each. ``trace`` is the request's traceparent, or a new one."""

    lines: Sequence[Line]
    trace: str

    @property
    def parts(self) -> int:
        """How many lines."""
        return len(self.lines)


def refusal(reason: str) -> bytes:
    """Return the body of a refusal."""
    return msgspec.json.encode({"reason": reason}) + b"\n"


class PushDoor:
    """Answers pushes. ``away()`` says why nothing can be taken now, else nothing; ``pages_off`` why no pages are fetched."""

    def __init__(self, desk: Desk, token: str, away: Callable[[], str], pages_off: str) -> None:
        self._desk, self._token, self._away, self._pages_off = desk, token.encode(), away, pages_off

    def admit(self, head: Head) -> Answer | None:
        """Refuse what can be refused before the body is read."""
        if head.method != "POST":
            return Answer(405, refusal("POST articles here"), headers=(("Allow", "POST"),))
        if not self._may(head):
            return Answer(401, refusal("a valid token is missing"), headers=(("WWW-Authenticate", "Bearer"),))
        if _kind(head) is None or head.headers.get("content-encoding", "identity").lower() != "identity":
            return Answer(415, refusal(f"one of {', '.join(KINDS)} is expected, uncompressed"))
        if self._pages_off and _kind(head) == "addresses":
            return Answer(422, refusal(f"pages are {self._pages_off}"))
        away = self._away()
        return Answer(503, refusal(away), headers=(SOON,)) if away else None

    async def answer(self, head: Head, body: bytes) -> Answer:
        """Answer when all that could be used is acknowledged by Kafka or waits, durably, for its page."""
        now = datetime.now(UTC)
        try:
            lines, refused = await asyncio.to_thread(partial(push.read, body, _kind(head) or "json", now))
            trace = _trace(head.headers.get("traceparent", ""))
            found = await self._desk.through([Batch(part, trace) for part in _parts(lines)], self._away)
        except UnreadableError as error:
            return Answer(400, refusal(str(error)))
        except BusyError as error:
            return Answer(503, refusal(str(error)), headers=(SOON,))
        return answered(
            [*refused, *(o for part in found for o in part)], "application/json" if _kind(head) == "json" else LINES
        )

    def _may(self, head: Head) -> bool:
        scheme, _, given = head.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token)


def answered(outcomes: Iterable[Outcome], kind: str) -> Answer:
    """Return the answer that tells of each line."""
    told = list(outcomes)
    return Answer(push.status(told), push.shown(told), kind)


def _trace(given: str) -> str:
    """Return the traceparent of who pushes, of which each line is a span's child, or a new one."""
    return given if trace_of(given) else child_trace(None)


def _kind(head: Head) -> Kind | None:
    return KINDS.get(head.headers.get("content-type", "").partition(";")[0].strip().lower())


def _parts(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    return (lines[n : n + TOGETHER] for n in range(0, len(lines), TOGETHER))
