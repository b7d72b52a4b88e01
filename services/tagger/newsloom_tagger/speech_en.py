"""A passage in quotation marks in an English sentence → whether it is direct speech, and whose."""

import re
from typing import Final

from newsloom_tagger.article import Article, within
from newsloom_tagger.marks import Quoted
from newsloom_tagger.speech import Place
from newsloom_tagger.speech_zh import Attribution

REACH: Final = 300  # code points on either side of a passage in which its sentence lies
ENOUGH: Final = 3  # words of speech inside a sentence; shorter passages are terms
COMPLETE: Final = ".!?,…—"
START: Final = re.compile(r"[.!?][\"”’)]? +(?=[A-Z“\"‘])|\n|[\"”] +(?=[A-Z])")
STOP: Final = re.compile(r"[.!?](?=\s|$)|\n|[\"“]")
LEADS: Final = re.compile(r"(?:[,:]|\b(?:said|says|wrote|asked|replied|added))$")
DASH: Final = re.compile(r"\s*(?:—|–|--?) ?(?P<name>[A-ZÀ-Þ][\w.’'-]+(?: [A-ZÀ-Þ][\w.’'-]+){1,3})")
ABBREVIATION: Final = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|[A-Z])\.$")


def attribute(article: Article, q: Quoted) -> Attribution | None:
    """Return whose speech the passage is, None where it is none."""
    text = article.text
    inner = text[q.start : q.end].strip()
    start = _sentence(text, q.outer_start)
    lead = text[start : q.outer_start].strip()
    complete = inner[-1:] in COMPLETE
    end = _end(text, q.outer_end)
    goes_on = inner[-1:] != "." or text[q.outer_end : end].lstrip()[:1].islower()  # after a full stop a new sentence begins
    if after := _after(article, q, end if goes_on else q.outer_end, loose=complete or not lead):
        return after if complete or _full(after.speaker) else None
    if before := _before(article, start, q.outer_start):
        fragment = not complete and len(inner.split()) < ENOUGH
        if not fragment and (_full(before.speaker) or (complete and LEADS.search(lead))):
            return before
    if lead.endswith(":") and complete:
        people = article.people(start, q.outer_start)
        return Attribution(article.full_name(text[people[-1].start : people[-1].end])) if people else None
    return _standing(article, q) if not lead and inner[-1:] in ".!?…" else None


def _standing(article: Article, q: Quoted) -> Attribution | None:
    """A whole sentence of its own is speech after other speech in its paragraph, or where it answers a question.

    A whole paragraph is, after a paragraph of speech.
    """
    if article.follows(q):
        return Attribution(article.speaker)
    if article.text[max(0, q.outer_start - 4) : q.outer_start].rstrip().endswith("?"):
        return Attribution(article.speaker or article.named_before(q.outer_start, english=True))
    return _led(article, q.outer_start)


def _led(article: Article, at: int) -> Attribution | None:
    """Speech of the person whom the sentence before it, in its paragraph, is about: Ashdown has stopped taking calls. “…”"""
    start = _sentence(article.text, max(0, at - 2))
    names = (article.full_name(article.text[p.start : p.end]) for p in article.people(start, at))
    if name := next((n for n in names if _full(n)), None):
        return Attribution(name)
    pronouns = within(article.pronouns, start, at)
    name = article.named_before(pronouns[0][0], english=True) if pronouns else None
    return Attribution(name) if name else None


def _full(name: str | None) -> bool:
    return name is not None and " " in name


def _after(article: Article, q: Quoted, end: int, *, loose: bool) -> Attribution | None:
    """Read what follows a passage: ," said Owain Prosser. A passage inside a sentence needs the verb right behind it."""
    if m := DASH.match(article.text, q.outer_end):
        return Attribution(m.group("name"))
    verbs = within(article.verbs, q.outer_end, end)
    if not verbs or not (loose or verbs[0][0] <= q.outer_end + 2):
        return None
    return Attribution(_speaker(article, q.outer_end, end, verbs[0]))


def _before(article: Article, start: int, end: int) -> Attribution | None:
    """Read what leads to a passage: he joked:, in the words of Inês Falcão,."""
    verbs = within(article.verbs, start, end)
    return Attribution(_speaker(article, start, end, verbs[-1])) if verbs else None


def _sentence(text: str, at: int) -> int:
    low = max(0, at - REACH)
    starts = [
        m.end()
        for m in START.finditer(text, low, at + 1)
        if not ABBREVIATION.search(text, max(low, m.start() - 5), m.start() + 1)
    ]
    return starts[-1] if starts else low


def _end(text: str, at: int) -> int:
    for m in STOP.finditer(text, at, at + REACH):
        if not (m.group() == "." and ABBREVIATION.search(text, max(at, m.end() - 6), m.end())):
            return m.start()
    return min(len(text), at + REACH)


def _speaker(article: Article, start: int, end: int, verb: Place) -> str | None:
    """Return the speaker of a clause: the name next to its verb, whoever its pronoun means, or None."""
    people, pronouns = article.people(start, end), within(article.pronouns, start, end)
    near = [p for p in people if not pronouns or _distance(p, verb) < _distance(pronouns[0], verb)]
    if near:
        nearest = min(near, key=lambda p: _distance(p, verb))
        return article.full_name(article.text[nearest.start : nearest.end])
    return article.named_before(pronouns[0][0], english=True) or article.speaker if pronouns else None


def _distance(place: Place, verb: Place) -> int:
    return min(abs(place[0] - verb[1]), abs(place[1] - verb[0]))
