"""title and content → the companies, people and products of the gazetteer that they name, with every mention.

One pass over each field finds all names and all context words. A name with other meanings (苹果, Meta, Arm) counts where
context speaks for it, and then everywhere in the article: one sense per discourse (Gale, Church and Yarowsky 1992).
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from newsloom_schemas.types import Entity, FieldName, Mention

from newsloom_tagger.fold import fold
from newsloom_tagger.gazetteer import WORD, Gazetteer, Known, Name, load

NEAR: Final = 90  # code points on either side in which a context word speaks for a name: about a sentence
COMPANY: Final = 20  # code points in which another company speaks for a company
GOES_ON: Final = WORD | {"."}  # behind a name they may make it a longer one
BESIDE: Final = 12  # code points in which a word speaks against it: a longer name or a fixed phrase
# $ARM, (NYSE: ARM), ARM.O, ARM US, 688256.SH, （688256）: how the press writes a share.
EXCHANGES: Final = "nasdaq|nyse|nyse american|lse|hkex|sse|szse|twse|krx|纳斯达克|纽交所|港交所|上交所|深交所|科创板|代码|代号"
SHARE_BEFORE: Final = re.compile(rf"(?:\$|(?:{EXCHANGES})\s?[:：]\s?)$")
SHARE_AFTER: Final = re.compile(r"\.(?:o|n|us|l|as|pa|de|t|hk|sh|ss|sz|tw|ks|kq)(?![a-z0-9])| us\b|(?<=\d)[)）]")
# A capital in mid-sentence, no other capitalised word beside it: a proper noun. In Chinese text any Latin word is one.
PROPER_BEFORE: Final = re.compile(r"(?:[a-z0-9,;:%'’)] |[一-龥（、“(])$")
PROPER_AFTER: Final = re.compile(r"(?! ?[A-Z])")


class Candidate(NamedTuple):
    """A place where a name of the gazetteer is spelt."""

    field: FieldName
    start: int
    end: int
    name: Name


class Seen(NamedTuple):
    """A field with its candidates; where each context word begins, each sure name of a company, each sure name of a product."""

    text: str
    folded: str
    candidates: list[Candidate]
    words: dict[str, list[int]]
    companies: list[int]
    products: set[int]


def find(
    title: str, content: str, gazetteer: Gazetteer | None = None, folded: tuple[str, str] | None = None
) -> tuple[Entity, ...]:
    """Return the known entities in order of their first mention, title first. Total: any strings will do.

    ``folded`` are title and content as ``fold`` returns them, for who has them already.
    """
    known = gazetteer or load()
    texts: dict[FieldName, str] = {"title": title, "content": content}
    read = zip(texts.items(), folded or (fold(title), fold(content)), strict=True)
    accepted = _accept({field: _look(field, text, plain, known) for (field, text), plain in read})
    mentions: dict[Known, list[Mention]] = {}
    for c in _longest(accepted):
        mention = Mention(field=c.field, start=c.start, end=c.end, text=texts[c.field][c.start : c.end])
        mentions.setdefault(c.name.entity, []).append(mention)
    return tuple(Entity(id=e.id, name=e.name, type=e.kind, mentions=tuple(found)) for e, found in mentions.items())


def _look(field: FieldName, text: str, folded: str, known: Gazetteer) -> Seen:
    """Find every name and context word of the field that is spelt as a word of its own."""
    seen, spellings, size = Seen(text, folded, [], defaultdict(list), [], set()), known.spellings, len(folded)
    for pattern, start, end in known.automaton.find_matches_as_indexes(folded, overlapping=True):
        spelt, names, speaks, opens, closes = spellings[pattern]
        if opens and start and folded[start - 1] in WORD:
            continue
        if closes and end < size and folded[end] in GOES_ON and _goes_on(folded, end):
            continue
        if speaks:
            seen.words[spelt].append(start)
        for name in names:
            _note(seen, Candidate(field, start, end, name))
    return seen


def _note(seen: Seen, c: Candidate) -> None:
    """Remember a candidate that is written as its name demands."""
    if not _spelt(c.name, seen.text[c.start : c.end]) or (c.name.marked and not _share(seen.folded, c.start, c.end)):
        return
    seen.candidates.append(c)
    if c.name.sure and c.name.entity.kind == "company":
        seen.companies.append(c.start)
    elif c.name.sure and c.name.entity.kind == "product":
        seen.products.add(c.start)


def _spelt(name: Name, written: str) -> bool:
    """Whether a name is written as its row demands."""
    return name.written in (None, written) and not (name.capital and written[0].islower())


def _goes_on(text: str, end: int) -> bool:
    """Whether a Latin letter or digit makes a word longer: metadata is not Meta, GPT-5.1 not GPT-5."""
    following = text[end]
    if following == ".":
        return text[end - 1].isdigit() and text[end + 1 : end + 2].isdigit()
    return following in WORD


def _share(text: str, start: int, end: int) -> bool:
    return bool(SHARE_BEFORE.search(text[max(0, start - 20) : start]) or SHARE_AFTER.match(text, end))


def _accept(fields: dict[FieldName, Seen]) -> list[Candidate]:
    """Return the candidates that mean their entity."""
    candidates = [c for seen in fields.values() for c in seen.candidates]
    possible = [c for c in candidates if not _against(c, fields[c.field])]
    spoken = {w for seen in fields.values() for w in seen.words}
    meant = {c.name.entity.id for c in possible if c.name.sure}
    meant |= {c.name.entity.id for c in possible if not c.name.sure and _for(c, fields[c.field], spoken)}
    return [c for c in possible if c.name.entity.id in meant]


def _against(c: Candidate, seen: Seen) -> bool:
    """Whether a word speaks against it: one that holds the name must cover it (高通胀), others must stand beside it."""
    called = seen.folded[c.start : c.end]
    for word in c.name.without & seen.words.keys():
        inner = word.find(called)
        if inner >= 0 and seen.folded.startswith(word, max(0, c.start - inner)):
            return True
        if inner < 0 and _within(seen.words[word], c.start - BESIDE, c.end + BESIDE):
            return True
    return False


def _for(c: Candidate, seen: Seen, spoken: set[str]) -> bool:
    if c.name.proper and PROPER_BEFORE.search(seen.text, max(0, c.start - 2), c.start) and PROPER_AFTER.match(seen.text, c.end):
        return True
    if c.name.entity.kind == "company" and c.start in seen.products:
        return True  # Amazon Bedrock: a product names its maker
    if c.name.entity.kind == "company" and _within(seen.companies, c.start - COMPANY, c.end + COMPANY):
        return True  # Oracle and CoreWeave: companies are named in a row
    near = c.name.near & seen.words.keys()
    return bool(c.name.article & spoken) or any(_within(seen.words[w], c.start - NEAR, c.end + NEAR) for w in near)


def _within(starts: Sequence[int], low: int, high: int) -> bool:
    at = bisect_left(starts, low)
    return at < len(starts) and starts[at] < high


def _longest(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield the candidates from left to right, without those inside a longer name.

    A product's name may begin with its maker's (DeepSeek-R1): then both are named.
    """
    outer: Candidate | None = None
    for c in sorted(candidates, key=lambda c: (c.field != "title", c.start, -c.end)):
        inside = outer and c.field == outer.field and c.start < outer.end
        if not inside:
            outer = c
        elif not (outer and _maker(outer, c)):
            continue
        yield c


def _maker(outer: Candidate, inner: Candidate) -> bool:
    kinds = (outer.name.entity.kind, inner.name.entity.kind)
    return kinds == ("product", "company") and outer.start == inner.start
