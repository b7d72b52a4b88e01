"""Fetchers: as many at a time as there are, and results that are there are taken together."""

import threading
import time

from newsloom_ingestor.pool import Pool


def test_no_more_jobs_run_at_a_time_than_there_are_threads():
    running, most, lock, gate = [0], [0], threading.Lock(), threading.Event()

    def work(job):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        gate.wait(10)
        with lock:
            running[0] -= 1
        return job

    pool = Pool(3, work)
    for n in range(10):
        pool.give(n)
    time.sleep(0.2)
    assert most == [3]
    gate.set()
    taken = []
    while len(taken) < 10:
        taken += pool.take(10, 64)
    assert sorted(taken) == list(range(10))
    assert most == [3]


def test_one_that_hangs_holds_up_no_other_result():
    gate = threading.Event()
    pool = Pool(2, lambda job: gate.wait(10) if job == "hangs" else job)
    for job in ("hangs", *"abcd"):
        pool.give(job)
    taken = []
    while len(taken) < 4:
        taken += pool.take(10, 64)
    assert taken == list("abcd")
    gate.set()


def test_results_that_are_there_are_taken_together_and_no_more_than_asked_for():
    pool = Pool(1, lambda job: job)
    assert pool.take(0.01, 64) == []
    for n in range(5):
        pool.give(n)
    time.sleep(0.2)
    assert pool.take(10, 3) == [0, 1, 2]
    assert pool.take(10, 64) == [3, 4]
