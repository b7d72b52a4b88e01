"""Configured feeds and what news.feeds says of them → the lines of `newsloom feeds list`. Pure, but for reading the topic."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.topics import FEEDS
from newsloom_schemas.types import FeedHealth

from newsloom_cli.times import span

if TYPE_CHECKING:
    from newsloom_ingestor.opml import Source

    from newsloom_cli.broker import Broker

ORDER = ("well", "waiting", "silent", "failing", "gone", "dropped")  # the end of a list is what stays on the screen


def latest(broker: "Broker") -> dict[str, FeedHealth]:
    """Return the newest standing of each feed on news.feeds, by address; one without a value is forgotten."""
    found: dict[str, FeedHealth] = {}
    for record in broker.scan(broker.partitions(FEEDS)):
        if record.value is None:
            found.pop((record.key or b"").decode("utf-8", "replace"), None)
            continue
        try:
            health = decode(FeedHealth, record.value)
        except InvalidMessageError:  # written by who knows whom
            continue
        found[health.url] = health
    return found


def lines(configured: Iterable["Source"], health: dict[str, FeedHealth]) -> list[dict[str, Any]]:
    """Return a line a feed, those that need somebody last, else as configured: its state in a word, and all that is known.

    A feed that is polled no more, since nobody configures it, is ``dropped``; one that was never polled is ``waiting``.
    """
    from newsloom_ingestor.parse import without_password  # which a list of hits need not wait for

    known = {without_password(s.url): s for s in configured}
    rows = [line(url, source, health.get(url)) for url, source in known.items()]
    rows += [line(url, None, one) | {"state": "dropped"} for url, one in health.items() if url not in known]
    return sorted(rows, key=lambda row: ORDER.index(row["state"]))


def line(url: str, source: "Source | None", health: FeedHealth | None) -> dict[str, Any]:
    """Return what is known of a feed; where it is configured, its names are the ones that are given there."""
    named = {"title": source.title, "category": source.category} if source else {}
    told = msgspec.to_builtins(health) if health else {}
    return {"url": url, "state": state(health), **named, **{k: v for k, v in told.items() if k not in {"url", *named}}}


def state(health: FeedHealth | None) -> str:
    """Return how a feed stands, in a word of ORDER."""
    if health is None:
        return "waiting"
    if health.outcome in {"failed", "gone"}:
        return "failing" if health.outcome == "failed" else "gone"
    return "silent" if health.silent else "well"


def sentence(row: dict[str, Any], now: datetime) -> str:
    """Return what there is to say of a feed, in one line."""
    error, new_at, gap = row.get("error"), row.get("new_at"), row.get("usual_gap_s", 0)
    if row["state"] in {"failing", "gone"}:
        answered = row.get("succeeded_at")
        return f"{error or 'gone'}; " + (f"last answered {_since(answered, now)} ago" if answered else "it never answered")
    if row["state"] == "silent":
        usual = f", usually every {span(gap)}" if gap else ""
        return f"nothing new for {_since(new_at, now)}{usual}"
    if row["state"] == "waiting":
        return "not polled yet"
    if row["state"] == "dropped":
        return "no longer configured"
    parts = [f"{row.get('entries', 0)} entries, {row.get('new', 0)} new", row["why"]]
    return "; ".join([*parts, *([f"moved to {row['moved_to']}"] if row.get("moved_to") else [])])


def _since(moment: str | None, now: datetime) -> str:
    return span((now - datetime.fromisoformat(moment)).total_seconds()) if moment else "ever"
