"""Saved searches and the alerts that they raise: types, and the records that carry them (docs/decisions/0021-alerts.md)."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from newsloom_schemas.codec import Event, Message, child_trace, encode, event_headers
from newsloom_schemas.types import ArticleId, Feed, FieldName, Fingerprint, Mention, Offset, Positive, Score, Span, Text, Time

NAME_LIMIT: Final = 64  # characters
SearchName = Annotated[
    str, Meta(min_length=1, max_length=NAME_LIMIT, pattern=r"^[^\s\x00-\x1f\x7f]+$", description="One word, in any script.")
]


class SavedSearch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A search that is asked of every new article. The newest record of a name is the valid one; none has no value.

    ``query`` is in the language of `newsloom search`; relative times in it count from ``created_at``. Articles that newsloom
    held before ``since`` are none of its business: absent, that is ``created_at``; it is later where the search was changed or
    resumed. One that is not ``enabled`` is paused.
    """

    name: SearchName
    query: Annotated[str, Meta(min_length=1, max_length=2000)]
    created_at: Time
    since: Time | None = None
    enabled: bool = True
    about: str = ""


class AlertedArticle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an alert tells of its article; the whole of it is on news.tagged and in the index, under the same id."""

    id: ArticleId
    revision: Positive = 1
    title: str
    url: str | None = None
    published_at: Time | None = None
    fetched_at: Time
    feed: Feed | None = None
    language: str


class AlertedTheme(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A theme of the article, with the sentence that tells most of it."""

    id: str
    score: Score
    telling: Mention | None = None


class Passage(Struct, frozen=True, kw_only=True):
    """A stretch of the article around what the search found; ``found`` are spans of the same field, inside it."""

    field: FieldName
    start: Offset
    end: Offset
    text: Text
    found: tuple[Span, ...]


class Alert(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A new article is what a saved search asks for. A search tells of a story once, and never again for an edit.

    ``story`` is the id of the first article of the story that anybody was told of; ``fingerprint`` is the article's, by which
    the notifier knows the story again. ``passages`` show why the article was found, five at most; a search for a theme alone
    has none: the theme's telling sentence says it. ``query`` is the one that matched.
    """

    search: SearchName
    query: str
    about: str = ""
    article: AlertedArticle
    story: ArticleId
    fingerprint: Fingerprint | None = None
    themes: tuple[AlertedTheme, ...] = ()
    passages: tuple[Passage, ...] = ()
    matched_at: Time


def alert_id(search: str, story: str) -> str:
    """Return the ``ce_id`` of an alert: a search and a story make one event, however often it is sent."""
    return f"{search}/{story}"


def alert_message(topic: str, alert: Alert, parent: str | None = None) -> Message:
    """Return the record of an alert, keyed by its search; ``parent`` is the traceparent of the article's record."""
    event = Event(alert_id(alert.search, alert.story), alert.article.id, "notifier", alert.matched_at)
    headers = event_headers(alert, event, child_trace(parent))
    return Message(topic, alert.search.encode(), encode(alert), headers)


def search_message(topic: str, search: SavedSearch, now: Time) -> Message:
    """Return the record that saves a search."""
    event = Event(f"{search.name}@{now.isoformat()}", search.name, "cli", now)
    return Message(topic, search.name.encode(), encode(search), event_headers(search, event))


def removal(topic: str, name: str) -> Message:
    """Return the record that removes a search: its name without a value."""
    return Message(topic, name.encode(), None, ())
