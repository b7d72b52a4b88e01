"""An article and the searches → the alerts that it raises. Pure.

A search tells of an article when the article comes, if that is news: not of one that was tagged anew, read in from an
archive, or published long before it came; and of a story once. An edit raises an alert only where it makes the article match
for the first time (docs/decisions/0021-alerts.md).
"""

from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from newsloom_query import Match
from newsloom_schemas.alerts import Alert, AlertedArticle, AlertedTheme, SavedSearch
from newsloom_schemas.types import Mention, RawArticle, TaggedArticle

from newsloom_notifier.memory import Memory
from newsloom_notifier.passages import passages
from newsloom_notifier.searches import Asked, Searches

OLD: Final = timedelta(days=3)  # between publication and arrival: a feed that is new here lists what it has of last year, too
LATE: Final = timedelta(days=14)  # since arrival: a group that is set back to the beginning must not tell everything again
WINDOW: Final = timedelta(days=30)  # alerts that are remembered: more than OLD and LATE together
LONGEST: Final = 1_000  # code points of a title or a telling sentence: an alert must fit on its topic

Outcome = Literal["matched", "told", "unmatched", "retagged", "older", "late", "unreadable"]


class Decided(NamedTuple):
    """What became of an article, and its alerts."""

    outcome: Outcome
    alerts: tuple[Alert, ...] = ()


def decide(tagged: TaggedArticle, searches: Searches, memory: Memory, now: datetime) -> Decided:
    """Return the alerts that the article raises, and note them in ``memory``: whoever calls publishes them, or ends."""
    if passed := passed_over(tagged, now):
        return Decided(passed)
    found = [(s, m) for s, m in searches.matching(tagged) if concerns(s, tagged.article)]
    if not found:
        return Decided("unmatched")
    story = memory.story(tagged.article.id, tagged.fingerprint)
    alerts = tuple(alert(s.saved, m, tagged, story, now) for s, m in found if not memory.knows(s.saved.name, story))
    for told in alerts:
        memory.note(told)
    return Decided("matched" if alerts else "told", alerts)


def passed_over(tagged: TaggedArticle, now: datetime) -> Outcome | None:
    """Return why no search is asked about the article, None where they are."""
    article = tagged.article
    if tagged.retag:
        return "retagged"
    published = article.published_at or article.fetched_at
    if article.origin in {"backfill", "seed"} or article.fetched_at - published > OLD:
        return "older"
    return "late" if now - article.fetched_at > LATE else None


def concerns(search: Asked, article: RawArticle) -> bool:
    """Whether the article came when the search was there.

    Of an edit the first revision must have: it was published since then. If it matched, it is remembered, and this revision
    raises no alert; so one that does is the first to match.
    """
    came = article.fetched_at if article.revision == 1 else article.published_at
    return came is not None and came >= search.since


def alert(search: SavedSearch, match: Match, tagged: TaggedArticle, story: str, now: datetime) -> Alert:
    """Return the alert that says: the search found this in the article."""
    return Alert(
        search=search.name,
        query=search.query,
        about=search.about,
        article=_article(tagged),
        story=story,
        fingerprint=tagged.fingerprint,
        themes=tuple(AlertedTheme(id=t.id, score=t.score, telling=_short(t.telling)) for t in tagged.themes),
        passages=passages(tagged.article, ((m.field, m.start, m.end) for m in match.spans)),
        matched_at=now,
    )


def _article(tagged: TaggedArticle) -> AlertedArticle:
    article = tagged.article
    return AlertedArticle(
        id=article.id,
        revision=article.revision,
        title=article.title[:LONGEST],
        url=article.url,
        published_at=article.published_at,
        fetched_at=article.fetched_at,
        feed=article.feed,
        language=tagged.language,
    )


def _short(telling: Mention | None) -> Mention | None:
    return telling if telling and len(telling.text) <= LONGEST else None
