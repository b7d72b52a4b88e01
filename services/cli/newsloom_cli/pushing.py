"""Lines and addresses → the ingestor's endpoint for pushes → what became of each. Waits where it is asked to."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import msgspec
from newsloom_common.settings import Settings, load

from newsloom_cli.errors import Problem, UnavailableError, WrongInputError, say

TYPES: Final = {"lines": "application/x-ndjson", "addresses": "text/uri-list"}
PATIENCE_S: Final = 60.0  # that the ingestor may ask to wait, all in all
ANSWER_S: Final = 60.0
WAITING: Final = frozenset({429, 503})
START: Final = "start it with `make up` or `docker compose up`; NEWSLOOM_PUSH says where it is"


class PushSettings(Settings, frozen=True, kw_only=True):
    """``push``: the address of the ingestor's port for pushes. ``push_token_file``: the file with its token."""

    push: str = "http://127.0.0.1:8090"
    push_token_file: str = ""


class Desk(NamedTuple):
    """Where articles are brought. ``pause`` waits."""

    address: str
    client: httpx.Client
    pause: Callable[[float], None] = time.sleep

    def bring(self, kind: str, bodies: Sequence[bytes]) -> list[Mapping[str, Any]]:
        """Push; return what became of each. Raises Problem where nothing of it could be brought."""
        answer = self._patiently(kind, b"\n".join(bodies))
        try:
            found = [msgspec.json.decode(line) for line in answer.content.splitlines()]
        except msgspec.DecodeError:
            found = []
        if answer.status_code == 413 and len(bodies) == 1:
            return [{"outcome": "refused", "reason": _reason(answer)}]
        if len(found) == len(bodies) and all(isinstance(one, dict) and "outcome" in one for one in found):
            return found
        raise Problem(f"{self.address}: {_reason(answer)}")

    def _patiently(self, kind: str, body: bytes) -> httpx.Response:
        left, told = PATIENCE_S, False
        while True:
            answer = self._once(kind, body)
            wait = _seconds(answer.headers.get("retry-after", ""))
            if answer.status_code not in WAITING or wait > left:
                return answer
            if not told:
                say(f"waiting: {_reason(answer)}")
            left, told = left - wait, True
            self.pause(wait)

    def _once(self, kind: str, body: bytes) -> httpx.Response:
        try:
            return self.client.post(f"{self.address}/v1/articles", content=body, headers={"Content-Type": TYPES[kind]})
        except httpx.TransportError as error:
            raise UnavailableError(
                f"no ingestor takes articles at {self.address} ({error or type(error).__name__}): {START}"
            ) from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise WrongInputError(f"NEWSLOOM_PUSH={self.address!r}: {error}") from error


@contextmanager
def opened() -> Iterator[Desk]:
    """Give the desk that the settings name. Raises WrongInputError where they name none."""
    given = load(PushSettings)
    headers = {"Authorization": f"Bearer {_token(given.push_token_file)}"}
    with httpx.Client(headers=headers, timeout=ANSWER_S, trust_env=False) as client:
        yield Desk(given.push.rstrip("/"), client)


def _token(file: str) -> str:
    if not file:
        raise WrongInputError(
            "NEWSLOOM_PUSH_TOKEN_FILE is empty: it names the file with the token of the ingestor; `make up` sets it"
        )
    try:
        return Path(file).read_text("ascii").strip()
    except OSError as error:
        raise WrongInputError(f"NEWSLOOM_PUSH_TOKEN_FILE: {file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongInputError(f"NEWSLOOM_PUSH_TOKEN_FILE: {file}: no token, which is ASCII") from error


def _seconds(text: str) -> float:
    return max(1.0, float(text)) if text.isascii() and text.isdecimal() else 5.0


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
