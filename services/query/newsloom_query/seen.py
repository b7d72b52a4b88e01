"""A TaggedArticle → what a search asks of it, each thing made once and only if it is asked for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from newsloom_schemas.types import Feed, FieldName, TaggedArticle

from newsloom_query import analysis
from newsloom_query.analysis import Token

FIELDS: Final[tuple[FieldName, ...]] = ("title", "content")
Places = Mapping[str, Sequence[int]]  # term → its positions


class Text:
    """A field of an article as the index has it."""

    def __init__(self, text: str) -> None:
        """Take the text; it is read when it is searched."""
        self.text = text

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens, by position."""
        return analysis.tokens(self.text)

    @cached_property
    def places(self) -> Places:
        """Where each term stands: a word and its stem are two terms at one place."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, token in enumerate(self.tokens):
            found[token.plain].append(position)
            if token.stem != token.plain:
                found[token.stem].append(position)
        return found

    @cached_property
    def terms(self) -> Sequence[str]:
        """The terms, sorted: those that begin alike stand together."""
        return sorted(self.places)

    @cached_property
    def seconds(self) -> Mapping[str, Sequence[str]]:
        """The terms of two characters, by the second one."""
        found: dict[str, list[str]] = defaultdict(list)
        for term in self.places:
            if len(term) == 2:
                found[term[1]].append(term)
        return found


class Seen:
    """An article that is searched, once or by a thousand searches."""

    def __init__(self, tagged: TaggedArticle) -> None:
        """Take the article."""
        self.tagged = tagged
        self.texts: dict[FieldName, Text] = {"title": Text(tagged.article.title), "content": Text(tagged.article.content)}

    @cached_property
    def themes(self) -> Mapping[str, float]:
        """Theme → its score."""
        return {t.id: t.score for t in self.tagged.themes}

    @cached_property
    def entities(self) -> frozenset[str]:
        """Ids of the companies, people and products in it."""
        return frozenset(e.id for e in self.tagged.entities)

    @cached_property
    def at(self) -> datetime:
        """When it was published, or else fetched; to the millisecond, as the index has it."""
        at = (self.tagged.article.published_at or self.tagged.article.fetched_at).astimezone(UTC)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """The feeds that brought it."""
        first = self.tagged.article.feed
        return (*((first,) if first else ()), *self.tagged.article.also_in)
