"""python -m newsloom_tagger"""

import asyncio
import os
import signal
import sys
from typing import Any, Final

from newsloom_common import health, logs, tracing, watch
from newsloom_common.settings import load

from newsloom_tagger import quiet, taxonomy
from newsloom_tagger.analysis import Analyser
from newsloom_tagger.running import Runner
from newsloom_tagger.settings import TaggerSettings

LOOP_STALLED: Final = 60.0  # seconds without a turn of the loop


def main() -> int:
    """Run until stopped; return 0, 1 where a restart may help, 2 where a setting or a theme file is wrong."""
    try:
        settings = load(TaggerSettings)
        log = logs.configure("tagger", settings.log_level)
        tracing.start("tagger")
        quiet.hush()
        state = health.Health(LOOP_STALLED)
        health.serve(state, "tagger", settings.health_host, settings.health_port)
        analyser = Analyser(taxonomy.chosen(settings.themes_dir))
    except ValueError as error:
        print(f"newsloom-tagger: {error}", file=sys.stderr)
        return 2
    watch.end_when_stuck(state, log)
    return asyncio.run(_main(settings, analyser, state, log))


async def _main(settings: TaggerSettings, analyser: Analyser, state: health.Health, log: Any) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    code = await Runner(settings, analyser, state, log, stop).run()
    _exit(code)  # here: leaving asyncio.run would wait for every task of Faust's to end, and some never do after an error
    return code


def _exit(code: int) -> None:
    """End at once: what Faust's threads still do after its stop is of no interest, and after an error must not happen."""
    tracing.stop()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _exit(main())
