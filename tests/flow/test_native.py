"""Without Docker: engines keep what they were given, through a kill -9 too, never run as root, and nothing stays behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE, STDOUT

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from newsloom_native import ports
from newsloom_native.running import Running
from newsloom_schemas.topics import RAW, TAGGED
from support import records

pytestmark = pytest.mark.engines
TOPIC = "native-survives"
NATIVE = [sys.executable, "-m", "newsloom_native"]


def test_kafka_keeps_its_records_through_a_kill(broker: Running, kafka: str):
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=kafka, acks="all")
    producer.send(TOPIC, b"before the kill").get(10)
    producer.close()
    broker.kill()
    broker.start()
    consumer = KafkaConsumer(TOPIC, bootstrap_servers=kafka, auto_offset_reset="earliest", consumer_timeout_ms=10_000)
    assert next(consumer).value == b"before the kill"
    consumer.close()


def test_elasticsearch_is_the_real_one_with_what_our_index_needs(elasticsearch_url: str):
    assert httpx.get(elasticsearch_url).json()["version"]["number"] == "9.4.3"
    modules = {m["name"] for m in httpx.get(f"{elasticsearch_url}/_nodes/plugins").json()["nodes"].popitem()[1]["modules"]}
    assert {"analysis-common", "reindex", "aggregations", "lang-painless", "rest-root"} <= modules


def test_engines_do_not_run_as_root(broker: Running, search_engine: Running):
    owners = {Path(f"/proc/{engine.pid}").owner() for engine in (broker, search_engine)}
    assert "root" not in owners


@pytest.fixture
def up():
    """`python -m newsloom_native up`, with nothing to poll, in a folder of its own that the engines' user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="newsloom-up-"))
    folder.chmod(0o755)
    kafka, elasticsearch = ports.free(), ports.free()
    environ = {
        **os.environ, "NEWSLOOM_DATA_DIR": str(folder), "NEWSLOOM_KAFKA_PORT": str(kafka), "NEWSLOOM_FEEDS_FILE": "",
        "NEWSLOOM_ELASTICSEARCH_PORT": str(elasticsearch), "NEWSLOOM_FEEDS": "",
    }  # fmt: skip
    yield Up(folder, environ)
    subprocess.run([*NATIVE, "down"], env=environ, check=False, timeout=300)
    shutil.rmtree(folder)


class Up:
    def __init__(self, folder, environ):
        self.folder, self.environ = folder, environ

    def run(self, *arguments):
        return subprocess.run([*NATIVE, *arguments], env=self.environ, capture_output=True, text=True, check=False, timeout=300)

    def newsloom(self, *arguments, text=""):
        """The command line, which has nothing to go by but the env file."""
        env = {**{k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}, "NEWSLOOM_ENV_FILE": self.env_file}
        command = [sys.executable, "-m", "newsloom_cli", *arguments]
        return subprocess.run(command, env=env, input=text, capture_output=True, text=True, check=False, timeout=60)

    @contextmanager
    def running(self, *arguments):
        with subprocess.Popen([*NATIVE, *arguments], env=self.environ, stdout=PIPE, stderr=STDOUT, text=True) as process:
            try:
                yield process
            finally:
                process.terminate()

    @property
    def env_file(self):
        return str(self.folder / "newsloom.env")

    def settings(self):
        lines = Path(self.env_file).read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))

    def processes(self):
        """Command lines of all processes that were started for this folder: it is in the environment of each of them."""
        found = (p for p in Path("/proc").iterdir() if p.name.isdecimal())
        return [_text(p / "cmdline") for p in found if f"{self.folder}" in _text(p / "environ")]


def _text(path):
    with suppress(OSError):
        return path.read_text("utf-8", "replace")
    return ""


def _read_until(process, what):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if what in line:
            return lines
    raise AssertionError("".join(lines))


@pytest.mark.timeout(600)  # two starts of everything, on a machine that may be busy
def test_ctrl_c_ends_everything_and_the_articles_are_there_next_time(up):
    with up.running("up") as first:
        _read_until(first, "Subscribe")
        second = up.run("up")
        assert (second.returncode, second.stderr.count("\n")) == (2, 1)
        assert "newsloom runs already" in second.stderr
        assert up.run("status").returncode == 0
        kafka = up.settings()["NEWSLOOM_KAFKA"]
        records.until(lambda: records.count(kafka, TAGGED), 60, "the seed is tagged")
        names = ("newsloom_native", "supervisord", "kafka.Kafka", "org.elasticsearch", "_ingestor", "_tagger", "_indexer")
        assert [name for name in names if name not in " ".join(up.processes())] == []
        added = up.newsloom("add", "-", text="Chips are short\nUntil autumn.")
        assert json.loads(added.stdout)["outcome"] == "new", added.stderr
        first.send_signal(signal.SIGINT)
        assert first.wait(120) == 0
    assert up.processes() == []

    assert up.run("up", "--detach").returncode == 0
    assert records.count(kafka, RAW) == 2  # the seed and what was added, kept, and not published again
    assert up.run("down").stdout.endswith("Stopped\n")
    assert up.processes() == []
    assert up.run("status").returncode == 1


def test_an_engine_that_does_not_start_is_shown_with_its_last_words(up):
    (up.folder / "elasticsearch/data").mkdir(parents=True)
    (up.folder / "elasticsearch/data/_state").touch()
    failed = up.run("up")
    assert failed.returncode == 1
    assert "elasticsearch did not start. Its last lines" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert up.processes() == []
