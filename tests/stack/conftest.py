"""A whole stack, started by `docker compose up` as a user does, under a project name and on ports of its own.

``NEWSLOOM_COMPOSE`` names the command where it is not `docker compose`. Whatever happens, the stack is taken down.
"""

import gc
import os
import shlex
import socket
import subprocess
import time
import warnings
from contextlib import closing, suppress
from pathlib import Path

import docker
import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = shlex.split(os.environ.get("NEWSLOOM_COMPOSE", "docker compose"))
PATIENCE = 300  # seconds; what the stack promises is asserted in the tests


class Stack:
    """A compose project and what a test asks of it."""

    def __init__(self, engine, web, folder):
        self.engine, self.web = engine, web
        self.log = folder / "up.log"
        self.command = COMPOSE
        self.project = f"newsloom-test-{os.getpid()}"
        self.ports = dict(zip(("kafka", "elasticsearch", "kibana", "push"), free_ports(4), strict=True))
        self.kafka = f"127.0.0.1:{self.ports['kafka']}"
        self.elasticsearch = f"http://127.0.0.1:{self.ports['elasticsearch']}"
        self.kibana = f"http://127.0.0.1:{self.ports['kibana']}"
        # No feed: what the stack holds is then known to the last record.
        self.environment = {**os.environ, "NEWSLOOM_FEEDS_FILE": "", "NEWSLOOM_FEEDS": ""}
        self.environment |= {f"NEWSLOOM_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        self.seconds_to_seed = 0.0

    def compose(self, *arguments, check=True):
        command = [*COMPOSE, "--project-name", self.project, "--project-directory", str(ROOT), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done

    def up(self):
        """Start everything; return how many seconds passed until the seed was found by one of its themes."""
        command = [*COMPOSE, "--project-name", self.project, "--project-directory", str(ROOT), "up", "-d"]
        begun = time.monotonic()
        with (
            self.log.open("wb") as out,
            subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=out, stderr=out) as up,
        ):
            try:
                while not self.found("compute-scarcity"):
                    assert up.poll() in {None, 0}, self.log.read_text("utf-8")[-4000:]
                    assert time.monotonic() - begun < PATIENCE, "the seed cannot be found"
                    time.sleep(0.5)
                seconds = time.monotonic() - begun
                assert up.wait(PATIENCE) == 0, self.log.read_text("utf-8")[-4000:]
            finally:
                up.kill()
        return seconds

    def wait_until_healthy(self, services):
        until = time.monotonic() + PATIENCE
        while unwell := [name for name in services if self.container(name).health != "healthy"]:
            assert time.monotonic() < until, f"not healthy: {unwell}"
            time.sleep(0.5)

    def found(self, theme):
        """Ids of the articles of a theme, as Elasticsearch gives them to somebody who signs in; empty while it cannot."""
        with suppress(httpx.HTTPError, LookupError, ValueError, docker.errors.APIError):  # whatever is not up yet
            query = {"query": {"bool": {"filter": [{"term": {"themes.id": theme}}, {"term": {"tags": theme}}]}}}
            answer = self.search("/news-articles/_search", query, self.login())
            return [hit["_id"] for hit in answer.json()["hits"]["hits"]]
        return []

    def login(self):
        return {"auth": ("elastic", self.inside("elasticsearch", "cat", "/secrets/elasticsearch/password"))}

    def search(self, path, body, login):
        return self.web.post(self.elasticsearch + path, json=body, **login)

    def container(self, service):
        return self.containers(service)[0]

    def containers(self, service=None):
        labels = [f"com.docker.compose.project={self.project}"]
        labels += [f"com.docker.compose.service={service}"] if service else []
        return self.engine.containers.list(all=True, filters={"label": labels})

    def inside(self, service, *command):
        """Run a command in the service's container and return what it printed; LookupError where it failed."""
        code, output = self.container(service).exec_run(list(command))
        if code != 0:
            raise LookupError(f"{service}: {command}: {output.decode()}")
        return output.decode().strip()

    def replaceable(self):
        """Services whose containers can be made anew over their data: all, but for a Kafka image that was not pulled.

        Where images cannot be pulled, one that stands in for Kafka's may refuse a disk that it finds formatted.
        """
        pulled = self.container("kafka").image.attrs["RepoDigests"]
        names = {c.labels["com.docker.compose.service"] for c in self.containers()}
        return sorted(names if pulled else names - {"kafka"})

    def down(self):
        self.compose("--profile", "*", "down", "--volumes", "--remove-orphans", check=False)

    def logs(self):
        return self.compose("logs", "--no-color", "--tail", "60", check=False).stdout


@pytest.fixture(scope="session")
def stack(request, tmp_path_factory):
    with closing(engine()) as docker_engine, httpx.Client(timeout=60, trust_env=False) as web:
        built = Stack(docker_engine, web, tmp_path_factory.mktemp("stack"))
        failed_before = request.session.testsfailed
        try:
            built.compose("build", "secrets")  # the image is there before the clock starts
            built.seconds_to_seed = built.up()
            built.wait_until_healthy(["ingestor", "tagger", "indexer", "notifier"])
            yield built
        except BaseException:
            print(built.logs())
            raise
        finally:
            if request.session.testsfailed > failed_before:
                print(built.logs())
            built.down()


def engine():
    """Return the Docker engine, or skip the test with the reason why there is none."""
    problem = ""
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        try:
            client = docker.from_env()
            client.ping()
        except (docker.errors.DockerException, OSError) as error:
            problem = str(error)
        gc.collect()  # the client leaves its socket open where nobody answers, and that warning would fail the test
    if problem:
        pytest.skip(f"no Docker engine answers, so docker compose up was not tested: {problem}")
    with suppress(OSError):
        if subprocess.run([*COMPOSE, "version"], capture_output=True, check=False).returncode == 0:
            return client
    client.close()
    pytest.skip(f"a Docker engine answers, but not `{shlex.join(COMPOSE)}`: name the command in NEWSLOOM_COMPOSE")


def free_ports(count):
    """Return ports of loopback that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports
