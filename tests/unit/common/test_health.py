"""A service is alive while its loop turns, ready while it can work, and shows its metrics."""

import contextlib
import http.client
import socket
import subprocess
import sys
import time

import pytest
from newsloom_common import health as module
from newsloom_common.health import Health, serve
from newsloom_common.settings import SettingsError
from prometheus_client.parser import text_string_to_metric_families


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def served(health):
    port = free_port()
    server = serve(health, "test", "127.0.0.1", port)
    try:
        yield port
    finally:
        server.shutdown()
        server.server_close()


def ask(port, path, method="GET"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())


def test_a_starting_service_is_alive_and_not_ready():
    health = Health(clock=Clock())
    assert health.answer("/livez")[0] == 200
    assert health.answer("/readyz") == (503, "text/plain; charset=utf-8", b"starting\n")


def test_a_waiting_service_says_what_for_and_stays_alive_however_long_it_waits():
    clock = Clock()
    health = Health(clock=clock)
    for minute in range(60):
        clock.now = 60.0 * minute
        health.beat("waiting for Kafka at 127.0.0.1:9092")
    assert health.answer("/readyz")[2] == b"waiting for Kafka at 127.0.0.1:9092\n"
    assert health.answer("/livez")[0] == 200
    health.beat()
    assert health.answer("/readyz")[0] == 200


def test_a_loop_that_stopped_turning_is_not_alive():
    clock = Clock()
    health = Health(stalled_after=60, clock=clock)
    health.beat()
    clock.now = 61
    assert health.answer("/livez") == (503, "text/plain; charset=utf-8", b"the loop has not turned for 61 s\n")
    assert health.answer("/readyz")[0] == 503


def test_it_is_served_over_http_with_what_runs_and_whether_it_is_ready():
    health = Health()
    with served(health) as port:
        before = metrics(ask(port, "/metrics")[1])
        health.beat()
        after = metrics(ask(port, "/metrics?name[]=up")[1])
    assert (before["newsloom_ready"], after["newsloom_ready"]) == ([({}, 0.0)], [({}, 1.0)])
    ((labels, value),) = [s for s in after["newsloom_build_info"] if s[0]["service"] == "test"]
    assert labels["version"]
    assert value == 1


def metrics(body):
    return {f.name: [(s.labels, s.value) for s in f.samples] for f in text_string_to_metric_families(body.decode())}


def test_head_answers_as_get_does_without_the_body():
    with served(Health()) as port:
        status, body, headers = ask(port, "/readyz", "HEAD")
        other = ask(port, "/readyz", "POST")[0]
    assert (status, body, headers["Content-Length"], headers["Server"].strip()) == (503, b"", "9", "newsloom")
    assert other == 501


@pytest.mark.parametrize("path", ["/", "/metricsx", "/readyz/"])
def test_other_paths_say_where_to_look(path):
    assert Health().answer(path)[0] == 404


def test_a_client_that_says_nothing_is_hung_up_on_and_holds_nobody_up(monkeypatch, capfd):
    monkeypatch.setattr(module, "SLOW_S", 0.3)
    with served(Health()) as port, socket.create_connection(("127.0.0.1", port), 5) as slow:
        slow.sendall(b"GET /livez HT")
        assert ask(port, "/livez")[0] == 200
        started = time.monotonic()
        slow.settimeout(5)
        assert slow.recv(1) == b""
        assert time.monotonic() - started < 3
    assert capfd.readouterr().err == ""


def test_who_comes_while_all_threads_are_taken_is_turned_away_and_room_is_made_again(monkeypatch):
    monkeypatch.setattr(module, "CLIENTS", 2)
    monkeypatch.setattr(module, "SLOW_S", 0.5)
    with served(Health()) as port:
        idle = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(2)]
        time.sleep(0.1)
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(port, "/livez")
        time.sleep(0.8)
        assert ask(port, "/livez")[0] == 200
        for one in idle:
            one.close()


def test_port_zero_serves_nothing():
    assert serve(Health(), "test", "127.0.0.1", 0) is None


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 8080)])
def test_an_address_that_cannot_be_had_is_named(host, port):
    with pytest.raises(SettingsError, match=rf"NEWSLOOM_HEALTH_HOST={host} NEWSLOOM_HEALTH_PORT={port}: "):
        serve(Health(), "test", host, port)


@pytest.mark.parametrize("service", ["ingestor", "tagger", "indexer"])
def test_a_port_that_is_taken_ends_a_service_with_one_line(service, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = {"NEWSLOOM_ENV_FILE": "/dev/null", "NEWSLOOM_HEALTH_PORT": str(port), "NEWSLOOM_STATE_DIR": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-m", f"newsloom_{service}"], check=False, env=settings, capture_output=True, text=True, timeout=60
        )
    assert ran.returncode == 2
    (line,) = ran.stderr.splitlines()
    assert f"NEWSLOOM_HEALTH_PORT={port}: Address already in use" in line
