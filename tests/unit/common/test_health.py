"""A service is alive while its loop turns, ready while it can work, and shows its metrics."""

import http.client
import socket

import pytest
from newsloom_common.health import Health, serve


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_starting_service_is_alive_and_not_ready():
    health = Health(clock=Clock())
    assert health.answer("/livez")[0] == 200
    assert health.answer("/readyz") == (503, "text/plain; charset=utf-8", b"starting\n")


def test_a_waiting_service_says_what_for():
    health = Health(clock=Clock())
    health.beat("waiting for Kafka at 127.0.0.1:9092")
    assert health.answer("/readyz")[2] == b"waiting for Kafka at 127.0.0.1:9092\n"
    health.beat()
    assert health.answer("/readyz")[0] == 200


def test_a_loop_that_stopped_turning_is_not_alive():
    clock = Clock()
    health = Health(stalled_after=60, clock=clock)
    health.beat()
    clock.now = 61
    assert health.answer("/livez") == (503, "text/plain; charset=utf-8", b"the loop has not turned for 61 s\n")
    assert health.answer("/readyz")[0] == 503


def test_it_is_served_over_http():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = serve(Health(), "127.0.0.1", port)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        assert (answer.status, b"python_info" in answer.read()) == (200, True)
        connection.close()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("path", ["/", "/metricsx"])
def test_other_paths_say_where_to_look(path):
    assert Health().answer(path)[0] == 404


def test_port_zero_serves_nothing():
    assert serve(Health(), "127.0.0.1", 0) is None
