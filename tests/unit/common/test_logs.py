"""Log lines are JSON on a pipe, on standard error, with the service's name and libraries' warnings among them."""

import json
import subprocess
import sys

import pytest
from newsloom_common import logs

PROGRAM = """
import logging
from newsloom_common import logs
log = logs.configure("indexer", "info")
log.info("batch", indexed=3, title="据NVIDIA")
log.debug("hidden")
logging.getLogger("kafka").info("chatter")
logging.getLogger("kafka").warning("broker %s gone", 1)
logging.getLogger("elastic_transport.node_pool").warning("Node has failed for 67 times in a row")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
"""


def test_lines_are_json_on_standard_error():
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert ran.stdout == ""
    assert [line["event"] for line in lines] == ["batch", "broker 1 gone", "failed"]
    assert lines[0] | {"timestamp": ""} == {
        "event": "batch", "indexed": 3, "title": "据NVIDIA", "service": "indexer", "level": "info", "timestamp": "",
    }  # fmt: skip
    assert "ZeroDivisionError" in lines[2]["exception"]
    assert {line["service"] for line in lines} == {"indexer"}, "libraries' lines too"


CRASH = """
import threading
from newsloom_common import logs
logs.configure("tagger")
thread = threading.Thread(target=lambda: 1 / 0, name="watch")
thread.start()
thread.join()
raise ValueError("in the\\nmain thread")
"""


def test_what_nobody_caught_is_a_line_too():
    ran = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert ran.returncode == 1
    assert [(line["event"], line["thread"], line["service"]) for line in lines] == [
        ("crashed", "watch", "tagger"),
        ("crashed", "MainThread", "tagger"),
    ]
    assert "ZeroDivisionError" in lines[0]["exception"]
    assert "in the\nmain thread" in lines[1]["exception"]


def test_a_wrong_level_is_named():
    with pytest.raises(ValueError, match="log level 'loud': one of"):
        logs.configure("x", "loud")
