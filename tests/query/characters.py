"""What Elasticsearch makes of each character: how it folds it, and what it is to the rules for words.

    python -m tests.query      writes services/query/newsloom_query/{folding,classes}.json anew, some minutes

No two releases of Unicode have the same letters, and Python's, Lucene's and the tables of `regex` are of different ones. So the
classes of `regex` are only guesses, tried in turn until our tokens of a few probes are those of Elasticsearch.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import regex
from elasticsearch import Elasticsearch
from newsloom_query import analysis
from newsloom_schemas.index import ALIAS

FILTERS = ["cjk_width", "lowercase", "asciifolding"]
BATCH = 1_000
PROBES = ("@", "a@b", "1@2", "テ@ス", "人@人", "@x")
GUESSES = {
    "p": r"\p{Extended_Pictographic}",
    "L": r"\p{WB=ALetter}",
    "H": r"[\p{WB=ALetter}&&\p{Script=Hangul}]",
    "B": r"\p{WB=Hebrew_Letter}",
    "N": r"[\p{WB=Numeric}\uff10-\uff19]",
    "K": r"\p{WB=Katakana}",
    "m": r"\p{WB=MidLetter}",
    "n": r"\p{WB=MidNum}",
    "q": r"\p{WB=MidNumLet}",
    "s": r"\p{WB=Single_Quote}",
    "d": r"\p{WB=Double_Quote}",
    "x": r"\p{WB=ExtendNumLet}",
    "C": r"\p{Line_Break=Complex_Context}",
    "h": r"\p{Script=Han}",
    "g": r"\p{Script=Hiragana}",
    "e": r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]",
    "R": r"\p{WB=Regional_Indicator}",
}  # later ones go over earlier ones


def characters() -> list[str]:
    """Return those of the first planes that can be part of a line."""
    return [chr(c) for c in range(0x21, 0x20000) if not 0xD800 <= c < 0xE000 and not chr(c).isspace()]


def foldings(client: Elasticsearch) -> dict[str, str]:
    """Return plain → the characters that fold to it."""
    found: dict[str, str] = defaultdict(str)
    tokenizer = {"type": "pattern", "pattern": "\n"}
    for part in batches(characters()):
        answer = client.indices.analyze(tokenizer=tokenizer, filter=FILTERS, text="\n".join(part))["tokens"]
        for character, token in zip(part, answer, strict=True):
            if token["token"] != character:
                found[token["token"]] += character
    return dict(sorted(found.items()))


def guesses() -> dict[str, str]:
    """Return character → its class as `regex` has it."""
    text = "".join(characters())
    return {m.group(): letter for letter, p in GUESSES.items() for m in regex.finditer(f"(?V1){p}", text)}


def tokens(client: Elasticsearch, lines: Sequence[str]) -> list[list[str]]:
    """Return the terms of each line as the index has them."""
    ends, at = [], 0
    for line in lines:
        at += len(line.encode("utf-16-le")) // 2 + 1
        ends.append(at)
    found: list[list[str]] = [[] for _ in lines]
    answer = client.indices.analyze(index=ALIAS, field="article.content", text="\n".join(lines))["tokens"]
    line = 0
    for token in answer:
        while token["start_offset"] >= ends[line]:
            line += 1
        found[line].append(token["token"])
    return found


def ours(line: str) -> list[str]:
    return [term for t in analysis.tokens(line) for term in dict.fromkeys((t.plain, t.stem))]


def classes(client: Elasticsearch) -> dict[str, str]:
    """Return class → the ranges of its characters, in hexadecimal."""
    guessed = guesses()
    found = {c: _class(c, guessed.get(c, "."), theirs) for c, theirs in _probed(client)}
    known = {c: letter for c, letter in found.items() if letter != "."}
    return {letter: " ".join(_ranges(c for c in known if known[c] == letter)) for letter in GUESSES}


def _probed(client: Elasticsearch) -> Iterator[tuple[str, list[list[str]]]]:
    for part in batches(characters()):
        answers = [tokens(client, [probe.replace("@", c) for c in part]) for probe in PROBES]
        yield from zip(part, ([answer[n] for answer in answers] for n in range(len(part))), strict=True)


def _class(character: str, guess: str, theirs: list[list[str]]) -> str:
    lines = [probe.replace("@", character) for probe in PROBES]
    table = analysis.classes()
    for letter in (guess, ".", "L", "e", "p", *GUESSES):
        table[ord(character)] = ord(letter)
        if [ours(line) for line in lines] == theirs:
            return letter
    table[ord(character)] = ord(guess)
    print(f"{character!r} {ord(character):x}: no class fits, {guess} stays: {theirs}")
    return guess


def _ranges(found: Iterable[str]) -> Iterator[str]:
    codes = sorted(map(ord, found))
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        first, *rest = [code for _, code in run]
        yield f"{first:x}-{rest[-1]:x}" if rest else f"{first:x}"


def batches(all_of: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(all_of), BATCH):
        yield all_of[at : at + BATCH]


def written(table: Mapping[str, str]) -> str:
    """Return the table as it is committed: an entry on a line."""
    import json

    lines = (f"{json.dumps(k, ensure_ascii=False)}: {json.dumps(v, ensure_ascii=False)}" for k, v in table.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"
