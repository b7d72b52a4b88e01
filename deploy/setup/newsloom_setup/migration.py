"""the live index → another one, while articles are written and read; see docs/decisions/0016-migration.md

    copy everything · compare · catch up · [writers wait: copy the rest, compare, count, move the alias] · look back

Readers have the alias, which changes in one step, when the other index holds all that this one does. Killed anywhere,
it is run again.
"""

import time
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS, NEXT, OWN, PREVIOUS, VERSIONS

from newsloom_setup import SetupError, index, versions
from newsloom_setup.copying import BEGIN, Pass, Tell, Way, copy, halt
from newsloom_setup.sameness import Behind, behind, count, remove_strays
from newsloom_setup.versions import Change, Version

LITTLE: Final = 500  # documents that are copied in well under a second
STORY: Final = "story"  # an article from before there were stories is one by itself
ROUNDS: Final = 5  # attempts at the change-over, where documents are being deleted


class Moved(NamedTuple):
    """What was done: ``copied`` documents in ``passes``; writers waited for ``waited_s`` of the seconds that it all took."""

    source: str
    target: str
    documents: int
    copied: int
    passes: int
    waited_s: float
    seconds: float


class Plan(NamedTuple):
    """What `migrate` would do: from which index to which, ``resumes`` where a killed run has begun it, and what changes."""

    source: Version
    target: str
    resumes: bool
    change: Change


def plan(client: Elasticsearch, analysis: str = OWN) -> Plan:
    """Return what there is to do; it is nothing where the change is empty."""
    found = versions.listed(client)
    begun = next((v.name for v in found if v.part == "next"), None)
    change = versions.change(client, live(found).name, analysis)
    resumes = begun is not None and versions.change(client, begun, analysis) == Change()
    return Plan(live(found), begun if begun and resumes else versions.next_name(v.name for v in found), resumes, change)


def migrate(client: Elasticsearch, tell: Tell, analysis: str = OWN) -> Moved:
    """Build the next version from the templates of now, and make it the live one. Raises SetupError."""
    index.put_templates(client, analysis)
    to_do = plan(client, analysis)
    for version in versions.listed(client):
        if version.part == "next":
            halt(client, version.name)
            if version.name != to_do.target:  # it was begun with other templates
                client.indices.delete(index=version.name)
    if not to_do.resumes:
        client.indices.create(index=to_do.target, aliases={NEXT: {}})
    return move(client, to_do.source.name, to_do.target, tell)


def rollback(client: Elasticsearch, tell: Tell) -> Moved:
    """Make the previous index the live one again, with all that came since. Raises SetupError where there is none."""
    found = versions.listed(client)
    previous = next((v for v in found if v.part == "previous"), None)
    if previous is None:
        raise SetupError("there is no previous index: it was dropped, or nothing was migrated yet")
    halt(client, previous.name)
    return move(client, live(found).name, previous.name, tell)


def drop(client: Elasticsearch, name: str) -> Version:
    """Delete an index that is not the live one, and return what it was. Raises SetupError."""
    found = {v.name: v for v in versions.listed(client)}
    if name not in found:
        raise SetupError(f"there is no index {name}: `newsloom index list` shows what there is")
    if found[name].part == "live":
        raise SetupError(f"{name} is the live index")
    halt(client, name)
    client.indices.delete(index=name)
    return found[name]


def live(found: Iterable[Version]) -> Version:
    """Return the live one. Raises SetupError where there is none, or more than one."""
    alive = [v for v in found if v.part == "live"]
    if len(alive) != 1:
        raise SetupError(f"{ALIAS} is the alias of {len(alive)} indices: set-up has not run, or somebody changed it by hand")
    return alive[0]


