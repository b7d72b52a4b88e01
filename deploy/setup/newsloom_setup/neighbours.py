"""what else is in the cluster that our templates have to get on with: the user's templates, and plugins"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from typing import Any, Final

from elasticsearch import Elasticsearch
from newsloom_schemas.index import ALIAS, CUSTOM, INDEX, OWN, VERSIONS, templates, variant

from newsloom_setup import SetupError, versions

GUIDE: Final = "docs/operations.md, Other analysis"
Json = Mapping[str, Any]


def check(client: Elasticsearch, analysis: str = OWN) -> None:
    """Raise SetupError with one sentence that names what stands in the way of our templates."""
    own = templates(analysis)
    found = client.options(ignore_status=404).indices.get_index_template().body.get("index_templates", ())
    problems = [
        overruled(own[ALIAS], found),
        redefined(own["news@mappings"]["template"]["mappings"], versions.custom(client).get("mappings", {})),
        "" if analysis == OWN else lacking(analysis, client.nodes.info(metric="plugins").body["nodes"].values()),
    ]
    if problem := next(filter(None, problems), ""):
        raise SetupError(problem)


def overruled(own: Json, found: Iterable[Json]) -> str:
    """Say which index templates of others would make our index in place of ours; "" where none would."""
    rivals = [t["name"] for t in found if t["name"] != ALIAS and _takes(t["index_template"], own["priority"])]
    if not rivals:
        return ""
    return (
        f"the index template {', '.join(rivals)} takes {VERSIONS} from newsloom's, whose priority is {own['priority']}: "
        f"give it a lower one, or patterns that leave {VERSIONS} out, and put what you need of it into {CUSTOM}"
    )


def _takes(template: Json, priority: int) -> bool:
    return template.get("priority", 0) >= priority and any(fnmatch(INDEX, p) for p in template["index_patterns"])


def redefined(own: Json, custom: Json) -> str:
    """Say which of our fields the user's template makes something else of; "" where it adds only."""
    ours = _kinds(own.get("properties", {}))
    other = {n: (kind, ours[n]) for n, kind in _kinds(custom.get("properties", {})).items() if ours.get(n, kind) != kind}
    if not other:
        return ""
    named = ", ".join(f"{name} ({kind}, here {here})" for name, (kind, here) in sorted(other.items()))
    return f"the component template {CUSTOM} has fields that are newsloom's own: {named}: give yours other names"


def _kinds(properties: Json, before: str = "") -> dict[str, str]:
    """Return {dotted name: type} of fields and objects."""
    kinds: dict[str, str] = {}
    for name, field in properties.items():
        kinds[before + name] = field.get("type", "object")
        kinds |= _kinds(field.get("properties", {}), f"{before}{name}.")
    return kinds


def lacking(analysis: str, nodes: Iterable[Json]) -> str:
    """Say which nodes lack the plugin that an analysis needs, and how to come by it; "" where all have it."""
    plugin = variant(analysis)["_meta"]["plugin"]
    without = sorted(n["name"] for n in nodes if plugin not in {p["name"] for p in (*n["plugins"], *n.get("modules", ()))})
    if not without:
        return ""
    return (
        f"NEWSLOOM_ANALYSIS={analysis} needs the plugin {plugin}, which {', '.join(without)} lacks: "
        f"`bin/elasticsearch-plugin install {plugin}` there and a restart bring it ({GUIDE})"
    )
