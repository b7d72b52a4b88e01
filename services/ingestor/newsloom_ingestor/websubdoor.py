"""/websub/… → a hub's questions and deliveries, handed to the shell; its answers."""

from collections.abc import Callable, Collection
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from newsloom_ingestor.inbound import Answer, Head
from newsloom_ingestor.inboundqueue import BusyError, Desk
from newsloom_ingestor.pushdoor import SOON, refusal

PREFIX: Final = "/websub/"
FIELDS: Final = 30  # of a query
UNKNOWN: Final = Answer(404, refusal("not known here"))
GONE: Final = Answer(410, refusal("not subscribed"))  # by which a hub may end the subscription (section 7)


class Question(NamedTuple):
    """A hub asks whether a subscription is meant, or says that it is denied. The shell returns the challenge, or None."""

    path: str
    query: dict[str, str]
    parts: int = 1


class Delivery(NamedTuple):
    """A hub brings a document. The shell returns whether it is kept for good, or ignored for good."""

    path: str
    content_type: str
    signature: str
    body: bytes
    trace: str = ""  # the traceparent that it came with
    parts: int = 50  # a document has about as many articles


class WebSubDoor:
    """Answers hubs. ``paths()`` are those of the subscriptions that are held; ``away()`` says why nothing can be taken now."""

    def __init__(self, desk: Desk, away: Callable[[], str], paths: Callable[[], Collection[str]]) -> None:
        self._desk, self._away, self._paths = desk, away, paths

    def admit(self, head: Head) -> Answer | None:
        """Refuse what can be refused before the body is read."""
        if head.method not in {"GET", "POST"}:
            return Answer(405, refusal("GET or POST"), headers=(("Allow", "GET, POST"),))
        if head.path.removeprefix(PREFIX) not in self._paths():
            return GONE if head.method == "POST" else UNKNOWN
        away = self._away()
        return Answer(503, refusal(away), headers=(SOON,)) if away else None

    async def answer(self, head: Head, body: bytes) -> Answer:
        """Answer a question at once, a delivery when its articles are acknowledged by Kafka: then no hub need try again."""
        path = head.path.removeprefix(PREFIX)
        kind, signature, trace = (head.headers.get(name, "") for name in ("content-type", "x-hub-signature", "traceparent"))
        asked = head.method == "GET"
        try:
            work = Question(path, _query(head.query)) if asked else Delivery(path, kind, signature, body, trace)
            (result,) = await self._desk.through([work], self._away)
        except ValueError:  # too many fields
            return UNKNOWN
        except BusyError as error:
            return Answer(503, refusal(str(error)), headers=(SOON,))
        if asked:  # section 8.2: a media type that no browser would run
            return UNKNOWN if result is None else Answer(200, result.encode(), "application/octet-stream")
        return Answer(204) if result else GONE


def _query(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=FIELDS)
    return {name: value for name, value in reversed(pairs)}  # noqa: C416 - of several of one name the first counts
