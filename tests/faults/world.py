"""A whole newsloom on its own engines, under a supervisor that restarts what ends, beside a press that prints news."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from elasticsearch import ApiError, TransportError
from faults import alerting
from faults.checker import check
from faults.observing import behind, indexed, observe
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import ALERTS, TAGGED
from support import records
from support.services import Service

LOOK_S = 0.2
RESTART_S = 1.0  # supervisor and Docker start again what has ended at once, or nearly
ARRIVAL_S = 0.3  # between two looks for an article


class World:
    """Engines and services. ``workers`` are the services by name: "tagger-2" is a second tagger. ``peak`` is MB at most.

    ``by_hand`` has the ids of articles that a test put on news.raw beside those of the press.
    """

    def __init__(self, press, broker, es, proxy):
        self.press, self.broker, self.es, self.proxy = press, broker, es, proxy
        self.history, self.workers, self.retired, self.peak = press.history, {}, {}, {}
        self.stall_wish = press.folder / "stall"
        self.by_hand, self.counted, self.searches = set(), True, []
        self.place = ("", 0)  # of the test: its module and line
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._supervise, name="supervisor", daemon=True)

    def start(self, *names, broken="", **settings):
        """Start services; the supervisor looks after them from now on."""
        if "notifier" in names:
            self.searches = alerting.save(self.broker.address)
        for name in names:
            folder = self.press.folder / name
            folder.mkdir(exist_ok=True)
            given = {**self._settings(), "instance": name, **settings}
            self.workers[name] = Service(name.partition("-")[0], folder, broken, **given).start()
            self.history.note("started", service=name)
        if not self._watch.is_alive():
            self._watch.start()

    def retire(self, name):
        """Stop a service for good, the way an operator would, and return its exit code."""
        service = self.retired[name] = self.workers.pop(name)
        code = service.stop(40)
        self.history.note("retired", service=name, code=code)
        return code

    def come_back(self, name):
        """Start a service that was retired, as it was."""
        self.workers[name] = self.retired.pop(name).start()
        self.history.note("started", service=name)

    def _settings(self):
        return {
            "kafka": self.broker.address,
            "elasticsearch": self.proxy.address,
            "state_dir": self.press.state,
            "feeds_file": self.press.opml,
            "seeds_dir": "",
            "allow_private_addresses": "true",
            "stall_wish": self.stall_wish,
        }

    # looking

    def arrived(self, ids):
        """Return how many of these articles are in the index; 0 where it cannot be asked."""
        try:
            self.es.indices.refresh(index=ALIAS)
            return self.es.count(index=ALIAS, query={"ids": {"values": list(ids)}})["count"]
        except (ApiError, TransportError):
            return 0

    def recovered(self, since=None, timeout=90):
        """Wait until an article that was printed after ``since`` (now, if not given) is in the index; return the seconds."""
        since = self.history.now() if since is None else since
        records.until(lambda: self._first_after(since), timeout, self.told, every=ARRIVAL_S)
        took = self.history.now() - since
        self.history.note("recovered", seconds=round(took, 2))
        return took

    def alerted(self, since, timeout=90):
        """Wait until a search was told of an article that was printed after ``since``; return the seconds."""
        told = lambda: {t.id for t, _ in alerting.told(records.read(self.broker.address, ALERTS))}  # noqa: E731 - read again
        records.until(lambda: not told().isdisjoint(self.press.since(since)), timeout, self.told, every=ARRIVAL_S)
        took = self.history.now() - since
        self.history.note("alerted", seconds=round(took, 2))
        return took

    def resumed(self, since, timeout=90):
        """Wait until the index grows again after an outage, which leaves articles waiting; return the seconds."""
        before = self.documents()
        records.until(lambda: self.documents() > max(before, 0), timeout, self.told, every=ARRIVAL_S)
        took = self.history.now() - since
        self.history.note("resumed", seconds=round(took, 2))
        return took

    def documents(self):
        """Return how many documents there are, -1 where the index cannot be asked."""
        try:
            self.es.indices.refresh(index=ALIAS)
            return self.es.count(index=ALIAS)["count"]
        except (ApiError, TransportError):
            return -1

    def recovered_by_hand(self):
        """Print one more issue and wait for it; return the seconds."""
        at = self.history.now()
        self.press.issue()
        return self.recovered(at)

    def _first_after(self, since):
        new = self.press.since(since)
        return bool(new) and self.arrived(new) > 0

    def status(self):
        """Return what `newsloom status` says, as JSON."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}
        where = {"NEWSLOOM_KAFKA": self.broker.address, "NEWSLOOM_ELASTICSEARCH": self.proxy.target}
        environment |= {"NEWSLOOM_ENV_FILE": os.devnull, **where}
        command = [sys.executable, "-m", "newsloom_cli", "status", "--json"]
        done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=90)
        if not done.stdout:
            self.history.note("no status", code=done.returncode, said=done.stderr.decode("utf-8", "replace")[-300:])
        return json.loads(done.stdout or b'{"in_flight": null, "balanced": null}')

    def one_that(self, service, said, timeout=150):
        """Wait until a worker of this service has said something, and return its name."""
        named = [name for name in self.workers if name.partition("-")[0] == service]
        records.until(lambda: any(said in self.workers[n].log.read_text("utf-8", "replace") for n in named), timeout, self.told)
        return next(n for n in named if said in self.workers[n].log.read_text("utf-8", "replace"))

    # the end

    def settle(self, timeout=600):
        """Wait until every article is in the index in its last edition and nothing is in flight; say how many are not."""
        began, until, left = self.history.now(), time.monotonic() + timeout, self._unsettled()
        while left and time.monotonic() < until:
            self.press.hours_pass(left)
            time.sleep(2)
            left = self._unsettled()
        self.quiet(until - time.monotonic())
        self.history.note("settled", seconds=round(self.history.now() - began, 1), left=len(left))
        return len(left)

    def quiet(self, timeout):
        """Wait until nothing is in flight any more, or ``timeout`` seconds are over."""
        until = time.monotonic() + timeout
        busy = lambda: self.searches and behind(self.broker.address, "newsloom-notifier", TAGGED)  # noqa: E731 - asked again
        while (self.status()["in_flight"] != 0 or busy()) and time.monotonic() < until:
            time.sleep(0.5)

    def _unsettled(self):
        try:
            there = indexed(self.es)
        except (ApiError, TransportError):
            return list(self.press.printed)
        return [i for i, p in list(self.press.printed.items()) if there.get(i, (0, -1))[1] != p.edition]

    def verdict(self):
        """Judge what there is."""
        printed = {**dict.fromkeys(self.by_hand), **{i: p.edition for i, p in self.press.printed.items()}}
        verdict = check(printed, observe(self.broker.address, self.es, self.searches))
        self.history.note("verdict", articles=len(printed), **verdict._asdict())
        return verdict

    def told(self):
        return "\n".join([f"seed {self.history.seed}, {self.history.path}", *(s.tail(8) for s in self.workers.values())])

    # the supervisor

    def _supervise(self):
        while not self._stop.wait(LOOK_S):
            for name, service in list(self.workers.items()):
                if service.running():
                    self.peak[name] = max(self.peak.get(name, 0), memory(service.pid))
                elif name in self.workers:
                    self._again(name, service)

    def _again(self, name, service):
        code = service.ended()
        if code != -signal.SIGKILL:
            self.history.note("ended", service=name, code=code)
            self._stop.wait(RESTART_S)
        if not self._stop.is_set() and name in self.workers:
            service.start()
            self.history.note("restarted", service=name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stop.set()
        if self._watch.is_alive():
            self._watch.join(10)
        for service in self.workers.values():
            service.__exit__()


def memory(pid):
    """Return the resident memory of a process in MB, 0 where it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0)
