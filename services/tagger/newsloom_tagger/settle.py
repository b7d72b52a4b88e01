"""A record of news.raw → what has to be on other topics before it may be acknowledged. Pure and total."""

from datetime import datetime
from typing import Final, NamedTuple

from newsloom_schemas.codec import InvalidMessageError, Message, decode, header, message
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import RawArticle

from newsloom_tagger.analysis import Analyser
from newsloom_tagger.tag import tag

SERVICE: Final = "tagger"
Outcome = str  # "tagged", or "dead" with the stage that failed: "dead-decode", "dead-tag", "dead-publish"


class Settled(NamedTuple):
    """A record's outcome, the records that have to be published for it, and the themes it was tagged with."""

    outcome: Outcome
    messages: tuple[Message, ...]
    themes: tuple[str, ...] = ()


def settle(origin: Origin, analyser: Analyser, now: datetime) -> Settled:
    """Return the outcome of a record; whatever is wrong with it, it is buried, never dropped."""
    try:
        raw = decode(RawArticle, origin.value)
    except InvalidMessageError as error:
        return buried(origin, "decode", error, now)
    try:
        return _tagged(origin, raw, analyser, now)
    except Exception as error:  # noqa: BLE001 - an article that breaks the analysis must not stop the stream
        return buried(origin, "tag", error, now)


def buried(origin: Origin, stage: str, error: Exception, now: datetime) -> Settled:
    """Return the outcome of a record that failed at a stage."""
    return Settled(f"dead-{stage}", (bury(origin, service=SERVICE, stage=stage, error=error, now=now),))


def _tagged(origin: Origin, raw: RawArticle, analyser: Analyser, now: datetime) -> Settled:
    article = tag(raw, analyser, now)
    themes = tuple(t.id for t in article.themes)
    first = message(TAGGED, article, source=SERVICE, now=now, parent=header(origin.headers, "traceparent"))
    return Settled("tagged", (first, *(first._replace(topic=theme_topic(t)) for t in themes)), themes)
