"""What a reader of quotations knows of the article: what is quoted where, who is named where, who spoke last."""

import re
from bisect import bisect_left
from functools import cached_property
from typing import Final

from newsloom_schemas.types import Entity

from newsloom_tagger import entities, marks, names_en, names_zh, speech
from newsloom_tagger.fold import fold
from newsloom_tagger.marks import Quoted
from newsloom_tagger.names_en import Person
from newsloom_tagger.speech import Place

# What stands around a name that is a person's: an age, a description, a verb. And before one that is a place's or a company's.
DESCRIBED: Final = re.compile(
    r",? (?:\d\d\b|who |whose |an? |the |has |had |is |was |says |said |will |took |runs? |told |wrote |used |[a-z]{3,}ed\b)|, "
)
MEMORY: Final = 20_000  # code points in which a surname is looked for again
NEXT: Final = 600  # code points after speech in which more of it may follow
ROLE_BEFORE: Final = re.compile(r"[a-z]{4,}(?:er|or|ist|an|ief|ent|ant|ee|ef|ive) $")
PLACE_BEFORE: Final = re.compile(
    r"(?<!words )(?<![Aa]ccording )\b(?:in|at|of|for|from|with|on|to|near|by|the|outside|inside|across|into|called|named) $"
)


class Article:
    """A text with the people it names. Everything is looked for once, and only where it is asked for."""

    def __init__(self, text: str, known: tuple[Entity, ...] | None = None, folded: str | None = None) -> None:
        """``known`` are the entities of the text; where they are not given they are looked for when they are needed.

        ``folded`` is the text as ``fold`` returns it, for who has it already.
        """
        self.text, self.folded = text, fold(text) if folded is None else folded
        self.speaker: str | None = None
        self.previous: Quoted | None = None
        self._given = known
        self._people: dict[tuple[int, int], Person | None] = {}

    @cached_property
    def quoted(self) -> list[Quoted]:
        """The passages in quotation marks."""
        return list(marks.find(self.text))

    @cached_property
    def chinese(self) -> list[tuple[int, str]]:
        """The Chinese names outside of quotations and where they end, in order."""
        found = {(p.start, p.end) for p in names_zh.mentions(self.folded)} | self._known
        ends = {end for _, end in found}
        also = {(start, end) for start, end in found if self.text[start - 1 : start] in ("（", "(") and start - 1 in ends}
        return sorted((end, self.text[start:end]) for start, end in found - also if not self._in_quotes(start))

    @cached_property
    def english(self) -> list[tuple[int, str]]:
        """The names of two words or more, outside of quotations, that look like people's, and where they end, in order."""
        several = (run for run in self._runs if " " in self.text[run[0] : run[1]])
        people = (person for run in several if (person := self._trimmed(run)))
        found = {(start, end) for start, end in people if self._person(start, end)} | self._known
        return sorted((end, self.text[start:end]) for start, end in found if not self._in_quotes(start))

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        """Where English words with capitals follow each other."""
        return names_en.runs(self.text)

    def _trimmed(self, run: tuple[int, int]) -> Person | None:
        if run not in self._people:
            self._people[run] = names_en.trimmed(self.text, *run)
        return self._people[run]

    def people(self, start: int, end: int) -> list[Person]:
        """Return who may be named in ``text[start:end]``, in order; what is known as a place or company is left out."""
        low, high = bisect_left(self._runs, (start, 0)), bisect_left(self._runs, (end, 0))
        named = (person for run in self._runs[low:high] if (person := self._trimmed(run)))
        return [p for p in named if not self.after_preposition(p.start) and self.text[p.start : p.end] not in self.companies]

    @cached_property
    def verbs(self) -> list[Place]:
        """Where verbs of speech stand in English, in order."""
        return [(start, end) for start, end, word in self._said if word not in speech.PRONOUNS]

    @cached_property
    def pronouns(self) -> list[Place]:
        """Where he and she stand, in order."""
        return [(start, end) for start, end, word in self._said if word in speech.PRONOUNS]

    @cached_property
    def _said(self) -> list[tuple[int, int, str]]:
        return speech.english().said.find(self.text)

    @cached_property
    def _known(self) -> set[tuple[int, int]]:
        """The people of the gazetteer."""
        return {(m.start, m.end) for e in self._entities if e.type == "person" for m in e.mentions}

    @cached_property
    def companies(self) -> frozenset[str]:
        """The companies of the gazetteer, as written: they speak, but have no voice."""
        return frozenset(m.text for e in self._entities if e.type == "company" for m in e.mentions)

    @cached_property
    def _entities(self) -> tuple[Entity, ...]:
        return entities.find("", self.text) if self._given is None else self._given

    def _person(self, start: int, end: int) -> bool:
        if " " not in self.text[start:end] or self.after_preposition(start):
            return False
        surname = self.text[start:end].split()[-1]
        if ROLE_BEFORE.search(self.text, max(0, start - 16), start) or DESCRIBED.match(self.text, end):
            return True
        return self.text.count(surname, 0, MEMORY) > 1

    def after_preposition(self, start: int) -> bool:
        """Whether a preposition before it makes a name that of a place or a company: a founder in Hangzhou."""
        return bool(PLACE_BEFORE.search(self.text, max(0, start - 16), start))

    def _in_quotes(self, at: int) -> bool:
        i = bisect_left(self.quoted, (at + 1,)) - 1
        return i >= 0 and self.quoted[i].outer_start <= at < self.quoted[i].outer_end

    def follows(self, q: Quoted) -> bool:
        """Whether a passage stands in the paragraph of the speech before it, or is the whole next paragraph."""
        if self.previous is None or q.outer_start - self.previous.outer_end > NEXT:
            return False
        between = self.text[self.previous.outer_end : q.outer_start]
        lines = between.count("\n") - between.count("\n\n")
        whole = between.endswith("\n") and self.text[q.outer_end : q.outer_end + 1] in ("", "\n")
        return not lines or (lines == 1 and whole)

    def named_before(self, at: int, *, english: bool, since: int = 0) -> str | None:
        """Return the person named last before ``at``, not before ``since``."""
        people = self.english if english else self.chinese
        i = bisect_left(people, (at + 1, "")) - 1
        return people[i][1] if i >= 0 and people[i][0] > since else None

    def full_name(self, name: str) -> str:
        """Return the full name of somebody called by surname: Ferrante is Lucia Ferrante where the text says so."""
        if " " in name:
            return name
        return next((full for _, full in self.english if full.split()[-1] == name), name)


def within(places: list[Place], start: int, end: int) -> list[Place]:
    """Return those of the places, in order, that lie in ``[start, end)``."""
    return [p for p in places[bisect_left(places, (start, 0)) : bisect_left(places, (end, 0))] if p[1] <= end]
