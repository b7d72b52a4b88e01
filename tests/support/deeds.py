"""What workers are made to do in tests; they find it by the name of this module."""

import ctypes
import subprocess
from pathlib import Path


def fail(error):
    raise error


def spin():
    while True:
        pass


def crash():
    ctypes.string_at(0)


def start_and_wait(note):
    """Start a process that would outlive this one, and never be done."""
    child = subprocess.Popen(["sleep", "60"])
    Path(note).write_text(str(child.pid))
    spin()
