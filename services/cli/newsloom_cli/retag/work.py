"""`newsloom retag` from its options to its figures: showing the difference, and applying it."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from newsloom_common import near

from newsloom_cli.broker import Broker
from newsloom_cli.errors import Problem, WrongInputError, say
from newsloom_cli.look.progress import bar
from newsloom_cli.retag import applying, archive, marks, sources
from newsloom_cli.retag.job import Job
from newsloom_cli.retag.marks import Mark
from newsloom_cli.retag.pool import Pool
from newsloom_cli.retag.rereading import Held, Task
from newsloom_cli.retag.standing import disagreement, refusal
from newsloom_cli.retag.tally import Tally

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

PATIENCE_S: Final = 15.0  # for taggers that are just starting, or have just been killed: a group forgets them after ten


def check(job: Job, client: "Elasticsearch") -> None:
    """Raise WrongInputError where a theme is neither in the taxonomy nor in the index."""
    known = job.ids | archive.themes(client) if job.themes else set()
    for theme in job.themes:
        if theme not in known:
            raise WrongInputError(near.unknown("theme", theme, known, "`newsloom themes` lists them"))


def show(job: Job, client: "Elasticsearch", broker: Broker | None, tally: Tally) -> None:
    """Count the difference."""
    source = sources.source(job, client, broker, tally)
    with bar(source.about, source.total) as advance, closing(Pool(job.workers, Task(job.folder))) as pool:
        for one in pool.reread(islice(source.read(advance), job.limit)):
            tally.add(one)
            if one.error:
                say(one.error)


def apply(job: Job, client: "Elasticsearch", broker: Broker, tally: Tally) -> Mark:
    """Publish what differs; return the mark as it was in the end. Killed, it goes on where it was."""
    _insist(job, client, broker)
    applying.settled(broker, say)  # what older taggers have published is in the index
    mark = applying.marked(broker, marks.begun(job.target, job.themes, job.since, datetime.now(UTC)))
    if mark.read:
        say(f"going on with the run {mark.run}: {mark.read:,} articles have been looked at, {mark.published:,} published")
    query = archive.asked(mark.since, below=job.target.version, upto=mark.upto)
    total = mark.read + archive.count(client, query)
    task, doing = Task(job.folder, mark.run), applying.Applying(broker, mark, tally, say)
    times: deque[int] = deque()
    with bar("tagging anew", total) as advance, closing(Pool(job.workers, task)) as pool:
        advance(mark.read)
        for one in pool.reread(_timed(client, query, times)):
            doing.add(one, times.popleft(), wanted=tally.add(one))
            advance(1)
            if one.error:
                say(one.error)
        doing.finish()
    return doing.mark


def _timed(client: "Elasticsearch", query: dict[str, Any], times: deque[int]) -> Iterator[Held]:
    from elasticsearch import NotFoundError

    try:
        for held, at in archive.indexed(client, query):
            times.append(at)
            yield held
    except NotFoundError as error:  # after five minutes without a question
        raise Problem("Elasticsearch gave the search up while the indexer was waited for: the same command goes on") from error


def _insist(job: Job, client: "Elasticsearch", broker: Broker) -> None:
    """Raise Problem where the themes cannot be applied. Taggers may be starting: that is waited for."""
    until = time.monotonic() + PATIENCE_S
    while True:
        numbered = archive.numbered(client, job.target.version, job.target.digest)
        found = applying.standing(broker, numbered)
        if no := refusal(job.target, job.ids, found, job.folder):
            raise Problem(no)
        if not (no := disagreement(job.target, found, job.folder)):
            return
        if time.monotonic() > until:
            raise Problem(no)
        time.sleep(1)
