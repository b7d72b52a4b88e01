"""What is re-read for a dry run, and how much of it there is: the index, the topics, or files."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from newsloom_ingestor.backfill import Found, Refused
from newsloom_schemas.topics import BACKFILL, RAW
from newsloom_schemas.types import RawArticle

from newsloom_cli.backfilling import Wanted
from newsloom_cli.broker import Broker
from newsloom_cli.errors import say
from newsloom_cli.retag import archive
from newsloom_cli.retag.job import INDEX, Job
from newsloom_cli.retag.rereading import Held
from newsloom_cli.retag.tally import Tally
from newsloom_cli.stores import Reading, Store, stores

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

Advance = Callable[[int], None]


class Source(NamedTuple):
    """What is read, how much it is (articles, records or bytes), and what reads it, telling how far it is."""

    about: str
    total: int
    read: Callable[[Advance], Iterator[Held]]


def source(job: Job, client: "Elasticsearch", broker: Broker | None, tally: Tally) -> Source:
    """Return the source. A broker is there where topics are to be read. Raises WrongInputError where a file cannot be."""
    if job.sources == (INDEX,):
        query = archive.asked(job.since)
        return Source("reading the index", archive.count(client, query), partial(_index, job, client))
    if broker:
        return Source("reading the topics", _records(broker), partial(_topics, job, client, broker, tally))
    found = stores(job.sources)
    return Source("reading files", sum(s.size for s in found), partial(_files, job, client, found, tally))


def _index(job: Job, client: "Elasticsearch", advance: Advance) -> Iterator[Held]:
    for looked in archive.indexed(client, archive.asked(job.since)):
        advance(1)
        yield looked.held


def _topics(job: Job, client: "Elasticsearch", broker: Broker, tally: Tally, advance: Advance) -> Iterator[Held]:
    articles = archive.published(broker, tally.skip, advance)
    yield from archive.joined(client, _late_enough(job, articles, tally), tally.skip)


def _files(job: Job, client: "Elasticsearch", found: list[Store], tally: Tally, advance: Advance) -> Iterator[Held]:
    with closing(Reading(datetime.now(UTC), advance)) as reading:
        articles = _articles(reading, found, tally)
        yield from archive.joined(client, _late_enough(job, articles, tally), tally.skip)


def _articles(reading: Reading, found: list[Store], tally: Tally) -> Iterator[RawArticle]:
    for item in reading.items(found):
        if isinstance(item, Found):
            yield item.article
        elif isinstance(item, Refused):
            tally.failed += 1
            say(f"{item.place}: {item.why}")
        else:
            tally.skip(item.why)


def _late_enough(job: Job, articles: Iterator[RawArticle], tally: Tally) -> Iterator[RawArticle]:
    for article in articles:
        if why := Wanted(job.since).refusal(article):
            tally.skip(why)
        else:
            yield article


def _records(broker: Broker) -> int:
    places = [broker.partitions(topic) for topic in (RAW, BACKFILL)]
    return sum(sum(broker.ends(p).values()) - sum(broker.begins(p).values()) for p in places)
