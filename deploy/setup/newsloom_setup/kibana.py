"""the compiled objects of deploy/kibana → Kibana"""

from typing import Any, Final

import httpx

from newsloom_setup import Report, SetupError

IMPORT: Final = "/api/saved_objects/_import"


def ensure(client: httpx.Client, ndjson: bytes) -> Report:
    """Import the objects over those of the same id.

    Raises SetupError where Kibana refuses one, httpx.HTTPError where it does not answer.
    """
    answer = client.post(
        IMPORT,
        params={"overwrite": "true"},
        headers={"kbn-xsrf": "newsloom"},
        files={"file": ("newsloom.ndjson", ndjson, "application/ndjson")},  # the ending of the name is checked
        timeout=60,
    )
    return judge(answer.status_code, _body(answer))


def available(client: httpx.Client) -> str:
    """Return "" when Kibana can work, else what it says of itself."""
    body = _body(client.get("/api/status", timeout=10))
    level = str(body.get("status", {}).get("overall", {}).get("level", "unavailable"))
    return "" if level == "available" else level


def judge(status: int, answer: dict[str, Any]) -> Report:
    """Read the answer to an import: a 200 may still say that objects were refused."""
    if status != httpx.codes.OK or answer.get("success") is not True:
        raise SetupError(f"Kibana refused the import ({status}): {'; '.join(_reasons(answer))}")
    return Report(changed=(f"{answer['successCount']} Kibana objects imported",))


def _reasons(answer: dict[str, Any]) -> list[str]:
    errors = answer.get("errors") or []
    return [f"{e['type']} {e['id']}: {e['error']}" for e in errors] or [str(answer.get("message", answer))]


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {"message": answer.text[:200]}
    return body if isinstance(body, dict) else {"message": str(body)}
