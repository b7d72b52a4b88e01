"""A hub is asked for a subscription: one POST, with the guards of every other request. Errors are values; nothing is raised."""

import time
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx

from newsloom_ingestor import websub
from newsloom_ingestor.fetch import MAX_REDIRECTS, STEP_S, Limits
from newsloom_ingestor.guard import Guard, Transport

TOTAL_S: Final = 20.0


def ask(hub: str, form: Mapping[str, str], limits: Limits) -> str:
    """Ask a hub; return "" where it took the request, else why it did not."""
    reasons = []
    for address in websub.addresses(hub):
        try:
            status = _post(address, form, limits)
        except Exception as error:  # noqa: BLE001 - whatever one hub does must stay the matter of that hub
            reasons.append(f"{type(error).__name__}: {error}".removesuffix(": "))
            continue
        return "" if 200 <= status < 300 else f"HTTP {status} from {urlsplit(address).hostname}"
    return reasons[-1]


def _post(hub: str, form: Mapping[str, str], limits: Limits) -> int:
    guard = Guard(time.monotonic() + TOTAL_S, allow_private=limits.allow_private)
    client = httpx.Client(
        transport=Transport(guard, httpx.create_ssl_context()),
        timeout=STEP_S,
        follow_redirects=True,  # 307 and 308 (section 5.1.2) keep the form; others lose it, which counts as a failure
        max_redirects=MAX_REDIRECTS,
        trust_env=False,
    )
    with client, client.stream("POST", hub, data=dict(form), headers={"User-Agent": limits.user_agent}) as response:
        asked = response.request.method == "POST"
        return response.status_code if asked else 405
