"""What a query means, as a tree that is neither text nor JSON: all, any or none of conditions. Pure.

``str`` of a query is a text that parses to the same tree again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias

Scope = Literal["title", "article"]  # the article: its title or its content
BARE: Final = re.compile(r"[\w.@/&:-]*\w")  # a value that needs no quotation marks


@dataclass(frozen=True, slots=True)
class Words:
    """Free words: each of them, or what means the same, is there."""

    text: str

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are there as they stand, one behind the other."""

    text: str
    scope: Scope = "article"

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f'{_scope(self.scope)}"{self.text}"'


@dataclass(frozen=True, slots=True)
class Beginning:
    """Words as a phrase, of which the last may go on."""

    text: str
    scope: Scope = "article"

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f'{_scope(self.scope)}"{self.text}"*'


@dataclass(frozen=True, slots=True)
class Limits:
    """Between two numbers, or beyond one of them. A bound itself is within, save an ``open`` one."""

    low: float | None = None
    high: float | None = None
    open: bool = False

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        if self.low is not None and self.high is not None:
            return f" {self.low!r}..{self.high!r}"
        if self.low is None and self.high is None:
            return ""
        sign = "<" if self.low is None else ">"
        return f"{sign}{'' if self.open else '='}{self.high if self.low is None else self.low!r}"


@dataclass(frozen=True, slots=True)
class HasTheme:
    """The article has the theme, with a score within the limits."""

    id: str
    limits: Limits = Limits()

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"theme:{self.id}{self.limits}"


@dataclass(frozen=True, slots=True)
class HasEntity:
    """The tagger found one of these entities, all of which ``name`` can mean."""

    kind: str = field(compare=False)
    name: str = field(compare=False)
    ids: tuple[str, ...]

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"{self.kind}:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class HasFigure:
    """A sum of this currency, or a quantity of this unit, any part of which is within the limits."""

    path: Literal["amounts", "quantities"]
    unit: str
    limits: Limits

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"amount{self.limits} {self.unit}" if self.path == "amounts" else f"{self.unit}{self.limits}"


@dataclass(frozen=True, slots=True)
class Speaks:
    """Someone is quoted whose name has one of ``names`` in it; ``name`` is how it was typed."""

    name: str = field(compare=False)
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"speaker:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class From:
    """A feed that brought the article is on this host or a part of it, or its title holds this."""

    name: str

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"source:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The language that was found in the article, as ISO 639-1 has it."""

    code: str

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class CameAs:
    """How the article came in."""

    origin: str

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"origin:{self.origin}"


@dataclass(frozen=True, slots=True)
class Since:
    """Published then or later; where no date is known, fetched."""

    at: datetime

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"since:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Until:
    """Published then or before; where no date is known, fetched."""

    at: datetime

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return f"until:{self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class Not:
    """The article does not meet the condition."""

    node: "Node"

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        text = str(self.node)
        if isinstance(self.node, All | Either) or (isinstance(self.node, Words) and " " in text):
            return f"-({text})"
        return f"-{text}" if text[0].isalnum() or not isinstance(self.node, Words) else f"NOT {text}"


@dataclass(frozen=True, slots=True)
class All:
    """The article meets all of the conditions. None: every article does."""

    nodes: tuple["Node", ...] = ()

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return " ".join(f"({n})" if isinstance(n, All | Either) else str(n) for n in self.nodes)


@dataclass(frozen=True, slots=True)
class Either:
    """The article meets one of two or more conditions."""

    nodes: tuple["Node", ...]

    def __str__(self) -> str:
        """Return the condition as it is typed."""
        return " | ".join(map(str, self.nodes))


Leaf: TypeAlias = (
    Words | Phrase | Beginning | HasTheme | HasEntity | HasFigure | Speaks | From | InLanguage | CameAs | Since | Until
)
Node: TypeAlias = Leaf | Not | All | Either


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read. Two are equal that mean the same; ``text`` is what was typed."""

    root: Node
    text: str = field(compare=False)

    @property
    def everything(self) -> bool:
        """Whether every article is meant."""
        return self.root == All()

    def __str__(self) -> str:
        """Return a text that parses to the same."""
        return str(self.root) or "*"


def alternatives(node: Node) -> tuple[Node, ...]:
    """Return what ``|`` parts: at least one."""
    return node.nodes if isinstance(node, Either) else (node,)


def parts(node: Node) -> tuple[Node, ...]:
    """Return the conditions of an alternative."""
    return node.nodes if isinstance(node, All) else (node,)


def leaves(node: Node, kinds: tuple[type, ...]) -> Iterator[Leaf]:
    """Yield the conditions of these kinds that speak for an article: none that is excluded."""
    if isinstance(node, All | Either):
        for child in node.nodes:
            yield from leaves(child, kinds)
    elif isinstance(node, kinds) and not isinstance(node, Not):
        yield node


def _scope(scope: Scope) -> str:
    return "title:" if scope == "title" else ""


def _value(text: str) -> str:
    return text if BARE.fullmatch(text) else f'"{text}"'
