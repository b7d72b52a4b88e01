"""Topics and index → a comparison, streaming. Commits are read first: what was not settled then is known and not looked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct
from newsloom_indexer import expiring
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.index import ALIAS, TAGGER_VERSIONS
from newsloom_schemas.topics import BACKFILL, RAW, TAGGED, THEME_PREFIX, theme_topic
from newsloom_schemas.types import ArticleId

from newsloom_cli.broker import Broker
from newsloom_cli.comparing import Comparison, Document, HasTheme, OnTheme, Raw, Tagged
from newsloom_cli.graveyard import graveyard
from newsloom_cli.reading import GROUPS
from newsloom_cli.way import place

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

LOOK: Final = 500  # documents that are looked up by id at a time
ROWS: Final = 5_000
HIGHEST: Final = 2**63 - 1
SOURCE: Final = ["article.revision", "tags", "record"]
Advance = Callable[[int], None]


class _Raw(Struct):
    id: ArticleId
    fetched_at: datetime
    revision: int = 1
    published_at: datetime | None = None


class _Theme(Struct):
    id: str


class _Tagger(Struct):
    version: int


class _Retag(Struct):
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


class _Tagged(Struct):
    article: _Raw
    tagger: _Tagger
    themes: tuple[_Theme, ...] = ()
    retag: _Retag | None = None


class Reach(NamedTuple):
    """How far the stream was when the look at it began, by topic and partition: commits; begins and ends of topics."""

    commits: Mapping[str, Mapping[int, int]]
    begins: Mapping[str, Mapping[int, int]]
    ends: Mapping[str, Mapping[int, int]]

    @property
    def records(self) -> int:
        """Return how many records there are to be read."""
        return sum(self.ends[t][p] - self.begins[t][p] for t in self.ends for p in self.ends[t])


def reach(broker: Broker) -> Reach:
    """Return how far the stream is now."""
    commits = {t: {p: c.offset for p, c in broker.group(group, t)[1].items()} for group, t in GROUPS.items()}
    topics = [RAW, BACKFILL, TAGGED, *sorted(t for t in broker.topics() if t.startswith(THEME_PREFIX))]
    partitions = {t: broker.partitions(t) for t in topics}
    begins = {t: broker.begins(tps) for t, tps in partitions.items()}
    return Reach(commits, begins, {t: broker.ends(tps) for t, tps in partitions.items()})


def compare(broker: Broker, client: "Elasticsearch", to: Comparison, far: Reach, advance: Advance) -> None:
    """Read everything into the comparison; ``advance`` is told of each bit of progress."""
    to.bury(place(*x.origin) for x in graveyard(broker).letters)
    for topic in (RAW, BACKFILL):
        _add(to, (_raw(r, far) for r in _scan(broker, topic, advance)))
    read = ((r, tagged) for r in _scan(broker, TAGGED, advance) if (tagged := _read(_Tagged, r.value)))
    for chunk in _chunks((_tagged(r, tagged, far), _has_themes(r, tagged, far)) for r, tagged in read):
        to.add(row for row, _ in chunk)
        to.add(theme for _, themes in chunk for theme in themes)
    for topic in (t for t in far.ends if t.startswith(THEME_PREFIX)):
        _add(to, _themes(broker, topic, far, advance))
        _begin(broker, topic, to, far)
    _add(to, (_document(hit, far) for hit in documents(client, advance)))
    to.tell(broker.ends(broker.partitions(TAGGED)))
    if until := expiring.read(client).until:
        to.keep_since(until.timestamp())
    to.ready()
    _look_again(client, to, far)


def documents(client: "Elasticsearch", advance: Advance) -> Iterator[Mapping[str, Any]]:
    """Yield every document's id, version, revision, themes and record."""
    from newsloom_common import elastic

    for number, hit in enumerate(elastic.scan(client, ALIAS, version=True, _source=SOURCE), 1):
        yield hit
        if number % elastic.PAGE == 0:
            advance(elastic.PAGE)


