"""Articles that are too old → out of the index, page by page, and counted; see docs/decisions/0023-retention.md

    note what is to go · delete it · note that it has gone

The notes are one document of an index of their own. What is noted is deleted by whoever comes next, so a kill between two
steps costs nothing and no article is counted twice; of two at a time the later one finds that the note has changed, and leaves.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from elasticsearch import BadRequestError, ConflictError, Elasticsearch
from newsloom_schemas.index import ALIAS, EXPIRED

PAGE: Final = 500  # articles; 5 MB of them, a tenth of a second
NOTE: Final = "note"
MAPPINGS: Final = {"dynamic": False, "properties": {"until": {"type": "date"}}}
SETTINGS: Final = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
GONE: Final = frozenset({200, 404})  # of a delete: done, or done before


class Doomed(NamedTuple):
    """An article that is to go: its document's id and version, and the article's revision."""

    id: str
    version: int
    revision: int


class Note(NamedTuple):
    """What has gone so far: how many ``documents``, the sum of their ``revisions``, and what is about to go (``doomed``).

    Everything from before ``until`` is meant to be gone. ``place`` is the note's own version, None before the first.
    """

    until: datetime | None = None
    documents: int = 0
    revisions: int = 0
    doomed: tuple[Doomed, ...] = ()
    place: tuple[int, int] | None = None

    @property
    def revisions_at_most(self) -> int:
        """Return what has gone, what is about to go included: a reader cannot know how far that is."""
        return self.revisions + sum(d.revision for d in self.doomed)


class Expired(NamedTuple):
    """What a page did: how many documents are gone; ``more`` says that there may be others."""

    documents: int
    more: bool


class StuckError(Exception):
    """Elasticsearch does not delete now; what is noted is deleted next time. The text is its own sentence."""


def read(client: Elasticsearch) -> Note:
    """Return the note as it stands."""
    answer = client.options(ignore_status=404).get(index=EXPIRED, id=NOTE)
    return noted(answer.body) if answer.get("found") else Note()


def noted(answer: Mapping[str, Any]) -> Note:
    """Return the note that a get found."""
    source = answer["_source"]
    return Note(
        until=datetime.fromisoformat(source["until"]),
        documents=source["documents"],
        revisions=source["revisions"],
        doomed=tuple(Doomed(*d) for d in source["doomed"]),
        place=(answer["_seq_no"], answer["_primary_term"]),
    )


def older(before: datetime) -> dict[str, Any]:
    """Return the query for articles from before a moment."""
    return {"range": {"@timestamp": {"lt": before.astimezone(UTC).isoformat()}}}


def page(client: Elasticsearch, before: datetime, size: int = PAGE) -> Expired:
    """Take one page of articles from before a moment out of the index, the oldest first; what was noted before goes first.

    Raises StuckError, and elasticsearch's errors. Nothing is lost of the count by either.
    """
    try:
        return _page(client, before, size)
    except ConflictError:  # somebody else is at it
        return Expired(0, more=True)


def _page(client: Elasticsearch, before: datetime, size: int) -> Expired:
    note = read(client)
    begun = bool(note.doomed)
    if not begun:
        doomed = _find(client, before, size)
        if not doomed and note.until and note.until >= before:
            return Expired(0, more=False)
        note = _write(client, note._replace(until=max(before, note.until or before), doomed=doomed))
    gone = _delete(client, note.doomed)
    if note.doomed:
        _write(client, settled(note, gone))
    return Expired(len(gone), more=begun or len(note.doomed) == size)


def settled(note: Note, gone: Sequence[Doomed]) -> Note:
    """Return the note once what was about to go has gone; what stayed was written anew meanwhile."""
    revisions = sum(d.revision for d in gone)
    return note._replace(documents=note.documents + len(gone), revisions=note.revisions + revisions, doomed=())


def _find(client: Elasticsearch, before: datetime, size: int) -> tuple[Doomed, ...]:
    answer = client.search(
        index=ALIAS, query=older(before), size=size, sort=[{"@timestamp": "asc"}], version=True,
        source={"includes": ["article.revision"]}, track_total_hits=False,
    )  # fmt: skip
    return tuple(Doomed(h["_id"], h["_version"], _revision(h["_source"])) for h in answer["hits"]["hits"])


def _revision(source: Mapping[str, Any]) -> int:
    return int(source.get("article", {}).get("revision", 1))  # the contract leaves a first revision out


def _delete(client: Elasticsearch, doomed: Sequence[Doomed]) -> list[Doomed]:
    """Delete these versions, and return those that are gone; a newer one stays, and is found again."""
    if not doomed:
        return []
    lines = [{"delete": {"_id": d.id, "version": d.version, "version_type": "external_gte"}} for d in doomed]
    # The next page searches at once: it must not find these again.
    answer = client.bulk(index=ALIAS, operations=lines, require_alias=True, refresh=True)
    return judged(doomed, [item["delete"] for item in answer["items"]])


def judged(doomed: Iterable[Doomed], items: Iterable[Mapping[str, Any]]) -> list[Doomed]:
    """Return those that are gone, by Elasticsearch's answers. Raises StuckError where one of them means neither."""
    gone = []
    for one, item in zip(doomed, items, strict=True):
        if item["status"] in GONE and "error" not in item:
            gone.append(one)
        elif item["status"] != 409:
            error = item.get("error", {})
            raise StuckError(f"{item['status']} {error.get('type', 'error')}: {error.get('reason', '')}")
    return gone


def _write(client: Elasticsearch, note: Note) -> Note:
    """Write the note where it is as it was read. Raises ConflictError where it is not."""
    if note.place is None:
        _make(client)
    last: dict[str, Any] = {"op_type": "create"}
    if note.place:
        last = {"if_seq_no": note.place[0], "if_primary_term": note.place[1]}
    body = {**note._asdict(), "until": note.until.isoformat() if note.until else None}
    del body["place"]
    done = client.index(index=EXPIRED, id=NOTE, document=body, **last)
    return note._replace(place=(done["_seq_no"], done["_primary_term"]))


def _make(client: Elasticsearch) -> None:
    try:
        client.indices.create(index=EXPIRED, mappings=MAPPINGS, settings=SETTINGS)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
