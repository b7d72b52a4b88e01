"""Where engines and ingestor of this checkout listen, and the file that tells everybody: var/newsloom.env."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newsloom_native import ports

KAFKA_USUAL: Final = 9092
ELASTICSEARCH_USUAL: Final = 9200
PUSH_USUAL: Final = 8090


@dataclass(frozen=True, slots=True)
class Ports:
    kafka: int
    controller: int
    elasticsearch: int
    push: int


def choose(environ: Mapping[str, str], last: str, is_free: Callable[[int], bool] = ports.is_free) -> Ports:
    """Return the ports: configured, else those of the last run (its env file is ``last``), else the usual, else free ones."""
    kafka = ports.choose(
        "NEWSLOOM_KAFKA_PORT", environ.get("NEWSLOOM_KAFKA_PORT", ""), (port(last, "KAFKA"), KAFKA_USUAL), is_free
    )
    elasticsearch = ports.choose(
        "NEWSLOOM_ELASTICSEARCH_PORT", environ.get("NEWSLOOM_ELASTICSEARCH_PORT", ""),
        (port(last, "ELASTICSEARCH"), ELASTICSEARCH_USUAL), lambda p: p != kafka and is_free(p),
    )  # fmt: skip
    push = ports.choose(
        "NEWSLOOM_PUSH_PORT", environ.get("NEWSLOOM_PUSH_PORT", ""), (port(last, "PUSH"), PUSH_USUAL),
        lambda p: p not in {kafka, elasticsearch} and is_free(p),
    )  # fmt: skip
    return Ports(kafka, ports.free(lambda p: p not in {kafka, elasticsearch, push} and is_free(p)), elasticsearch, push)


def port(env_file: str, name: str) -> int:
    """Return the port that an env file names, 0 where it names none."""
    match = re.search(r":(\d+)$", named(env_file, name))
    return int(match[1]) if match else 0


def named(env_file: str, name: str) -> str:
    """Return an address of the env file, "" where it has none."""
    match = re.search(rf"^NEWSLOOM_{name}=(.*)$", env_file, re.MULTILINE)
    return match[1] if match else ""


def settings(kafka: str, elasticsearch: str, state_dir: str, feeds: str = "") -> dict[str, str]:
    """Return what services and the command line have to know; ``feeds`` are those beyond the OPML file."""
    known = {"NEWSLOOM_KAFKA": kafka, "NEWSLOOM_ELASTICSEARCH": elasticsearch, "NEWSLOOM_STATE_DIR": state_dir}
    return {**known, **({"NEWSLOOM_FEEDS": feeds} if feeds else {})}


def pushing(port: int, token_file: str) -> dict[str, str]:
    """Return what the ingestor and the command line have to know for articles to be pushed in."""
    return {
        "NEWSLOOM_PUSH_PORT": str(port),
        "NEWSLOOM_PUSH": f"http://127.0.0.1:{port}",
        "NEWSLOOM_PUSH_TOKEN_FILE": token_file,
    }


def themes(environ: Mapping[str, str], last: str) -> dict[str, str]:
    """Return where the user's own themes are: as told now, else as it was the last time; an empty setting ends that."""
    folder = environ.get("NEWSLOOM_THEMES_DIR", named(last, "THEMES_DIR"))
    return {"NEWSLOOM_THEMES_DIR": str(Path(folder).resolve())} if folder else {}


def render(settings: Mapping[str, str]) -> str:
    """Return the env file."""
    lines = [f"{name}={value}" for name, value in settings.items()]
    return "\n".join(["# Written by `python -m newsloom_native up`; newsloom_common.settings reads it.", *lines, ""])
