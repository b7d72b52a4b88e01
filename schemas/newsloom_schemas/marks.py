"""What was done about dead letters, said on news.dead itself: marks, records beside the letters.

A record of Kafka cannot be changed, and only the oldest ones can be deleted. So news.dead is read as a log: a letter is open
until a mark names it. A mark's value is its JSON, ``ce_type`` tells it from a letter (docs/decisions/0014-ledger.md).
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from newsloom_schemas.codec import InvalidMessageError, Message, decode, encode, event_type, header, schema_name
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import DEAD
from newsloom_schemas.types import Time

State = Literal["dead", "replayed", "purged"]
KEY: Final = b"newsloom.mark"  # one key, so one partition: marks are read in the order in which they were made


class Case(Struct, frozen=True, array_like=True):
    """What is remembered of a record whose letter has been deleted: who buried it, where it lay, what became of it.

    ``again``: it was of an article that was tagged anew.
    """

    service: str
    topic: str
    partition: int
    offset: int
    state: State
    letter: str = ""
    trace: str | None = None
    replay_of: str | None = None
    again: bool = False


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done about ``letters``, each named by PARTITION:OFFSET of news.dead.

    ``replaying``: they are being sent; their records may lie on their topics from ``fence`` on (topic → partition → offset).
    ``replayed``: they have been. ``kept``: they were refused, and are open as before. ``purged``: nobody wants them any more.
    ``cut``: what lies below these offsets of news.dead is told by ``cases``, all of them, and may be deleted.
    """

    deed: Literal["replaying", "replayed", "kept", "purged", "cut"]
    at: Time
    letters: tuple[str, ...] = ()
    fence: Mapping[str, Mapping[int, int]] = {}
    cut: Mapping[int, int] = {}
    cases: tuple[Case, ...] = ()


def mark_message(mark: Mark) -> Message:
    """Return the record that says so."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": f"{mark.deed}@{mark.at.isoformat()}",
        "ce_type": event_type(Mark),
        "ce_source": "/newsloom/cli",
        "ce_time": mark.at.isoformat(),
        "ce_dataschema": schema_name(Mark),
        "content-type": "application/json",
    }
    return Message(DEAD, KEY, encode(mark), tuple((name, text.encode()) for name, text in attributes.items()))


def read_mark(record: Origin) -> Mark | None:
    """Return the mark that a record of news.dead is; None where it is a letter."""
    if record.key != KEY or header(record.headers, "ce_type") != event_type(Mark):
        return None
    try:
        return decode(Mark, record.value)
    except InvalidMessageError:  # of a later version, or by who knows whom: it marks nothing
        return None
