"""Services that are broken on purpose, one promise each: python -m tests.faults.broken NAME. The checker must see what they do.

A service that the harness could not tell from these would prove nothing.
"""
# ruff: noqa: SLF001, ASYNC240 - what is broken is inside

import asyncio
import os
import sys
import time
from pathlib import Path

HELD_S = 3.0  # how long a record is promised and not yet delivered: long enough for a commit, and for a kill


def tagger_that_acknowledges_first():
    """The tagger, which commits a batch and only then publishes it."""
    from newsloom_tagger import __main__, app

    async def read(self, stream):
        stream.enable_acks = False
        async for events in stream.noack_take(500, within=0.2):
            for event in events:
                await stream.ack(event)
            await asyncio.sleep(HELD_S)
            await self._batch(events)

    app.TaggerApp._read = read
    return __main__.main()


def indexer_that_commits_first():
    """The indexer, which commits a batch and only then writes it."""
    from newsloom_indexer import __main__, app
    from newsloom_indexer.batch import Settled
    from newsloom_indexer.bulk import Outcome

    write = app.Indexer._write

    def late(self, documents):
        self._commit([Settled(d.origin, Outcome.INDEXED) for d in documents])
        time.sleep(HELD_S)
        return write(self, documents)

    app.Indexer._write = late
    return __main__.main()


def ingestor_that_forgets_what_it_sent():
    """The ingestor, which sends what a kill left in its outbox without looking whether it is there."""
    from newsloom_ingestor import __main__, outbox

    settle = outbox.State.settle

    def late(self, ids, now):
        time.sleep(HELD_S)
        settle(self, ids, now)

    outbox.State.settle = late
    outbox.Outbox._settle_found = lambda self: 0
    return __main__.main()


def tagger_that_stalls_when_told():
    """The tagger, whose stream gives nothing more, without an error, once a file is there; the next one is well."""
    from newsloom_tagger import __main__, app, stall

    wish, stuck = Path(os.environ["NEWSLOOM_STALL_WISH"]), asyncio.Event()
    batch, seen = app.TaggerApp._batch, stall.Stall.seen

    async def obedient(self, events):
        if wish.exists():
            wish.unlink()
            stuck.set()
            await asyncio.Event().wait()
        await batch(self, events)

    def impatient(self, now, group, own):
        if stuck.is_set():  # and only then: a machine that is busy must not look like a stall
            self._own_after, self._others_after = 8.0, 20.0
        return seen(self, now, group, own)

    app.TaggerApp._batch, stall.Stall.seen = obedient, impatient
    return __main__.main()


if __name__ == "__main__":
    os._exit(globals()[sys.argv[1]]())
