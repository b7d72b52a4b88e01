"""Saved searches and what they told, off their topics, as `newsloom alerts` says it. Pure, but for reading the topics."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from newsloom_common import near
from newsloom_notifier.searches import Bad, Search, Searches
from newsloom_schemas.alerts import Alert, SavedSearch, alert_id, removal, search_message
from newsloom_schemas.topics import ALERTS, SEARCHES

from newsloom_cli import following
from newsloom_cli.errors import Problem, UnavailableError, WrongInputError

if TYPE_CHECKING:
    from newsloom_cli.broker import Broker

Tell = Callable[[str], None]


def searches(broker: "Broker") -> dict[str, Search]:
    """Return the searches that are on news.searches, by name."""
    found = Searches()
    for record in broker.scan(broker.partitions(SEARCHES)):
        found.add(record.key, record.value)
    found.settle()
    return dict(sorted(found.all.items()))


def named(found: Mapping[str, Search], name: str) -> Search:
    """Return the search of this name, or raise Problem with those that may be meant."""
    if name not in found:
        raise Problem(near.unknown("saved search", name, found, "`newsloom alerts list` lists them"))
    return found[name]


def put(broker: "Broker", name: str, search: SavedSearch | None, now: datetime) -> None:
    """Save a search, or remove it. Raises UnavailableError where Kafka refuses."""
    broker.partitions(SEARCHES)  # says so where the topic is missing, instead of waiting for it
    message = search_message(SEARCHES, search, now) if search else removal(SEARCHES, name)
    if error := broker.writer().send([message])[0]:
        raise UnavailableError(f"{SEARCHES} does not take the search: {error}")


def made(name: str, query: str, about: str, now: datetime) -> SavedSearch:
    """Return a new search; raise WrongInputError where its name is none."""
    search = SavedSearch(name=name, query=query, about=about, created_at=now)
    try:
        msgspec.convert(msgspec.to_builtins(search), SavedSearch)
    except msgspec.ValidationError as error:
        if "$.name" in str(error):
            raise WrongInputError(f"{name!r} is no name of a search: one word of at most 64 characters") from error
        raise WrongInputError(f"{name}: {error}") from error
    return search


def switched(search: Search, *, enabled: bool, now: datetime) -> SavedSearch | None:
    """Return the search as paused or resumed, None where it is that already. A resumed one tells of what comes from now on."""
    if search.saved is None:
        raise Problem(f"{_name(search)} cannot be read, only removed: {_reason(search)}")
    if search.saved.enabled == enabled:
        return None
    return replace(search.saved, enabled=enabled, since=now if enabled else search.saved.since)


def line(search: Search, told: Mapping[str, tuple[int, datetime]]) -> dict[str, Any]:
    """Return what is known of a search; ``told`` has how many alerts it raised lately, and when the last one."""
    number, last = told.get(_name(search), (0, None))
    saved = search.saved
    return {
        "name": _name(search),
        "state": "bad" if isinstance(search, Bad) else "on" if search.saved.enabled else "paused",
        "query": saved.query if saved else None,
        "about": saved.about if saved else "",
        "created_at": saved.created_at.isoformat() if saved else None,
        "since": (saved.since or saved.created_at).isoformat() if saved else None,
        "alerts": number,
        "last_alert": last.isoformat() if last else None,
        "problem": _reason(search),
    }


def alerts(broker: "Broker", since: datetime, name: str | None, tell: Tell) -> Iterator[Alert]:
    """Yield the alerts since then, of one search or of all, each once, oldest first."""
    records = broker.scan(broker.partitions(ALERTS), round(since.timestamp() * 1000))
    return once(records, {name} if name else set(), tell)


def once(records: Iterable[Any], names: set[str], tell: Tell, most: int | None = None) -> Iterator[Alert]:
    """Yield the alerts of these searches, or of all, each once; ``tell`` hears of records that are none."""
    found = (alert for _, alert in following.once(records, Alert, _event, tell))
    return islice((alert for alert in found if not names or alert.search in names), most)


def counted(found: Iterable[Alert]) -> dict[str, tuple[int, datetime]]:
    """Return by search how many these are, and when the last one was raised."""
    told: dict[str, tuple[int, datetime]] = {}
    for alert in found:
        told[alert.search] = (told.get(alert.search, (0,))[0] + 1, alert.matched_at)
    return told


def _event(alert: Alert) -> str:
    return alert_id(alert.search, alert.story)


def _name(search: Search) -> str:
    return search.name if isinstance(search, Bad) else search.saved.name


def _reason(search: Search) -> str | None:
    return search.reason if isinstance(search, Bad) else None
