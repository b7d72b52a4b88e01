"""``python -m newsloom_ingestor``: run until SIGTERM or SIGINT."""

import logging
import signal
import sys
import threading

from newsloom_common import health, logs, settings

from newsloom_ingestor.app import Ingestor
from newsloom_ingestor.settings import IngestorSettings


def main() -> int:
    """Return the exit code: 2 with one line where a setting cannot be used."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        chosen = settings.load(IngestorSettings)
        logs.configure("ingestor", chosen.log_level)
        # While a broker is away kafka-python writes four lines an attempt; the service says it in one, with the reason.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        state = health.Health()
        health.serve(state, "ingestor", chosen.health_host, chosen.health_port)
        ingestor = Ingestor(chosen, state, stop)
    except (ValueError, OSError) as error:
        print(f"newsloom_ingestor: {error}", file=sys.stderr)
        return 2
    ingestor.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
