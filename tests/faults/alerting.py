"""Saved searches of a run: put on news.searches, and what must come of them → what the checker judges."""

from datetime import UTC, datetime, timedelta

from faults.checker import Told, Wanted
from newsloom_notifier.decide import concerns, passed_over
from newsloom_notifier.searches import Asked
from newsloom_query import Seen, matches, parse
from newsloom_schemas.alerts import Alert, SavedSearch, search_message
from newsloom_schemas.codec import decode, header
from newsloom_schemas.stories import same_story
from newsloom_schemas.topics import SEARCHES
from support import records

QUERIES = {"scarce": "theme:compute-scarcity", "chips": "算力 OR GPU"}


def save(bootstrap):
    """Save the searches, and return them; whatever comes from now on is their business."""
    since = datetime.now(UTC) - timedelta(hours=1)
    saved = [SavedSearch(name=name, query=query, created_at=since) for name, query in QUERIES.items()]
    records.put(bootstrap, [search_message(SEARCHES, one, since) for one in saved])
    return saved


def told(found):
    """Records of news.alerts → the alerts, each with its article's fingerprint."""
    alerts = [(decode(Alert, r.value), header(r.headers, "ce_id")) for r in found]
    return [(Told(a.search, a.article.id, a.story, event), a.fingerprint) for a, event in alerts]


def wanted(searches, tagged, alerts):
    """What must be told: first revisions on news.tagged that a search asks for."""
    asked = [Asked(s, parse(s.query, s.created_at)) for s in searches]
    now = datetime.now(UTC)
    first = {a.article.id: a for a in tagged if asked and a.article.revision == 1 and not passed_over(a, now)}
    meant = [(s.saved.name, one) for one in first.values() for seen in [Seen(one)] for s in asked if _meant(s, one, seen)]
    own = {(t.search, t.id): t.story for t, _ in alerts}
    return [Wanted(name, one.article.id, _stories(own.get((name, one.article.id)), one, alerts)) for name, one in meant]


def _meant(search, article, seen):
    return concerns(search, article.article) and matches(search.query, seen) is not None


def _stories(own, article, alerts):
    """The story that was told of the article; else those which it may belong to, whoever was told of them."""
    like = (t.story for t, mark in alerts if same_story(mark, article.fingerprint))
    return frozenset([own] if own else like)
