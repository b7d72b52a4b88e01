"""A record of news.raw → what has to be on other topics before it may be acknowledged. Pure and total."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from newsloom_common import batching
from newsloom_schemas.codec import InvalidMessageError, Message, decode, header, message
from newsloom_schemas.dead import PREFIX, Origin, bury, replays
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import RawArticle, TaggedArticle

from newsloom_tagger.analysis import ROW, Analyser
from newsloom_tagger.tag import tag_many

SERVICE: Final = "tagger"
REASON: Final = PREFIX + "exception.message"
MOST_BYTES: Final = 128 * 1024  # of records that are settled at once, unless one alone has more: they take about 50 ms
Outcome = str  # "tagged", or "dead" with the stage that failed: "dead-decode", "dead-tag", "dead-publish"


class Settled(NamedTuple):
    """A record's outcome, the records that have to be published for it, and the themes it was tagged with."""

    outcome: Outcome
    messages: tuple[Message, ...]
    themes: tuple[str, ...] = ()


def batches(origins: Sequence[Origin]) -> Iterator[Sequence[Origin]]:
    """Yield the records in rows that are worth settling at once: few enough that a heartbeat between them is in time."""
    return batching.batches(origins, lambda origin: len(origin.value or b""), ROW, MOST_BYTES)


def deaths(origins: Iterable[Origin], settled: Iterable[Settled]) -> Iterator[tuple[bool, str]]:
    """Say of each record whether it is a dead letter, and why; not of those that somebody sent back, which prove nothing."""
    for _, one in (pair for pair in zip(origins, settled, strict=True) if not replays(pair[0].headers)):
        dead = one.outcome.startswith("dead")
        yield dead, (header(one.messages[0].headers, REASON) or "") if dead else ""


def settle(origin: Origin, analyser: Analyser, now: datetime) -> Settled:
    """Return the outcome of a record; whatever is wrong with it, it is buried, never dropped."""
    return settle_many([origin], analyser, now)[0]


def settle_many(origins: Sequence[Origin], analyser: Analyser, now: datetime) -> list[Settled]:
    """Return the outcome of each record, as if it were alone; whatever is wrong with one, it alone is buried."""
    read = [_read(origin, now) for origin in origins]
    raws = [(origin, raw) for origin, raw in zip(origins, read, strict=True) if isinstance(raw, RawArticle)]
    tagged = iter(_tag(raws, analyser, now))
    return [one if isinstance(one, Settled) else next(tagged) for one in read]


def buried(origin: Origin, stage: str, error: Exception, now: datetime) -> Settled:
    """Return the outcome of a record that failed at a stage."""
    return Settled(f"dead-{stage}", (bury(origin, service=SERVICE, stage=stage, error=error, now=now),))


def _read(origin: Origin, now: datetime) -> RawArticle | Settled:
    try:
        return decode(RawArticle, origin.value)
    except InvalidMessageError as error:
        return buried(origin, "decode", error, now)


def _tag(raws: Sequence[tuple[Origin, RawArticle]], analyser: Analyser, now: datetime) -> list[Settled]:
    try:
        tagged = tag_many([raw for _, raw in raws], analyser, now)
        return [_tagged(origin, article, now) for (origin, _), article in zip(raws, tagged, strict=True)]
    except Exception as error:  # noqa: BLE001 - an article that breaks the analysis must not stop the stream
        if len(raws) == 1:
            return [buried(raws[0][0], "tag", error, now)]
        return [one for raw in raws for one in _tag([raw], analyser, now)]


def _tagged(origin: Origin, article: TaggedArticle, now: datetime) -> Settled:
    themes = tuple(t.id for t in article.themes)
    first = message(TAGGED, article, source=SERVICE, now=now, parent=header(origin.headers, "traceparent"))
    return Settled("tagged", (first, *(first._replace(topic=theme_topic(t)) for t in themes)), themes)
