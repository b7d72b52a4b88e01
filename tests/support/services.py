"""The real services as processes that a test may kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from support.records import BUSY

ROOT = Path(__file__).parents[2]


class Service:
    """One service process; its log lies beside its state. ``kill`` is SIGKILL, ``stop`` is SIGTERM.

    ``broken`` names a way of tests/faults/broken.py in which the service is broken on purpose.
    """

    def __init__(self, name, folder, broken="", **settings):
        self.name = name
        self._command = [sys.executable, "-m", *(("tests.faults.broken", broken) if broken else (f"newsloom_{name}",))]
        self.log = folder / f"{name}.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("NEWSLOOM_")}
        given = {"NEWSLOOM_" + k.upper(): str(v) for k, v in settings.items()}
        self._environment = {**inherited, "NEWSLOOM_ENV_FILE": "/dev/null", **given}
        self._process = None

    def start(self):
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, cwd=ROOT, stdout=log, stderr=log)
        return self

    @property
    def pid(self):
        return self._process.pid

    def kill(self):
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10 * BUSY)

    def stop(self, timeout=30):
        """Ask it to end and return its exit code."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout * BUSY) if self._process else None

    def ended(self, timeout=30):
        """Wait until it ends by itself and return its exit code."""
        return self._process.wait(timeout * BUSY)

    def running(self):
        return self._process is not None and self._process.poll() is None

    def tail(self, lines=30):
        return f"--- {self.name}\n" + "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.running():
            self.kill()
