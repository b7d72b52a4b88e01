"""Records → acknowledged by Kafka, however long that takes; what it refuses for good is returned. Knows no client.

``take()`` and Faust's sinks never wait for acknowledgements, and a record whose future fails is gone unless somebody looks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError, RecordListTooLargeError
from newsloom_schemas.codec import Message

REFUSALS: Final = (MessageSizeTooLargeError, RecordListTooLargeError)
Send = Callable[[Message], Awaitable[Awaitable[object]]]  # buffered at the first await, acknowledged at the second
Wait = Callable[[str, int], Awaitable[None]]  # told the reason and how often we have waited for it


async def deliver(messages: Sequence[Message], send: Send, wait: Wait) -> dict[int, Exception]:
    """Send until each message is acknowledged or refused; return the refusals by the message's place.

    An outage is waited out. Any other error is raised: nothing may be acknowledged then.
    """
    refused: dict[int, Exception] = {}
    left = list(range(len(messages)))
    attempt = 0
    while left:
        failed = await _round(messages, left, send)
        refused.update(await _alone(messages, [i for i, e in failed.items() if _refusal(e)], send))
        left = [i for i, e in failed.items() if not _refusal(e)]
        if left:
            await wait(_outage(failed[left[0]]), attempt)
            attempt += 1
    return refused


async def _round(messages: Sequence[Message], places: Sequence[int], send: Send) -> dict[int, Exception]:
    pending = [await _sent(messages[i], send) for i in places]
    outcomes = await asyncio.gather(*pending, return_exceptions=True)
    return {i: _exception(o) for i, o in zip(places, outcomes, strict=True) if isinstance(o, BaseException)}


async def _alone(messages: Sequence[Message], places: Sequence[int], send: Send) -> dict[int, Exception]:
    """Send what was refused once more by itself: a batch may be too large although its records are not."""
    return {i: error for i in places for error in (await _round(messages, [i], send)).values()}


async def _sent(one: Message, send: Send) -> Awaitable[object]:
    try:
        return await send(one)
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
    if isinstance(error, KafkaTimeoutError) or getattr(error, "retriable", False):
        return f"{type(error).__name__}: {error}"
    raise error
