"""the indices behind the alias → what part each plays; and what the templates would make different"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Final, NamedTuple

from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS, CUSTOM, NEXT, OWN, PREVIOUS, VERSIONS, joined, templates

NAME: Final = re.compile(rf"{ALIAS}-v(\d+)-.*")
PARTS: Final = {ALIAS: "live", NEXT: "next", PREVIOUS: "previous"}
Json = Mapping[str, Any]


class Version(NamedTuple):
    """An index of articles. ``part`` is live, next (being built), previous, or empty; ``bytes`` are those on the disk.

    ``documents`` is None where they cannot be counted now: the index has just been made, or its shards are away.
    """

    name: str
    part: str
    documents: int | None
    bytes: int
    created: datetime
    writable: bool


class Change(NamedTuple):
    """What a new version would have otherwise, by dotted names. ``left_out`` are fields that it has no place for."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def listed(client: Elasticsearch) -> list[Version]:
    """Return all versions, the oldest first."""
    found = client.indices.get(index=VERSIONS, features=["aliases", "settings"]).body
    sizes = client.indices.stats(index=VERSIONS, metric=["store"]).body["indices"]
    return sorted((_version(client, name, f, sizes.get(name, {})) for name, f in found.items()), key=lambda v: v.created)


def _version(client: Elasticsearch, name: str, found: Json, size: Json) -> Version:
    settings = found["settings"]["index"]
    return Version(
        name=name,
        part=next((part for alias, part in PARTS.items() if alias in found["aliases"]), ""),
        documents=client.options(ignore_status=503).count(index=name).get("count"),
        bytes=size["primaries"]["store"]["size_in_bytes"] if size else 0,
        created=datetime.fromtimestamp(int(settings["creation_date"]) / 1000, UTC),
        writable=settings.get("blocks", {}).get("write") != "true",
    )


def next_name(names: Iterable[str]) -> str:
    """Return the name of the version after the highest of these."""
    numbers = [int(found[1]) for name in names if (found := NAME.fullmatch(name))]
    return f"{ALIAS}-v{max(numbers, default=0) + 1}-000001"


def wanted(client: Elasticsearch, analysis: str = OWN) -> dict[str, Any]:
    """Return mappings and settings of a new version: our own templates and the user's news@custom."""
    own = templates(analysis)
    parts = [own[name]["template"] for name in own[ALIAS]["composed_of"] if name in own]
    return reduce(joined, [*parts, custom(client)], {})


def custom(client: Elasticsearch) -> dict[str, Any]:
    """Return the user's own part; empty where there is none."""
    found = client.options(ignore_status=404).cluster.get_component_template(name=CUSTOM).body
    return next((t["component_template"]["template"] for t in found.get("component_templates", ())), {})


def change(client: Elasticsearch, index: str, analysis: str = OWN) -> Change:
    """Return what a new version would have otherwise than this index."""
    found = client.indices.get(index=index, features=["mappings", "settings"]).body[index]
    new = wanted(client, analysis)
    return difference(new["mappings"], new["settings"]["index"], found["mappings"], found["settings"]["index"])


def difference(mappings: Json, settings: Json, found: Json, found_settings: Json) -> Change:
    """Return how the wanted mappings and settings differ from those that are found."""
    new, old = fields(mappings), fields(found)
    return Change(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(n for n in new.keys() & old.keys() if unlike(new[n], old[n]) or unlike(old[n], new[n]))),
        left_out=tuple(left_out(found, mappings)),
        settings=tuple(unlike(settings, found_settings)),
    )


def fields(mappings: Json) -> dict[str, Json]:
    """Return {dotted name: definition} of everything that has a type."""
    return dict(_fields(mappings.get("properties", {}), ""))


def _fields(properties: Json, before: str) -> Iterator[tuple[str, Json]]:
    for name, field in properties.items():
        if "type" in field:
            yield before + name, {k: v for k, v in field.items() if k != "properties"}
        yield from _fields(field.get("properties", {}), f"{before}{name}.")


def left_out(source: Json, target: Json) -> list[str]:
    """Return the fields of documents that the target's strict mapping would refuse."""
    there = fields(target)
    return sorted(name for name, field in fields(source).items() if name not in there and field["type"] != "alias")


def unlike(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the dotted names under which ``found`` lacks what ``wanted`` says, or says something else.

    Elasticsearch gives every leaf of a setting back as text, so leaves are compared as text.
    """
    names: list[str] = []
    for key, value in wanted.items():
        other = found.get(key)
        if isinstance(value, Mapping):
            inner = unlike(value, other if isinstance(other, Mapping) else {})
            names += [f"{key}.{name}" for name in inner]
        elif _text(value) != _text(other):
            names.append(key)
    return names


def _text(value: object) -> object:
    if isinstance(value, list):
        return [_text(v) for v in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
