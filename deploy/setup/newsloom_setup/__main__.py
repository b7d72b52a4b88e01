"""python -m newsloom_setup [secrets | dashboards]: set-up as a command, safe to repeat."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx
from elasticsearch import ApiError, TransportError
from kafka.errors import KafkaError
from newsloom_common import elastic, kafka, logs
from newsloom_common.settings import SettingsError, load
from newsloom_schemas.index import kept_for

from newsloom_setup import Report, SetupError, index, kibana, passwords, security, topics
from newsloom_setup.settings import SetupSettings, read

AWAY: Final = (ApiError, TransportError, KafkaError, httpx.HTTPError, OSError)
PAUSE: Final = 1.0  # seconds between two looks at an engine that starts


def engines(settings: SetupSettings) -> dict[str, Report]:
    """Make topics and index, and where there are secrets also the password and the keys."""
    takes_out = kept_for(settings.retention) is not None
    wait("Kafka", lambda: kafka.admin(settings.kafka, topics.CLIENT).close(), settings.patience)
    done = {"topics": topics.ensure(settings.kafka, topics.named(settings.themes_dir))}
    with elastic.client(settings, **settings.credentials()) as client:
        wait("Elasticsearch", lambda: client.cluster.health(wait_for_status="yellow", timeout="5s"), settings.patience)
        done["index"] = index.ensure(client, settings.analysis)
        if settings.secrets_dir:
            password = read(settings.secret(passwords.KIBANA))
            done["security"] = security.ensure(client, password, Path(settings.keys_dir), takes_out=takes_out)
    return done


def secrets(settings: SetupSettings) -> dict[str, Report]:
    """Make the secrets that are missing."""
    return {"secrets": passwords.ensure(Path(settings.secrets_dir))}


def dashboards(settings: SetupSettings) -> dict[str, Report]:
    """Import what deploy/kibana holds."""
    auth = settings.credentials().get("basic_auth")
    objects = _bytes(Path(settings.kibana_objects))
    with httpx.Client(base_url=settings.kibana, auth=auth) as client:
        wait("Kibana", lambda: _insist(kibana.available(client)), settings.patience)
        return {"dashboards": kibana.ensure(client, objects)}


ACTS: Final[dict[str, Callable[[SetupSettings], dict[str, Report]]]] = {
    "engines": engines,
    "secrets": secrets,
    "dashboards": dashboards,
}


def wait(what: str, look: Callable[[], object], patience: float, pause: Callable[[float], None] = time.sleep) -> None:
    """Look until it works; after ``patience`` seconds raise SetupError with the last reason."""
    until = time.monotonic() + patience
    while True:
        try:
            look()
        except AWAY as error:
            if time.monotonic() >= until:
                raise SetupError(f"{what} did not answer for {patience:.0f} s: {error or type(error).__name__}") from error
            pause(PAUSE)
        else:
            return


def main(arguments: list[str]) -> int:
    """Run one act; return 0, 1 where an engine stands in the way, 2 where the user's input does."""
    act = ACTS.get(arguments[0] if arguments else "engines")
    if act is None or len(arguments) > 1:
        print("usage: python -m newsloom_setup [secrets | dashboards]", file=sys.stderr)
        return 2
    try:
        settings = load(SetupSettings)
        log = logs.configure("setup", settings.log_level)
        for step, report in act(settings).items():
            log.info(step, **{name: value for name, value in report._asdict().items() if value})
    except (SetupError, *AWAY) as error:
        print(f"newsloom-setup: {error}", file=sys.stderr)
        return 1
    except ValueError as error:  # SettingsError is one
        print(f"newsloom-setup: {error}", file=sys.stderr)
        return 2
    return 0


def _insist(problem: str) -> None:
    if problem:
        raise OSError(problem)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
