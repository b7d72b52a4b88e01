"""Records as they arrive → articles, each once. Pure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeVar

from newsloom_schemas.alerts import Alert
from newsloom_schemas.codec import InvalidMessageError, decode, event_id
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle

Wanted = Callable[[TaggedArticle], bool]
REMEMBERED: Final = 10_000  # events: what comes twice comes soon after
NAMES: Final[dict[type, str]] = {TaggedArticle: "no article", Alert: "no alert"}
T = TypeVar("T")


def topics(themes: Iterable[str]) -> list[str]:
    """Return the topics to read: those of the themes, each once, or all articles' where no theme is asked for."""
    return [theme_topic(t) for t in dict.fromkeys(themes)] or [TAGGED]


def articles(
    records: Iterable[Any], most: int | None, tell: Callable[[str], None], wanted: Wanted = bool
) -> Iterator[tuple[Any, TaggedArticle]]:
    """Yield (record, article) of what is wanted, up to ``most`` times; ``tell`` hears of records that are no articles."""
    found = once(records, TaggedArticle, event_id, tell)
    return islice(((record, article) for record, article in found if wanted(article)), most)


def one_line(value: bytes) -> bytes:
    """Return the record's own JSON as one line: between its tokens a line break is as good as a space, inside it has none."""
    return value.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def once(
    records: Iterable[Any], kind: type[T], event: Callable[[T], Hashable], tell: Callable[[str], None]
) -> Iterator[tuple[Any, T]]:
    """Yield (record, what it says), each event once; ``tell`` hears of records that are not of this kind."""
    seen: OrderedDict[Hashable, None] = OrderedDict()
    for record in records:
        try:
            value = decode(kind, record.value)
        except InvalidMessageError as error:
            tell(f"{record.topic} {record.partition}:{record.offset} is {NAMES[kind]}: {error}")
            continue
        if (name := event(value)) not in seen:
            seen[name] = None
            yield record, value
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)
