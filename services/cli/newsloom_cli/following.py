"""Records as they arrive → articles, each once. Pure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from newsloom_schemas.codec import InvalidMessageError, decode, event_id
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle

Wanted = Callable[[TaggedArticle], bool]
REMEMBERED: Final = 10_000  # articles: what comes twice comes soon after


def topics(themes: Iterable[str]) -> list[str]:
    """Return the topics to read: those of the themes, each once, or all articles' where no theme is asked for."""
    return [theme_topic(t) for t in dict.fromkeys(themes)] or [TAGGED]


def articles(
    records: Iterable[Any], most: int | None, tell: Callable[[str], None], wanted: Wanted = bool
) -> Iterator[tuple[Any, TaggedArticle]]:
    """Yield (record, article) of what is wanted, up to ``most`` times; ``tell`` hears of records that are no articles."""
    return islice(((record, article) for record, article in _once(records, tell) if wanted(article)), most)


def one_line(value: bytes) -> bytes:
    """Return the record's own JSON as one line: between its tokens a line break is as good as a space, inside it has none."""
    return value.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


def _once(records: Iterable[Any], tell: Callable[[str], None]) -> Iterator[tuple[Any, TaggedArticle]]:
    seen: OrderedDict[Hashable, None] = OrderedDict()
    for record in records:
        try:
            article = decode(TaggedArticle, record.value)
        except InvalidMessageError as error:
            tell(f"{record.topic} {record.partition}:{record.offset} is no article: {error}")
            continue
        if (event := event_id(article)) not in seen:
            seen[event] = None
            yield record, article
        if len(seen) > REMEMBERED:
            seen.popitem(last=False)
