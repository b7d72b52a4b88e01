"""the password of kibana_system and one API key a service → Elasticsearch, and the key into that service's own folder"""

from pathlib import Path
from typing import Any, Final, NamedTuple

from elasticsearch import AuthenticationException, Elasticsearch
from newsloom_schemas.index import ALIAS, EXPIRED

from newsloom_setup import Report, SetupError, passwords

# What each service may do, as an Elasticsearch role. Ingestor and tagger have no key: they never speak to Elasticsearch.
READS: Final = {"names": [ALIAS, f"{ALIAS}-*"], "privileges": ["read"]}  # an answer may name the index behind the alias
GRANTS: Final[dict[str, dict[str, Any]]] = {
    # Writes documents and reads back what it wrote; may not delete one, nor see another index.
    "indexer": {"cluster": [], "indices": [{"names": [ALIAS], "privileges": ["index"]}, READS]},
    "cli": {"cluster": [], "indices": [READS]},
}


# What the indexer may do beside that where it has to take out what is too old. To delete and to show at once that something is
# deleted are two rights (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk).
TAKES_OUT: Final = (
    {"names": [ALIAS], "privileges": ["delete", "maintenance"]},
    {"names": [EXPIRED], "privileges": ["create_index", "index"]},
)


class Key(NamedTuple):
    """An API key as it stands in its file, and whether Elasticsearch knows it: ``id`` is empty where it does not."""

    secret: str
    id: str


def grants(*, takes_out: bool) -> dict[str, dict[str, Any]]:
    """Return what each service may do; ``takes_out`` says whether articles leave the index because of their age."""
    more = {"indexer": TAKES_OUT if takes_out else ()}
    return {name: {**role, "indices": [*role["indices"], *more.get(name, ())]} for name, role in GRANTS.items()}


def ensure(client: Elasticsearch, kibana_password: str, keys: Path, *, takes_out: bool = False) -> Report:
    """Set the password and make the keys; one that works is kept, its rights are brought up to date.

    ``client`` is signed in as elastic. Raises SetupError where a service's folder is missing.
    """
    client.security.change_password(username="kibana_system", password=kibana_password)
    roles = grants(takes_out=takes_out)
    done = {service: _key(client, service, role, keys / service / "api-key") for service, role in roles.items()}
    names = {outcome: tuple(key_name(s) for s, o in done.items() if o == outcome) for outcome in ("created", "changed", "kept")}
    return Report(**names)


def key_name(service: str) -> str:
    """Return the name that a service's key has in Elasticsearch."""
    return f"newsloom-{service}"


def _key(client: Elasticsearch, service: str, granted: dict[str, Any], path: Path) -> str:
    if not path.parent.is_dir():
        raise SetupError(f"{path.parent} is missing: the key of {service} belongs there")
    held = _held(client, path)
    role = {key_name(service): granted}
    if held.id:
        return "changed" if client.security.update_api_key(id=held.id, role_descriptors=role)["updated"] else "kept"
    # What the file does not hold nobody can use any more: its predecessors go.
    client.security.invalidate_api_key(name=key_name(service))
    passwords.replace(path, client.security.create_api_key(name=key_name(service), role_descriptors=role)["encoded"])
    return "created"


def _held(client: Elasticsearch, path: Path) -> Key:
    secret = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
    return Key(secret, _known(client, secret) if secret else "")


def _known(client: Elasticsearch, secret: str) -> str:
    """Return the id of a key that Elasticsearch accepts, else an empty string."""
    try:
        answer = client.options(api_key=secret).security.authenticate()
    except AuthenticationException:
        return ""
    return str(answer["api_key"]["id"])
