"""What a person types → the tree of a query, or the one sentence that says what is wrong and where. Pure.

    query    = sequence { "|" sequence }
    sequence = part { part }
    part     = [ "-" ] ( "(" query ")" | "…" [ "*" ] | field | word [ "*" ] )

A sign is one only where it stands as one: a minus or a parenthesis before a word, a colon behind the name of a field. Elsewhere
it is a character of a word: GPT-4, f(x), https://…, 10:30. Signs of a Chinese keyboard are as good as plain ones. OR and NOT in
capitals are ``|`` and ``-``, as elsewhere.
"""

import re
from datetime import datetime
from itertools import groupby
from typing import Final

from newsloom_query import fields
from newsloom_query.cursor import SIGNIFICANT, Cursor
from newsloom_query.errors import QueryError
from newsloom_query.tree import All, Beginning, Either, Node, Not, Phrase, Query, Words, alternatives, parts

LONGEST: Final = 2_000  # code points of a query
DEEPEST: Final = 20  # parentheses within each other
SIGNS: Final = str.maketrans("“”„‟＂「」『』｜－：＞＜＝（）＊", '"""""""""|-:><=()*') | dict.fromkeys(
    range(0xD800, 0xE000), "\ufffd"
)
BAR: Final = re.compile(r"\||OR(?=\s)")
MINUS: Final = re.compile(r'-(?=["(]|[^\s"|)]*?[^\W_])|NOT\s+(?=[^\s|)])')
STAR: Final = re.compile(r"\*")


def parse(text: str, now: datetime) -> Query:
    """Return what the query means; spans of time count back from ``now``. An empty one, and ``*``, mean every article.

    Raises QueryError.
    """
    if len(text) > LONGEST:
        raise QueryError(f"a query is at most {LONGEST:,} characters long, and this one is {len(text):,}", LONGEST)
    if text.strip() in {"", "*"}:
        return Query(All(), text)
    cursor = Cursor(text.translate(SIGNS), now)
    root = _query(cursor, 0)
    if root is None:
        raise QueryError("there is no word in this", 0)
    return Query(root, text)


def _query(cursor: Cursor, depth: int) -> Node | None:
    """Return what is read up to the end or the parenthesis that closes; None where that is nothing."""
    found = [_sequence(cursor, depth)]
    while bar := cursor.take(BAR):
        found.append(_sequence(cursor, depth))
        for side, node in zip(("before", "behind"), found[-2:], strict=True):
            if node is None:
                raise QueryError(f"nothing stands {side} this {bar.group()}", bar.start())
    nodes = tuple(dict.fromkeys(a for node in found if node for a in alternatives(node)))
    return Either(nodes) if len(nodes) > 1 else nodes[0] if nodes else None


def _sequence(cursor: Cursor, depth: int) -> Node | None:
    found: list[Node] = []
    while cursor.skip() < len(cursor.text) and not BAR.match(cursor.text, cursor.at):
        if cursor.peek() == ")" and cursor.opened:
            if not depth:
                raise QueryError("this parenthesis closes none", cursor.at)
            break
        found += parts(_part(cursor, depth))
    nodes = tuple(_joined(found))
    return All(nodes) if len(nodes) > 1 else nodes[0] if nodes else None


def _joined(nodes: list[Node]) -> list[Node]:
    """Return the conditions with free words that stand beside each other as one; words without a letter or digit are none."""
    joined: list[Node] = []
    for free, run in groupby(nodes, lambda n: isinstance(n, Words)):
        if not free:
            joined += run
        elif SIGNIFICANT.search(text := " ".join(n.text for n in run if isinstance(n, Words))):
            joined.append(Words(text))
    return joined


def _part(cursor: Cursor, depth: int) -> Node:
    """Return a condition or what it excludes. Several minus signs are one: nobody excludes what he excludes."""
    start = cursor.at
    while cursor.take(MINUS):
        pass
    excluded = cursor.at > start
    node = _condition(cursor, depth)
    if not excluded or (isinstance(node, Words) and not SIGNIFICANT.search(node.text)):
        return node
    return node.node if isinstance(node, Not) else Not(node)


def _condition(cursor: Cursor, depth: int) -> Node:
    if cursor.peek() == '"':
        return _phrase(cursor)
    if cursor.peek() == "(":
        return _group(cursor, depth + 1)
    return fields.read(cursor) or _word(cursor)


def _phrase(cursor: Cursor) -> Node:
    start = cursor.at
    text = cursor.quoted()
    if not SIGNIFICANT.search(text):
        raise QueryError("there is no word between these quotation marks", start)
    return Beginning(text) if cursor.take(STAR) else Phrase(text)


def _group(cursor: Cursor, depth: int) -> Node:
    start = cursor.at
    if depth > DEEPEST:
        raise QueryError(f"more than {DEEPEST} parentheses within each other", start)
    cursor.at, cursor.opened = start + 1, True
    node = _query(cursor, depth)
    if cursor.peek() != ")":
        raise QueryError("this parenthesis is not closed", start)
    if node is None:
        raise QueryError("there is no word between these parentheses", start)
    cursor.at += 1
    return node


def _word(cursor: Cursor) -> Node:
    word = cursor.word()
    stem = word.rstrip("*")
    if stem != word and SIGNIFICANT.search(stem):
        return Beginning(stem)
    return Words(word.lstrip("-") or word)
