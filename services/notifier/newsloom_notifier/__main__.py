"""python -m newsloom_notifier"""

import signal
import sys
from contextlib import ExitStack
from typing import Any, Final

from kafka.errors import KafkaError
from newsloom_common import health, kafka, logs, tracing, watch
from newsloom_common.guard import TooManyDeadError
from newsloom_common.membership import Membership
from newsloom_common.patience import Patience, StoppedError
from newsloom_common.settings import load
from newsloom_common.twins import TwinError
from newsloom_schemas.topics import ALERTS, SEARCHES, TAGGED

from newsloom_notifier.app import Notifier, UndeliverableError
from newsloom_notifier.follow import Followed, RecreatedError
from newsloom_notifier.searches import warm
from newsloom_notifier.settings import NotifierSettings
from newsloom_notifier.solo import Solo

NAME: Final = "newsloom-notifier"
STALLED_SECONDS: Final = 60.0
BOOTSTRAP_MS: Final = 5000


def main() -> int:
    """Run until stopped; return 0, 1 where something must be put right first, 2 where a setting is wrong."""
    try:
        settings = load(NotifierSettings)
        log = logs.configure("notifier", settings.log_level)
        tracing.start("notifier")
        patience = Patience(health.Health(STALLED_SECONDS), log)
        health.serve(patience.health, "notifier", settings.health_host, settings.health_port)
        warm()
    except ValueError as error:
        print(f"newsloom-notifier: {error}", file=sys.stderr)
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: patience.stop.set())
    watch.end_when_stuck(patience.health, log)
    try:
        _run(settings, patience, log)
    except StoppedError:
        return 0
    except TwinError:
        return patience.stand_aside("notifier", NAME, settings.kafka, settings.instance)
    except (RecreatedError, TooManyDeadError, UndeliverableError, KafkaError) as error:
        log.error("stopped", reason=str(error), kind=type(error).__name__)  # noqa: TRY400 - a sentence, not a traceback
        return 1
    return 0


def _run(settings: NotifierSettings, patience: Patience, log: Any) -> None:
    def consumer(group: str | None, **options: Any) -> Any:
        given = {"group": group, "client_id": NAME, "bootstrap_timeout_ms": BOOTSTRAP_MS, **options}
        return patience.with_kafka(settings.kafka, lambda: kafka.consumer(settings.kafka, **given))

    with ExitStack() as opened:
        saved, told = (Followed(consumer(None), topic, patience.check) for topic in (SEARCHES, ALERTS))
        opened.callback(saved.close)
        opened.callback(told.close)
        out = patience.with_kafka(
            settings.kafka, lambda: kafka.producer(settings.kafka, NAME, bootstrap_timeout_ms=BOOTSTRAP_MS)
        )
        instance = kafka.member(settings.instance)
        joined = consumer(
            NAME,
            group_instance_id=instance,
            max_poll_records=settings.batch_articles,
            partition_assignment_strategy=[Solo],
        )
        articles = Membership(joined, TAGGED)
        opened.callback(articles.close)
        log.info("started", kafka=settings.kafka)
        Notifier(settings, articles, saved, told, out, patience, log).run()


if __name__ == "__main__":
    sys.exit(main())
