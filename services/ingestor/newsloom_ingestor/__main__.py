"""``python -m newsloom_ingestor``: run until SIGTERM or SIGINT."""

import logging
import signal
import sqlite3
import sys
import threading
from pathlib import Path

import structlog
from newsloom_common import health, logs, settings, tracing, watch

from newsloom_ingestor import room
from newsloom_ingestor.app import Ingestor
from newsloom_ingestor.outbox import StreamLostError
from newsloom_ingestor.settings import IngestorSettings


def main() -> int:
    """Return the exit code: 2 with one line where a setting cannot be used."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        chosen = settings.load(IngestorSettings)
        logs.configure("ingestor", chosen.log_level)
        tracing.start("ingestor")
        # While a broker is away kafka-python writes four lines an attempt; the service says it in one, with the reason.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        state = health.Health()
        health.serve(state, "ingestor", chosen.health_host, chosen.health_port)
        watch.end_when_stuck(state, _log())
        ingestor = Ingestor(chosen, state, stop)
    except sqlite3.OperationalError as error:
        return _wait_for_room(chosen, state, stop, error)
    except (ValueError, OSError) as error:
        print(f"newsloom_ingestor: {error}", file=sys.stderr)
        return 2
    try:
        ingestor.run()
    except sqlite3.OperationalError as error:
        return _wait_for_room(chosen, state, stop, error)
    except StreamLostError as error:
        _log().error("beginning anew", reason=str(error))
        room.begin_anew()
    return 0


def _wait_for_room(chosen: IngestorSettings, state: health.Health, stop: threading.Event, error: sqlite3.Error) -> int:
    """Wait until the state can be written, then begin anew; return the exit code where we are to stop instead."""
    reason = f"waiting for the state in {chosen.state_dir} to be writable: {error}"
    _log().error("waiting", reason=reason)
    if room.waited(Path(chosen.state_dir), stop, lambda: state.beat(reason)):
        room.begin_anew()
    return 0


def _log() -> structlog.stdlib.BoundLogger:
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("newsloom")
    return log


if __name__ == "__main__":
    sys.exit(main())
