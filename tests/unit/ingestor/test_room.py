"""A disk that is full is waited for: alive, not ready, with the reason; then the service begins anew by itself."""

import resource
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from newsloom_ingestor import room
from newsloom_native import ports
from support import records

NO_FILE = 0  # bytes that the process may write to any file: what a full disk is to it


def ask(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.read().decode()
    except OSError:
        return ""


@pytest.fixture
def ingestor(tmp_path):
    port = ports.free()
    given = {"ENV_FILE": "/dev/null", "FEEDS_FILE": "", "SEEDS_DIR": "", "KAFKA": "127.0.0.1:1", "HEALTH_PORT": port}
    settings = {"NEWSLOOM_" + k: str(v) for k, v in {**given, "STATE_DIR": tmp_path / "state"}.items()}
    limit = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({NO_FILE}, r.RLIM_INFINITY))"
    command = [
        sys.executable,
        "-c",
        f"{limit}; import os, sys; os.execv(sys.executable, [sys.executable, '-m', 'newsloom_ingestor'])",
    ]
    with subprocess.Popen(command, env=settings, stderr=subprocess.PIPE, text=True) as process:
        yield process, port
        process.kill()


def test_it_waits_for_room_and_then_begins_anew(ingestor):
    process, port = ingestor
    records.until(lambda: "to be writable: " in ask(port, "/readyz"), 30, lambda: ask(port, "/readyz"))
    assert ask(port, "/livez") == "ok\n"
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
    records.until(lambda: ask(port, "/readyz").startswith("waiting for Kafka"), 30, lambda: ask(port, "/readyz"))
    process.terminate()
    lines = process.stderr.read().splitlines()
    assert process.wait(20) == 0
    assert sum("to be writable" in line for line in lines) == 1
    assert all(line.startswith("{") for line in lines)


def test_a_stop_ends_the_wait(tmp_path):
    stop = threading.Event()
    beats = []
    assert not room.waited(tmp_path / "absent", stop, lambda: beats.append(1) or (len(beats) > 3 and stop.set()), 0.01)
    assert len(beats) == 4


def test_room_is_where_a_file_fits(tmp_path):
    assert room.fits(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not room.fits(tmp_path / "absent")
