"""How all feeds stand, in a few lines: how many are well, and what is wrong with each of the others. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from newsloom_schemas.types import FeedHealth

from newsloom_cli import feeds

OFFLINE_FROM: Final = 3  # feeds that fail while none is well: it is rather this machine than each of them


class Wrong(Struct, frozen=True, kw_only=True):
    """A feed that needs somebody, and why: ``state`` is failing, gone, silent or moved."""

    url: str
    title: str
    state: str
    said: str


class Feeds(Struct, frozen=True, kw_only=True):
    """What `newsloom status` says of feeds. ``counts`` has how many are in each state, ``wrong`` the worst first."""

    counts: dict[str, int]
    wrong: tuple[Wrong, ...] = ()

    @property
    def head(self) -> str:
        """All of it in one line."""
        return head(self.counts)


def summary(health: Iterable[FeedHealth], now: datetime) -> Feeds:
    """Return how the feeds stand of which news.feeds tells."""
    rows = [feeds.line(one.url, None, one) | {"state": feeds.state(one)} for one in health]
    found = [wrong for row in rows if (wrong := _wrong(row, now))]
    order = ("gone", "failing", "silent", "moved")
    return Feeds(counts=counts(rows), wrong=tuple(sorted(found, key=lambda one: (order.index(one.state), one.url))))


def counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many feeds are in each state, in the order of the list; what is none is left out."""
    found = Counter(row["state"] for row in rows)
    return {state: found[state] for state in feeds.ORDER if found[state]}


def head(found: Mapping[str, int]) -> str:
    """Return the line that stands over the feeds: "92 feeds: 80 well, 2 silent, 10 failing"."""
    total = sum(found.values())
    if not total:
        return "no feeds"
    said = ", ".join(f"{number:,} {state}" for state, number in found.items())
    offline = not found.get("well") and found.get("failing", 0) >= OFFLINE_FROM
    return f"{total:,} feed{'' if total == 1 else 's'}: {said}" + (
        "; none answers: is this machine offline?" if offline else ""
    )


def _wrong(row: dict[str, Any], now: datetime) -> Wrong | None:
    moved = row.get("moved_to") and row["state"] == "well"
    if row["state"] in {"well", "waiting"} and not moved:
        return None
    said = f"has moved for good to {row['moved_to']}" if moved else feeds.sentence(row, now)
    return Wrong(url=row["url"], title=row.get("title", ""), state="moved" if moved else row["state"], said=said)
