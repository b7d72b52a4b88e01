"""The start: what the state says and what the stream holds are brought together, before the first feed is polled."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from newsloom_schemas.topics import RAW

from newsloom_ingestor.outbox import Broker, Outbox, Sent, gone
from newsloom_ingestor.state import Fence, Queued, State


class Opened(NamedTuple):
    """``empty``: nothing was ever on news.raw. ``forgotten``: articles of a stream that is no more. ``learned``: articles
    that an older state told, dead ones among them. ``sent``: what the outbox still held, the seed included.
    """

    empty: bool
    forgotten: int
    learned: int
    sent: Sent


def open_stream(state: State, broker: Broker, outbox: Outbox, seeds: Sequence[Queued], clock: Callable[[], float]) -> Opened:
    """Publish the seeds where nothing was ever written, one after the other; else what a kill left in the outbox.

    A state that speaks of articles while news.raw is empty, or shorter than it was, belongs to a stream that is no more: it
    starts over. A state that is new beside a stream that is not learns the stream's keys, which are the articles' ids.
    """
    ends = broker.ends()
    empty = not any(_raw(ends).values())
    forgotten = state.seen_count() if gone(ends, state) else 0
    if gone(ends, state):
        state.forget()
    if empty:
        state.enqueue(seeds, ends)
    before = state.seen_count()
    if not state.complete():
        state.learn((key for _, key in broker.keys({})), clock())  # what died was told too: it must not die again
    learned = state.seen_count() - before
    sent = outbox.drain(batch=1) if empty else outbox.drain()
    return Opened(empty, forgotten, learned, sent)


def _raw(ends: Fence) -> Fence:
    return {place: end for place, end in ends.items() if place[0] == RAW}
