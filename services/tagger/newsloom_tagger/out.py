"""Faust's producer, as delivery needs it: send a record, and begin anew where the broker no longer follows."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import faust
from newsloom_schemas.codec import Message


class Out:
    """The way out of the tagger, for live news and older articles alike."""

    def __init__(self, app: faust.App, log: Any) -> None:
        self._app, self._log = app, log
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, m: Message) -> Awaitable[object]:
        """Buffer a record; what is returned is awaited for its acknowledgement."""
        producer = await self._app.maybe_start_producer()
        acknowledged: Awaitable[object] = await producer.send(m.topic, m.key, m.value, None, None, list(m.headers))
        return acknowledged

    async def renew(self) -> None:
        """Take another producer. What the old one still holds it sends before it goes.

        aiokafka counts a batch that was refused, the broker does not: from then on the broker refuses all that the producer
        sends to that partition as out of sequence.
        """
        producer = await self._app.maybe_start_producer()
        old = await producer.renew()
        self._log.info("another producer, since a record was refused")
        leaving = asyncio.create_task(old.stop(), name="old producer")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
