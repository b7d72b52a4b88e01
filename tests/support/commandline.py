"""The `newsloom` command as a process, on the engines of a test."""

import json
import os
import subprocess
import sys
import time

TERMS = ("indexed", "duplicate", "stale", "expired", "dead", "purged", "in_flight")

SILENT = "does not answer at"


class Command:
    """The command line on the engines."""

    def __init__(self, kafka, elasticsearch):
        engines = {"NEWSLOOM_KAFKA": kafka, "NEWSLOOM_ELASTICSEARCH": elasticsearch}
        self._environment = {**os.environ, "NEWSLOOM_ENV_FILE": "/dev/null", **engines}

    def started(self, *arguments):
        command = [sys.executable, "-m", "newsloom_cli", *arguments]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self._environment, **pipes)

    def __call__(self, *arguments):
        """Run it and return (exit code, JSON lines, standard error).

        It gives up on an engine that does not answer in seconds, as a person wants it; to one that is busy a test comes back.
        """
        deadline = time.monotonic() + 60
        while (ended := self._once(*arguments))[0] == 1 and SILENT in ended[2] and time.monotonic() < deadline:
            time.sleep(1)
        return ended

    def _once(self, *arguments):
        with self.started(*arguments) as process:
            out, err = process.communicate(timeout=300)
        return process.returncode, [json.loads(x) for x in out.splitlines()], err.decode()

    def ledger(self, seconds=60):
        """Return the ledger, whose sum must hold. An engine that is new or busy may keep silent for a while, not for long."""
        deadline = time.monotonic() + seconds
        while (read := self("status"))[0]:
            assert time.monotonic() < deadline, read
        _, [found], _ = read
        assert found["seen"] == sum(found[t] for t in TERMS), found
        assert found["balanced"], found
        return found

    def settled(self, seconds=150):
        """Return the ledger once nothing is in flight; at each moment before its sum must hold."""
        deadline = time.monotonic() + seconds
        while (found := self.ledger())["in_flight"]:
            assert time.monotonic() < deadline, found
        return found
