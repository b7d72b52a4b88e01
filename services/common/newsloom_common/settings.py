"""Environment → a service's frozen settings struct.

Field ``feeds_file`` is read from ``NEWSLOOM_FEEDS_FILE``. What the environment does not say is looked up in the file that
``NEWSLOOM_ENV_FILE`` names (``var/newsloom.env``, written where everything runs without Docker); then the default holds.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

PREFIX = "NEWSLOOM_"
S = TypeVar("S", bound=msgspec.Struct)


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the text names the variable and the reason."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What every service needs. Each service's settings.py extends it with its own."""

    kafka: str = "127.0.0.1:9092"
    elasticsearch: str = "http://127.0.0.1:9200"
    elasticsearch_api_key_file: str = ""
    log_level: str = "info"
    health_host: str = "127.0.0.1"
    health_port: int = 0


def load(kind: type[S], environ: Mapping[str, str] | None = None) -> S:
    """Return the settings, or raise SettingsError naming the first variable that is wrong."""
    given = dict(os.environ if environ is None else environ)
    known = {**_file(given), **given}
    values = {f.name: known[PREFIX + f.name.upper()] for f in msgspec.structs.fields(kind) if PREFIX + f.name.upper() in known}
    for name, value in values.items():
        _check(kind, name, value)
    return msgspec.convert(values, kind, strict=False)


def _check(kind: type[S], name: str, value: str) -> None:
    try:
        msgspec.convert({name: value}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{PREFIX}{name.upper()}={value!r}: {str(error).split(' - at')[0]}") from error


def _file(environ: Mapping[str, str]) -> dict[str, str]:
    path = Path(environ.get(PREFIX + "ENV_FILE", "var/newsloom.env"))
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
