"""Log lines: JSON on a pipe, readable on a terminal; always standard error, one line a unit of work (docs/operations.md).

Every line says which service it is of, those of libraries too; what ends a thread or the process is a line like any other.
"""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, Final

import structlog

# Loggers that tell once a second what a service says itself, once (an outage), or what nobody can act on (a busy machine).
CHATTER: Final = ("elastic_transport.node_pool", "kafka.net.selector")


def configure(service: str, level: str = "info") -> structlog.stdlib.BoundLogger:
    """Set logging up for this process, libraries too, and return the service's logger. Raises ValueError on a bad level."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"log level {level!r}: one of debug, info, warning, error")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        lambda _logger, _method, line: {"service": service, **line},
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)  # libraries speak when it matters
    for chatter in CHATTER:
        logging.getLogger(chatter).setLevel(logging.ERROR if number > logging.DEBUG else logging.DEBUG)
    logging.getLogger("newsloom").setLevel(number)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("newsloom").bind(service=service)
    _tell_of_crashes(log)
    return log


def _tell_of_crashes(log: Any) -> None:
    """Log what nobody caught, in any thread, instead of printing it among the lines."""

    def crashed(kind: type[BaseException], error: BaseException | None, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), where)
        else:
            log.error("crashed", thread=threading.current_thread().name, exc_info=(kind, error, where))

    sys.excepthook = crashed
    threading.excepthook = lambda told: crashed(told.exc_type, told.exc_value, told.exc_traceback)
