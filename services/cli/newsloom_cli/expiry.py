"""`newsloom index expire`: how many articles are too old, by month and theme; then they go, page by page."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from newsloom_common.settings import Settings, load
from newsloom_indexer import expiring
from newsloom_indexer.expiring import StuckError
from newsloom_schemas.index import ALIAS, FOREVER, kept_for

from newsloom_cli.errors import Problem, WrongInputError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

THEMES: Final = 1_000  # more than a taxonomy has
BREATH: Final = 1.0  # a pause after each page, in times of what it took: half of the engine is left to others
Line = dict[str, Any]


class RetentionSettings(Settings, frozen=True, kw_only=True):
    """How long articles stay in the index, as the indexer is told."""

    retention: str = FOREVER


def before(older_than: str | None, now: datetime) -> datetime:
    """Return the moment before which articles are too old. Raises WrongInputError."""
    try:
        age = kept_for(older_than or load(RetentionSettings).retention)
    except ValueError as error:
        raise WrongInputError(
            f"--older-than {older_than}: a number of days such as 365d" if older_than else str(error)
        ) from error
    if age is None:
        raise WrongInputError("NEWSLOOM_RETENTION is never: nothing is too old; --older-than 365d says otherwise")
    return now - age


def plan(client: "Elasticsearch", until: datetime) -> Line:
    """Return what would go."""
    answer = client.search(
        index=ALIAS, query=expiring.older(until), size=0, track_total_hits=True,
        aggs={
            "months": {"date_histogram": {"field": "@timestamp", "calendar_interval": "month", "min_doc_count": 1}},
            "themes": {"terms": {"field": "tags", "size": THEMES}},
        },
    )  # fmt: skip
    return planned(answer.body, until)


def planned(answer: Mapping[str, Any], until: datetime) -> Line:
    """Return what a search says of what would go."""
    found = answer.get("aggregations", {})
    return {
        "outcome": "would",
        "until": until.astimezone(UTC).isoformat(),
        "documents": answer["hits"]["total"]["value"],
        "months": {b["key_as_string"][:7]: b["doc_count"] for b in found["months"]["buckets"]},
        "themes": {b["key"]: b["doc_count"] for b in found["themes"]["buckets"]},
    }


def apply(client: "Elasticsearch", until: datetime, advance: Callable[[int], None]) -> Line:
    """Take them out; return how many went, in how many seconds. Raises Problem where Elasticsearch does not delete."""
    started, gone, more = time.monotonic(), 0, True
    while more:
        begun = time.monotonic()
        try:
            done = expiring.page(client, until)
        except StuckError as error:
            raise Problem(f"{gone:,} articles are out of the index, then: {error}") from error
        gone, more = gone + done.documents, done.more
        advance(done.documents)
        if more:
            time.sleep((time.monotonic() - begun) * BREATH)
    return {"outcome": "expired", "documents": gone, "seconds": round(time.monotonic() - started, 3)}
