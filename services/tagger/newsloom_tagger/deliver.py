"""Records → acknowledged by Kafka, however long that takes; what it refuses for good is returned. Knows no client.

``take()`` and Faust's sinks never wait for acknowledgements, and a record whose future fails is gone unless somebody looks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    RecordListTooLargeError,
    UnknownProducerId,
)
from newsloom_schemas.codec import Message

REFUSALS: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
ASTRAY: Final = (OutOfOrderSequenceNumber, UnknownProducerId)  # the broker has lost count of what this producer sends
Wait = Callable[[str, int], Awaitable[None]]  # told the reason and how often we have waited for it


class Out(Protocol):
    """The producer. After a refusal, or astray, it is renewed before anything else is sent."""

    async def send(self, m: Message) -> Awaitable[object]:
        """Buffer a record; what is returned is awaited for its acknowledgement."""

    async def renew(self) -> None:
        """Begin anew: records are numbered from the start."""


async def deliver(messages: Sequence[Message], out: Out, wait: Wait) -> dict[int, Exception]:
    """Send until each message is acknowledged or refused; return the refusals by the message's place.

    An outage is waited out. Any other error is raised: nothing may be acknowledged then.
    """
    refused: dict[int, Exception] = {}
    left = list(range(len(messages)))
    attempt = 0
    while left:
        failed = await _alone(messages, await _round(messages, left, out), out)
        refused |= {i: e for i, e in failed.items() if _refusal(e)}
        left = [i for i in failed if i not in refused]
        if left:
            await wait(_outage(failed[left[0]]), attempt)
            attempt += 1
    return refused


async def _round(messages: Sequence[Message], places: Sequence[int], out: Out) -> dict[int, Exception]:
    pending = [await _sent(messages[i], out) for i in places]
    outcomes = await asyncio.gather(*pending, return_exceptions=True)
    failed = {i: _exception(o) for i, o in zip(places, outcomes, strict=True) if isinstance(o, BaseException)}
    if any(isinstance(e, (*REFUSALS, *ASTRAY)) for e in failed.values()):
        await out.renew()
    return failed


async def _alone(messages: Sequence[Message], failed: dict[int, Exception], out: Out) -> dict[int, Exception]:
    """Send what was refused once more by itself: a batch may be too large although its records are not."""
    for i in [i for i, e in failed.items() if _refusal(e)]:
        del failed[i]
        failed |= await _round(messages, [i], out)
    return failed


async def _sent(one: Message, out: Out) -> Awaitable[object]:
    try:
        return await out.send(one)
    except Exception as error:  # noqa: BLE001 - looked at with the others
        failed: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        failed.set_exception(error)
        return failed


def _exception(outcome: BaseException) -> Exception:
    """Return the client's own error from within Faust's wrapping. Raises what is no error at all: a cancellation."""
    if not isinstance(outcome, Exception):
        raise outcome
    cause = outcome.__cause__
    return cause if isinstance(cause, KafkaError) else outcome


def _refusal(error: Exception) -> bool:
    return isinstance(error, REFUSALS)


def _outage(error: Exception) -> str:
    """Return what to wait for. Raises the error where waiting is no use."""
    if isinstance(error, (KafkaTimeoutError, *ASTRAY)) or getattr(error, "retriable", False):
        return f"{type(error).__name__}: {error}"
    raise error
