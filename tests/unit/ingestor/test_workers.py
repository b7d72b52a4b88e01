"""Workers: reused while they behave, killed when late, gone when they crash or eat memory; nobody else notices."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from newsloom_ingestor.parse import FeedError
from newsloom_ingestor.workers import WorkerDiedError, WorkerKilledError, Workers
from support import deeds


@pytest.fixture(autouse=True)
def path(monkeypatch):
    """Workers are interpreters of their own: they must be told where the tests' helpers lie."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def workers():
    made = Workers(2)
    yield made
    made.close()


def test_a_process_of_its_own_is_used_again(workers):
    pids = {workers.run(os.getpid, timeout_s=10) for _ in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_values_and_errors_come_back(workers):
    assert workers.run(int, "ff", base=16, timeout_s=10) == 255
    with pytest.raises(FeedError, match="no feed"):
        workers.run(deeds.fail, FeedError("no feed"), timeout_s=10)
    assert workers.run(int, "7", timeout_s=10) == 7


def test_what_takes_too_long_is_killed_and_the_next_job_is_done(workers):
    late = workers.run(os.getpid, timeout_s=10)
    started = time.monotonic()
    with pytest.raises(WorkerKilledError, match=r"not done after 0\.3 s"):
        workers.run(deeds.spin, timeout_s=0.3)
    assert time.monotonic() - started < 2
    assert workers.run(os.getpid, timeout_s=10) != late
    with pytest.raises(ProcessLookupError):
        os.kill(late, 0)


def test_what_a_late_worker_started_dies_with_it(workers, tmp_path):
    note = tmp_path / "pid"
    with pytest.raises(WorkerKilledError):
        workers.run(deeds.start_and_wait, str(note), timeout_s=1)
    child = int(note.read_text())
    for _ in range(50):
        if not alive(child):
            break
        time.sleep(0.05)
    assert not alive(child)


def alive(pid):
    """Whether it runs; a killed one that nobody waits for is a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_crash_and_a_hunger_for_memory_are_errors_of_that_job_only():
    workers = Workers(1, memory=200 * 1024 * 1024)
    with pytest.raises(WorkerDiedError, match="killed by signal 11"):
        workers.run(deeds.crash, timeout_s=10)
    with pytest.raises(WorkerDiedError, match="out of memory"):
        workers.run(bytearray, 300 * 1024 * 1024, timeout_s=10)
    assert workers.run(len, "abc", timeout_s=10) == 3
    workers.close()


def test_one_that_died_with_nothing_to_do_is_replaced(workers):
    idle = workers.run(os.getpid, timeout_s=10)
    os.kill(idle, 9)
    time.sleep(0.2)
    assert workers.run(os.getpid, timeout_s=10) != idle


def test_threads_share_them_and_one_that_hangs_holds_up_no_other(workers):
    def hang():
        with pytest.raises(WorkerKilledError):
            workers.run(deeds.spin, timeout_s=3)

    hung = threading.Thread(target=hang)
    hung.start()
    time.sleep(0.3)
    started = time.monotonic()
    assert [workers.run(len, "abcd", timeout_s=10) for _ in range(3)] == [4, 4, 4]
    assert time.monotonic() - started < 2.5, "the other worker did it"
    hung.join()


@pytest.mark.parametrize("busy", [False, True])
def test_they_end_when_their_parent_is_killed(busy):
    script = "import os, time; from newsloom_ingestor.workers import Workers; from support import deeds; w = Workers(1)\n"
    script += "print(w.run(os.getpid, timeout_s=20), flush=True)\n"
    script += "w.run(deeds.spin, timeout_s=1.5)" if busy else "time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    time.sleep(0.3 if busy else 0)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert alive(child) or not busy
    for _ in range(120):
        if not alive(child):
            break
        time.sleep(0.05)
    assert not alive(child)