def move(client: Elasticsearch, source: str, target: str, tell: Tell) -> Moved:
    """Bring all of the source into the target, and let the alias change over. Raises SetupError; nothing has changed then."""
    started = time.monotonic()
    way = _way(client, source, target)
    _free(client, source)  # a run that was killed in the middle of its change-over has left it so
    _free(client, target)
    copied = _caught_up(client, way, [copy(client, way, BEGIN, tell, "copying")], tell)
    compared = copied[-1].mark
    _insist(way, behind(client, way, BEGIN, compared, tell))
    passes = _caught_up(
        client, way, [*copied, copy(client, way, compared, tell, "catching up")], tell
    )  # comparing took its time
    last, waited = _changed_over(client, way, compared, passes[-1].mark, tell)
    after = copy(client, way, last.mark, tell, "looking back")  # somebody may have lifted the block meanwhile
    done = [*passes, last, after]
    new = sum(p.copied for p in done)
    return Moved(*way[:2], count(client, target), new, len(done), round(waited, 3), round(time.monotonic() - started, 3))


def _caught_up(client: Elasticsearch, way: Way, done: list[Pass], tell: Tell) -> list[Pass]:
    """Copy until little is left, or as much as the time before: then articles come as fast as they are copied."""
    while done[-1].read > LITTLE and (len(done) < 2 or done[-1].read < done[-2].read / 2):
        done = [*done, copy(client, way, done[-1].mark, tell, "catching up")]
    return done


def _changed_over(client: Elasticsearch, way: Way, compared: int, copied: int, tell: Tell) -> tuple[Pass, float]:
    """Return the last pass, and how many seconds writers waited. All is compared and copied up to the marks that are given."""
    for _ in range(ROUNDS):
        if count(client, way.target) > count(client, way.source):
            remove_strays(client, way)
        started = time.monotonic()
        if last := _attempt(client, way, compared, copied, tell):
            return last, time.monotonic() - started
    raise SetupError(f"{way.target} and {way.source} do not come to the same number of documents; nothing was changed")


def _attempt(client: Elasticsearch, way: Way, compared: int, copied: int, tell: Tell) -> Pass | None:
    """Let writers wait, copy the rest, compare, move the alias; None where the counts differ: writers go on as before."""
    over = False
    client.indices.add_block(index=way.source, block="write")  # answers when no write is under way any more
    try:
        last = copy(client, way, copied, tell, "changing over")
        _insist(way, behind(client, way, compared, None, tell))
        if over := count(client, way.source) == count(client, way.target):
            _switch(client, way)
    finally:
        if not over:
            _free(client, way.source)
    return last if over else None


def _switch(client: Elasticsearch, way: Way) -> None:
    """Move the alias in one step. The old index goes on taking no writes: whoever still has it in mind asks again."""
    client.indices.update_aliases(
        actions=[
            {"remove": {"index": VERSIONS, "alias": PREVIOUS, "must_exist": False}},
            {"remove": {"index": VERSIONS, "alias": NEXT, "must_exist": False}},
            {"remove": {"index": way.source, "alias": ALIAS}},
            {"add": {"index": way.target, "alias": ALIAS, "is_write_index": True}},
            {"add": {"index": way.source, "alias": PREVIOUS}},
        ]
    )


def _free(client: Elasticsearch, name: str) -> None:
    client.indices.remove_block(index=name, block="write")


def _way(client: Elasticsearch, source: str, target: str) -> Way:
    """Return how to copy: without what the target has no field for, and where it has stories, with one for each article."""
    found = client.indices.get_mapping(index=[source, target]).body
    here, there = (found[name]["mappings"] for name in (source, target))
    lacking = {"bool": {"must_not": [{"exists": {"field": STORY}}]}}
    client.indices.refresh(index=source)  # what was written a moment ago counts too
    begins = STORY in there.get("properties", {}) and client.count(index=source, query=lacking)["count"] > 0
    return Way(source, target, tuple(versions.left_out(here, there)), begins)


def _insist(way: Way, lacking: Iterable[Behind]) -> None:
    if some := list(islice(lacking, 3)):
        told = ", ".join(f"{b.id} (version {b.version}, there {b.there or 'missing'})" for b in some)
        raise SetupError(f"{way.target} lacks what {way.source} has: {told}; nothing was changed")
