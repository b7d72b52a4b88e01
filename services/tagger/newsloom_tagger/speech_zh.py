"""A passage in quotation marks in a Chinese sentence → whether it is direct speech, and whose."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newsloom_tagger import names_zh
from newsloom_tagger.article import Article
from newsloom_tagger.marks import Quoted
from newsloom_tagger.names_zh import Person
from newsloom_tagger.speech import chinese

REACH: Final = 120  # code points before a passage in which its sentence begins
AFTER: Final = 28  # code points after a passage in which the verb stands
ENOUGH: Final = 6  # characters of speech inside a sentence; shorter passages are terms
NEAR: Final = 400  # code points before a sentence of speech in which its speaker is named
PAUSE: Final = "，,；;—"  # what a sentence pauses with before speech
ENDS: Final = "。！？!?\n”」』"
DASH: Final = re.compile("[—─]{2}(?=[一-龥])")
SAID: Final = re.compile(r"[^。！？!?\n“”「」]{6,100}[。！？!?]$")
STOPS: Final = frozenset("。！？!?")
COMPLETE: Final = "。！？…!?，,～~"
CLAUSE: Final = re.compile("[，,、；;：:（(）)。！？!?\n]")
STOP: Final = re.compile('[。！？!?；;：:\n“「『‘"，,]')


class Attribution(NamedTuple):
    """A passage is direct speech; ``speaker`` is None where nobody is named."""

    speaker: str | None


def attribute(article: Article, q: Quoted) -> Attribution | None:
    """Return whose speech the passage is, None where it is none."""
    inner = article.folded[q.start : q.end].strip()
    start = _sentence(article.folded, q.outer_start)
    lead = article.folded[start : q.outer_start].rstrip()
    complete = inner[-1:] in COMPLETE
    before = _before(article, start, start + len(lead))
    if lead.endswith(("：", ":")):
        return _colon(article, before, start, q, complete=complete)
    person = _beside(article, q, before, lead, start)
    if person:
        return _who(article, person)
    stands = complete and not lead and len(inner) >= ENOUGH and inner[-1] not in "，,"
    return _standing(article, q) if stands else None


def _beside(article: Article, q: Quoted, before: Person | None, lead: str, start: int) -> Person | None:
    """Return the speaker that the words around the passage give it; ``before`` is the one of the sentence before it."""
    inner = article.folded[q.start : q.end].strip()
    complete, pauses, named = inner[-1:] in COMPLETE, lead[-1:] in PAUSE, before and before.kind == "name"
    if named and complete and _leads(lead):
        return before
    after = _after(article, q) if complete or pauses else None
    if after and (after.kind == "name" or complete):
        return after
    if lead and pauses and len(inner) > 3:
        before = before or (_pronoun(article, start, q.outer_start) if lead[-1] == "—" and complete else None)
        spoken = before and (complete or (before.kind != "role" and _closes(article.folded, q)))
        return before if spoken else None
    return before if lead and named and len(inner) >= ENOUGH and _closes(article.folded, q) else None


def dashed(article: Article) -> Iterator[tuple[int, int, str]]:
    """Yield the sentences that a dash gives to a speaker, one each: 是有钱也没处花。——许望舒这样形容."""
    if "——" not in article.folded and "──" not in article.folded:
        return
    for dash in DASH.finditer(article.folded):
        at = dash.start()
        ended = article.folded[max(0, at - 2) : at].rstrip("\n")[-1:]  # looked at first: few dashes follow a full stop
        said = SAID.search(article.folded, max(0, at - REACH), at) if ended in STOPS else None
        person = _signature(article.folded, dash.end()) if said else None
        if said and person:
            start = said.end() - len(said.group().lstrip())
            yield start, said.end(), article.text[person.start : person.end]


def _signature(folded: str, start: int) -> Person | None:
    """Return the name after a dash, where a verb of speech or nothing follows it."""
    stop = STOP.search(folded, start, start + AFTER)
    end = stop.start() if stop else min(len(folded), start + AFTER)
    verb = next((v for v in chinese().verb.finditer(folded, start, end) if v["verb"]), None)
    person = names_zh.subject(folded, start, verb.start() if verb else end)
    return person if person and person.kind == "name" and (verb or person.end == end) else None


def _sentence(folded: str, at: int) -> int:
    low = max(0, at - REACH)
    return max(low - 1, *[folded.rfind(c, low, at) for c in ENDS]) + 1


def _before(article: Article, start: int, end: int) -> Person | None:
    """Return the speaker of the sentence before a passage: the subject of its last verb of speech that has one."""
    verbs = [m for m in chinese().verb.finditer(article.folded, start, end) if m["verb"]]
    best = None
    for verb in reversed(verbs):
        clause = max((m.end() for m in CLAUSE.finditer(article.folded, start, verb.start())), default=start)
        person = names_zh.subject(article.folded, clause, verb.start())
        if person and person.kind != "role":
            return person
        best = best or person
    return _inside(article, start, end) or best if verbs else None


def _inside(article: Article, start: int, end: int) -> Person | None:
    """Return the name in the sentence, wherever it stands: 盛小野，一位顾问，把现状总结为."""
    if name := article.named_before(end, english=False, since=start):
        at = article.text.rfind(name, start, end)
        return Person(at, at + len(name), "name") if at >= 0 else None
    return None


def _after(article: Article, q: Quoted) -> Person | None:
    """Return the speaker after a passage: ”阿坤说, ”，创始人易水寒说."""
    start = q.outer_end + (article.folded[q.outer_end : q.outer_end + 1] in ("，", ","))
    stop = STOP.search(article.folded, start, start + AFTER)
    end = stop.start() if stop else min(len(article.folded), start + AFTER)
    verb = next((m for m in chinese().verb.finditer(article.folded, start, end) if m["verb"]), None)
    return names_zh.subject(article.folded, start, verb.start()) if verb else None


def _colon(article: Article, before: Person | None, start: int, q: Quoted, *, complete: bool) -> Attribution | None:
    """A colon leads to speech where the sentence has a verb of speech or names somebody."""
    person = before or _inside(article, start, q.outer_start) or (_pronoun(article, start, q.outer_start) if complete else None)
    return _who(article, person) if person else None


def _pronoun(article: Article, start: int, end: int) -> Person | None:
    m = chinese().pronoun.search(article.folded, start, end)
    return Person(m.start(), m.end(), "pronoun") if m else None


def _leads(lead: str) -> bool:
    """Whether a verb of speech and a comma end what stands before the passage: 他在会上说，."""
    verbs = [v for v in chinese().verb.finditer(lead, max(0, len(lead) - 6)) if v["verb"]]
    return lead[-1:] in ("，", ",") and bool(verbs) and verbs[-1].end() == len(lead) - 1


def _closes(folded: str, q: Quoted) -> bool:
    """Whether the passage ends its clause; a noun after it makes it a term: “自信地改坏”别的模块."""
    return folded[q.outer_end : q.outer_end + 1] in ("", "。", "，", "；", "！", "？", "：", "\n")


def _standing(article: Article, q: Quoted) -> Attribution | None:
    """A whole sentence of its own is speech of whoever spoke or was named shortly before."""
    paragraph = article.text.rfind("\n", 0, q.outer_start - 2) + 1
    name = article.named_before(q.outer_start, english=False, since=max(0, min(paragraph, q.outer_start - 1) - NEAR))
    return Attribution(name) if name else None


def _who(article: Article, person: Person) -> Attribution:
    if person.kind == "pronoun":
        return Attribution(article.named_before(person.start, english=False) or article.speaker)
    return Attribution(article.text[person.start : person.end])
