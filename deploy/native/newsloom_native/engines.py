"""Software, folder, port → an engine: its files written, and the command line that runs it.

    with running.kafka() as broker:            # a test
        KafkaProducer(bootstrap_servers=broker.address)

``up`` gives the same command lines to supervisor.
"""

import base64
import shutil
import subprocess
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from newsloom_native import NativeError, ready, render
from newsloom_native.fetch import Software
from newsloom_native.users import User

CLEAN_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Host:
    """What engines need of this machine. ``quick`` ones start on half of the CPU and are slower for ever."""

    software: Software
    java_home: Path
    user: User
    quick: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine, ready to be started in its folder. ``address`` is what a client is given."""

    name: str
    address: str
    folder: Path
    command: tuple[str, ...]
    env: Mapping[str, str]
    answers: Callable[[str], bool]
    patience: float  # seconds after which something is wrong; several times what a busy laptop takes


def kafka(host: Host, folder: Path, port: int, controller_port: int) -> Engine:
    """Write the broker's files, format its storage the first time, and return it. ``folder`` is made where it is missing."""
    data, config = folder / "data", folder / "server.properties"
    _folders(host.user, folder, data)
    config.write_text(render.kafka_properties(data, port, controller_port), encoding="utf-8")
    (folder / "log4j2.properties").write_text(render.KAFKA_LOG4J, encoding="utf-8")
    java = (
        str(host.java_home / "bin/java"), *render.jvm(quick=host.quick), "-XX:+ExitOnOutOfMemoryError",
        f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}", "-cp", str(host.software.kafka / "libs" / "*"),
    )  # fmt: skip
    engine = Engine(
        "kafka", f"127.0.0.1:{port}", folder, (*java, "kafka.Kafka", str(config)), _env(folder), ready.kafka_answers, 90
    )
    if not (data / "meta.properties").exists():
        _format(host.user, engine, (*java, "kafka.tools.StorageTool", "format", "-t", cluster_id(), "-c", str(config)))
    return engine


def elasticsearch(host: Host, folder: Path, port: int) -> Engine:
    """Write the server's files and return it. ``folder`` is made where it is missing."""
    home, config = host.software.elasticsearch, folder / "config"
    data, logs, snapshots = folder / "data", folder / "logs", folder / "snapshots"
    _folders(host.user, folder, data, logs, snapshots, folder / "temp", config, config / "jvm.options.d")
    options = "\n".join(render.jvm(quick=host.quick)) + "\n" + render.ELASTICSEARCH_JVM
    shutil.copyfile(home / "config/jvm.options", config / "jvm.options")
    (config / "jvm.options.d/newsloom.options").write_text(options, encoding="utf-8")
    (config / "log4j2.properties").write_text(render.ELASTICSEARCH_LOG4J, encoding="utf-8")
    (config / "elasticsearch.yml").write_text(render.elasticsearch_yml(data, logs, snapshots, port), encoding="utf-8")
    env = {"ES_JAVA_HOME": str(host.java_home), "ES_PATH_CONF": str(config), "ES_TMPDIR": str(folder / "temp"), **_env(folder)}
    command = (str(home / "bin/elasticsearch"),)
    return Engine("elasticsearch", f"http://127.0.0.1:{port}", folder, command, env, ready.elasticsearch_answers, 240)


def cluster_id() -> str:
    """Return a new id in Kafka's own form: 16 random bytes in URL-safe base64, never with a leading dash."""
    text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return cluster_id() if text.startswith("-") else text


def _format(user: User, engine: Engine, command: tuple[str, ...]) -> None:
    done = subprocess.run(command, env=dict(engine.env), capture_output=True, text=True, check=False, **user.popen())
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NativeError(
            f"kafka: the storage in {engine.folder} cannot be formatted: {said[-1] if said else 'no reason given'}", 1
        )


def _folders(user: User, *folders: Path) -> None:
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        user.own(folder)


def _env(folder: Path) -> dict[str, str]:
    """Return a clean environment: a JAVA_TOOL_OPTIONS or KAFKA_OPTS of the user's is not meant for our engines."""
    return {"PATH": CLEAN_PATH, "HOME": str(folder), "LANG": "C.UTF-8"}
