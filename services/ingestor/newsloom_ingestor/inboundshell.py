"""What comes from outside, as the shell has it: pushes and, where hubs reach this service, WebSub. Off unless it has a port."""

from collections import Counter
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from newsloom_common.settings import SettingsError
from newsloom_schemas.codec import trace_of
from structlog.stdlib import BoundLogger

from newsloom_ingestor import decide, metrics, push
from newsloom_ingestor.inbound import Answer, Head, Server
from newsloom_ingestor.inboundqueue import Desk, Ticket
from newsloom_ingestor.intake import Decide
from newsloom_ingestor.push import Outcome
from newsloom_ingestor.pushdoor import PATH, Batch, PushDoor, refusal
from newsloom_ingestor.settings import IngestorSettings
from newsloom_ingestor.websubdoor import PREFIX, UNKNOWN, Question, WebSubDoor
from newsloom_ingestor.websubs import Outside, Subscriptions, Then

AT_ONCE: Final = 300  # lines that are taken in together
NAMED: Final = 10  # ids that a line of the log has room for
TOKEN_LEAST: Final = 16  # characters


class Doors:
    """The server's paths."""

    def __init__(self, push_: PushDoor, hubs: WebSubDoor | None, log: BoundLogger) -> None:
        self._push, self._hubs, self._log = push_, hubs, log

    def admit(self, head: Head) -> Answer | None:
        """Refuse by the head."""
        door = self._door(head.path)
        return _counted(head, door.admit(head) if door else UNKNOWN)

    async def answer(self, head: Head, body: bytes) -> Answer:
        """Answer. A defect of ours that one request brings out is the matter of that request."""
        door = self._door(head.path)
        try:
            return _counted(head, await door.answer(head, body)) if door else UNKNOWN
        except Exception:  # noqa: BLE001 - see above
            self._log.exception("a request failed", path=PATH if head.path == PATH else PREFIX)
            return Answer(500, refusal("a defect: the service's log has it"))

    def _door(self, path: str) -> PushDoor | WebSubDoor | None:
        return self._push if path == PATH else self._hubs if path.startswith(PREFIX) else None


A = TypeVar("A", Answer, Answer | None)


def _counted(head: Head, answer: A) -> A:
    if answer:
        door = "push" if head.path == PATH else "websub" if head.path.startswith(PREFIX) else "none"
        metrics.REQUESTS.labels(door, str(answer.status)).inc()
    return answer


class Inbound:
    """One for the service's life. Raises SettingsError and OSError where it cannot be as the settings ask."""

    def __init__(self, settings: IngestorSettings, outside: Outside, away: Callable[[], str]) -> None:
        self._intake, self._log = outside.intake, outside.log
        self._desk = desk = Desk(lambda: outside.results.put(self.take))
        self._subscriptions = Subscriptions(callback(settings), outside, desk) if settings.websub_callback else None
        self._server: Server | None = None
        if settings.push_port:
            hubs = WebSubDoor(desk, away, self._paths) if self._subscriptions else None
            doors = Doors(PushDoor(desk, token(settings.push_token_file), away, settings.pages_off), hubs, self._log)
            self._server = Server(settings.push_host, settings.push_port, doors, refusal)
            self._server.start()

    @property
    def decide(self) -> Decide:
        """What decides on a poll."""
        return self._subscriptions.decide if self._subscriptions else decide.decide

    def look(self, feeds: Container[str], now: float) -> None:
        """Do what is due by now. ``feeds`` are those that are polled."""
        if self._subscriptions:
            self._subscriptions.look(feeds, now)

    def take(self, now: float) -> Then:
        """Take in what waits; return what is to be done once it is acknowledged."""
        tickets = self._desk.take(AT_ONCE)
        done = [(ticket, self._do(ticket, now)) for ticket in tickets]
        return lambda: self._tell([(ticket, result) for ticket, result in done if result is not self])

    def close(self) -> None:
        """Send home who still waits, and close the doors."""
        self._desk.close()
        if self._server:
            self._server.close()

    def _do(self, ticket: Ticket, now: float) -> Any:
        """The result of a piece of work, or ``self`` where it comes later."""
        if isinstance(ticket.work, Batch):
            return [self._push(line, now, ticket.work.trace) for line in ticket.work.lines]
        if self._subscriptions and isinstance(ticket.work, Question):
            return self._subscriptions.question(ticket.work, now)
        if self._subscriptions:
            self._subscriptions.delivery(ticket, now)
        return self

    def _push(self, line: push.Line, now: float, trace: str) -> Outcome:
        taken = self._intake.push(line.article, now, trace)
        return push.outcome(line, taken.outcome, taken.id)

    def _tell(self, done: list[tuple[Ticket, Any]]) -> None:
        for ticket, result in done:
            if isinstance(ticket.work, Batch):
                counted = Counter(one.outcome for one in result)
                for outcome, number in counted.items():
                    metrics.PUSHED.labels(outcome).inc(number)
                ids = [one.id for one in result][:NAMED]
                self._log.info("push", outcomes=dict(counted), ids=ids, trace=trace_of(ticket.work.trace))
            self._desk.done(ticket, result)

    def _paths(self) -> Any:
        return self._subscriptions.paths if self._subscriptions else ()


def token(file: str) -> str:
    """Return the token of the file. Raises SettingsError where there is none, or one that could be guessed."""
    name = "NEWSLOOM_PUSH_TOKEN_FILE"
    if not file:
        raise SettingsError(
            f"{name}: with NEWSLOOM_PUSH_PORT a file with a token of {TOKEN_LEAST} characters or more is needed"
        )
    try:
        found = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name}: {file}: {getattr(error, 'strerror', None) or error}") from error
    if len(found) < TOKEN_LEAST or not found.isascii() or not found.isprintable() or " " in found:
        raise SettingsError(f"{name}: {file}: a token of {TOKEN_LEAST} characters or more, ASCII without spaces, is expected")
    return found


def callback(settings: IngestorSettings) -> str:
    """Return the address under which hubs reach this service. Raises SettingsError where they cannot."""
    given = settings.websub_callback
    parts = urlsplit(given)
    allowed = {"https", "http"} if settings.allow_private_addresses else {"https"}
    if parts.scheme not in allowed or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"NEWSLOOM_WEBSUB_CALLBACK={given!r}: a public https address is expected, without query")
    if not settings.push_port:
        raise SettingsError(
            "NEWSLOOM_WEBSUB_CALLBACK: hubs come in by the port that NEWSLOOM_PUSH_PORT names, and it names none"
        )
    return given
