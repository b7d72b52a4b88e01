"""A stretch of a field → the sentence around it."""

from typing import Final

from newsloom_schemas.types import Span

from newsloom_tagger.reading import Field

SPACE: Final = " \t\r\n\u3000"


def sentence(field: Field, start: int, end: int) -> Span:
    """Return the sentence around a stretch, or the sentences that it goes through, without the space around them."""
    ends = field.sentences
    first, last = ends.searchsorted(start, "right"), ends.searchsorted(end, "left")
    begin = int(ends[first - 1]) if first else 0
    stop = int(ends[last]) if last < len(ends) else len(field.text)
    text = field.text[begin:stop]
    return Span(start=begin + len(text) - len(text.lstrip(SPACE)), end=begin + len(text.rstrip(SPACE)))
