"""the contract's templates → Elasticsearch, and the index behind the alias"""

from collections.abc import Mapping
from typing import Any, Final

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError
from newsloom_schemas.index import ALIAS, CUSTOM, INDEX, NEXT, OWN, PREVIOUS, VERSIONS, templates

from newsloom_setup import Report, SetupError, neighbours
from newsloom_setup.versions import unlike

NEW_VERSION: Final = "`newsloom index migrate` builds a new version beside it (docs/operations.md)"


def ensure(client: Elasticsearch, analysis: str = OWN) -> Report:
    """Put the templates, create the index with its alias where there is none, and add new fields to the one that is there.

    Safe to repeat and to run twice at once. Raises SetupError where what exists cannot become what is wanted, and
    elasticsearch's own errors where the server is not reached.
    """
    return merge([put_templates(client, analysis), _index(client)])


def put_templates(client: Elasticsearch, analysis: str = OWN) -> Report:
    """Put the templates, from which new versions of the index are made. Raises SetupError where others stand in their way."""
    neighbours.check(client, analysis)
    own = sorted(templates(analysis).items(), key=_parts_first)
    return merge([_template(client, name, body) for name, body in own])


def merge(reports: list[Report]) -> Report:
    """Join reports in order."""
    return Report(*(tuple(item for r in reports for item in r[i]) for i in range(len(Report._fields))))


def _parts_first(item: tuple[str, Any]) -> tuple[bool, str]:
    return "@" not in item[0], item[0]  # the index template is refused while a part that it names is missing


def _template(client: Elasticsearch, name: str, body: dict[str, Any]) -> Report:
    part = "@" in name
    path = f"/{'_component_template' if part else '_index_template'}/{name}"
    before = _read(client, path)
    try:
        client.perform_request("PUT", path, headers=_JSON, body=body)
    except BadRequestError as error:
        raise SetupError(f"the template {name} is refused, perhaps for what {CUSTOM} adds to it: {reason(error)}") from error
    if before is None:
        return Report(created=(name,))
    same = before == _read(client, path)
    return Report(kept=(name,)) if same else Report(changed=(f"template {name}: replaced",))


_JSON: Final = {"accept": "application/json", "content-type": "application/json"}


def _read(client: Elasticsearch, path: str) -> Any:
    try:
        return client.perform_request("GET", path, headers=_JSON, params={"filter_path": "*.*template"}).body
    except NotFoundError:
        return None


def _index(client: Elasticsearch) -> Report:
    behind = _behind_alias(client) or _found_again(client)
    if behind is None and _create(client):
        return Report(created=(INDEX,))
    behind = behind or _behind_alias(client) or _attach(client, INDEX)
    return merge([_fields(client, behind), _analysis(client, behind), _writable(client, behind)])


def _behind_alias(client: Elasticsearch) -> str | None:
    """Return the index that the alias writes to, None where there is no alias."""
    try:
        found: Mapping[str, Any] = client.indices.get_alias(name=ALIAS).body
    except NotFoundError:
        _refuse_impostor(client)
        return None
    writers = [name for name, a in found.items() if a["aliases"][ALIAS].get("is_write_index", len(found) == 1)]
    if len(writers) != 1:
        raise SetupError(f"the alias {ALIAS} needs exactly one write index; it has {len(writers)} among {sorted(found)}")
    return writers[0]


def _refuse_impostor(client: Elasticsearch) -> None:
    if client.indices.exists(index=ALIAS):
        raise SetupError(f"{ALIAS} is an index where it should be an alias: something wrote before set-up ran. Delete it.")


def _create(client: Elasticsearch) -> bool:
    """Create the index with its alias in one step; False where it exists already."""
    try:
        client.indices.create(index=INDEX, aliases={ALIAS: {"is_write_index": True}})
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise SetupError(f"{INDEX} cannot be made, perhaps for what {CUSTOM} adds to it: {reason(error)}") from error
        return False
    return True


def _found_again(client: Elasticsearch) -> str | None:
    """Give the alias back to the index that lost it; None where there is none. Raises SetupError where it may be several."""
    found = client.indices.get_alias(index=VERSIONS).body
    lost = [name for name, a in found.items() if not {NEXT, PREVIOUS} & a["aliases"].keys()]
    if len(lost) > 1:
        raise SetupError(
            f"the alias {ALIAS} is gone, and it may have been that of {', '.join(sorted(lost))}: give it back by hand"
        )
    return _attach(client, lost[0]) if lost else None


def _attach(client: Elasticsearch, name: str) -> str:
    client.indices.put_alias(index=name, name=ALIAS, is_write_index=True)
    return name


def _wanted(client: Elasticsearch) -> Any:
    """Return what the templates, the user's news@custom among them, come to for the index."""
    return client.indices.simulate_index_template(name=INDEX).body["template"]


def _fields(client: Elasticsearch, index: str) -> Report:
    before = _mapping(client, index)
    try:
        client.indices.put_mapping(index=index, **_puttable(_wanted(client)["mappings"]))
    except ApiError as error:
        raise SetupError(f"{index}: {reason(error)}; {NEW_VERSION}") from error
    if before == _mapping(client, index):
        return Report(kept=(index,))
    return Report(changed=(f"{index}: fields added",))


def _puttable(mappings: Mapping[str, Any]) -> dict[str, Any]:
    names = {"_meta": "meta", "_source": "source", "_routing": "routing"}
    return {names.get(k, k): v for k, v in mappings.items()}


def _mapping(client: Elasticsearch, index: str) -> Any:
    return client.indices.get_mapping(index=index).body[index]


def _analysis(client: Elasticsearch, index: str) -> Report:
    wanted = _wanted(client)["settings"]["index"]["analysis"]
    found = client.indices.get_settings(index=index).body[index]["settings"]["index"].get("analysis", {})
    differ = unlike(wanted, found)
    if not differ:
        return Report()
    return Report(warnings=(f"{index}: its analysis is an older one ({', '.join(differ)}); {NEW_VERSION}",))


def _writable(client: Elasticsearch, index: str) -> Report:
    blocks = client.indices.get_settings(index=index).body[index]["settings"]["index"].get("blocks", {})
    if blocks.get("write") != "true":
        return Report()
    advice = "where `newsloom index migrate` or `rollback` was killed, run it again; else lift the block"
    return Report(warnings=(f"{index} takes no writes: {advice}",))


def reason(error: ApiError) -> str:
    """Return what Elasticsearch gives as the reason, the innermost one."""
    body = error.body
    said = body["error"] if isinstance(body, dict) and "error" in body else str(error)
    while isinstance(said, dict) and "caused_by" in said:
        said = said["caused_by"]
    return str(said.get("reason", said)) if isinstance(said, dict) else str(said)