def _look_again(client: "Elasticsearch", to: Comparison, far: Reach) -> None:
    """Look up by id what seems to be missing: a document can be had by its id before it can be searched."""
    ids = to.doubtful()
    for first in range(0, len(ids), LOOK):
        answer = client.mget(index=ALIAS, ids=ids[first : first + LOOK], source_includes=SOURCE)
        to.add([_document(d, far) for d in answer["docs"] if d.get("found")])


def _scan(broker: Broker, topic: str, advance: Advance) -> Iterator[Any]:
    for n, record in enumerate(broker.scan(broker.partitions(topic)), 1):
        yield record
        if n % ROWS == 0:
            advance(ROWS)
    advance(0)


def _chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    found = iter(rows)
    while chunk := list(islice(found, ROWS)):
        yield chunk


def _add(to: Comparison, rows: Iterable[Any]) -> None:
    for chunk in _chunks(rows):
        to.add(chunk)


def _read(kind: Any, value: bytes | None) -> Any:
    """Return what there is to compare of a record; None where it cannot be read."""
    try:
        return decode(kind, value)
    except InvalidMessageError:
        return None


def _raw(record: Any, far: Reach) -> Raw:
    article = _read(_Raw, record.value)
    known = article.id if article else (record.key or b"").decode("utf-8", "replace")
    revision = min(article.revision, HIGHEST) if article else None
    return Raw(known, revision, _place(record), _settled(record, far), _dated(article) if article else None)


def _tagged(record: Any, tagged: _Tagged, far: Reach) -> Tagged:
    themes = " ".join(sorted(t.id for t in tagged.themes))
    return Tagged(*_identity(tagged), themes, _place(record), _settled(record, far), _dated(tagged.article))


def _has_themes(record: Any, tagged: _Tagged, far: Reach) -> list[HasTheme]:
    again = tagged.retag
    told = [t for t in again.gained + again.lost if theme_topic(t) in far.ends] if again else [t.id for t in tagged.themes]
    waits = bool(again) and not _settled(record, far)
    return [HasTheme(t, *_identity(tagged), _place(record), record.timestamp, waits) for t in told]


def _themes(broker: Broker, topic: str, far: Reach, advance: Advance) -> Iterator[OnTheme]:
    """Yield what lay on a theme's topic when the look began; what came later may be on news.tagged later still."""
    for record in _scan(broker, topic, advance):
        tagged = _read(_Tagged, record.value)
        if tagged and record.offset < far.ends[topic][record.partition]:
            yield OnTheme(topic.removeprefix(THEME_PREFIX), *_identity(tagged), _place(record), tagged.retag is not None)


def _begin(broker: Broker, topic: str, to: Comparison, far: Reach) -> None:
    for partition in broker.partitions(topic):
        first = far.begins[topic][partition.partition]
        if first and (record := broker.at(partition, first)):
            to.begin(topic.removeprefix(THEME_PREFIX), record.timestamp)


def _identity(tagged: _Tagged) -> tuple[str, int, int]:
    revision = min(tagged.article.revision, HIGHEST)
    return tagged.article.id, revision, min(revision * TAGGER_VERSIONS + tagged.tagger.version, HIGHEST)


def _dated(article: _Raw) -> float:
    return (article.published_at or article.fetched_at).timestamp()


def _place(record: Any) -> str:
    return place(record.topic, record.partition, record.offset)


def _settled(record: Any, far: Reach) -> bool:
    return bool(record.offset < far.commits[record.topic].get(record.partition, 0))


def _document(hit: Mapping[str, Any], far: Reach) -> Document:
    source = hit["_source"]
    written = source.get("record") or {"topic": "", "partition": -1, "offset": -1}
    partition, offset = written["partition"], written["offset"]
    begin, end = far.begins[TAGGED].get(partition, 0), far.ends[TAGGED].get(partition, 0)
    return Document(
        id=hit["_id"],
        revision=source.get("article", {}).get("revision", 1),
        version=hit["_version"],
        themes=" ".join(sorted(source.get("tags", ()))),
        place=place(written["topic"], partition, offset),
        partition=partition,
        offset=offset,
        told=(begin <= offset < end) or offset < 0,
    )
