"""text → direct speech with its speaker; terms and scare quotes in quotation marks are left alone."""

import re
from collections.abc import Iterator
from typing import Final

from newsloom_schemas.types import FieldName, Quote

from newsloom_tagger import marks, names_en, names_zh
from newsloom_tagger.fold import fold
from newsloom_tagger.marks import Quoted
from newsloom_tagger.speech import chinese, english

REACH: Final = 160  # code points before and after a passage in which its speaker is looked for
SENTENCE_END: Final = "。！？!?\n"
ENOUGH_ZH: Final = 6  # characters of a passage inside a sentence of speech; shorter ones are terms
ENOUGH_EN: Final = 3  # words
HAN: Final = re.compile("[一-龥]")


def find(field: FieldName, text: str) -> tuple[Quote, ...]:
    """Return the direct speech in ``text`` in order, without its marks. Total: any string will do."""
    return tuple(
        Quote(field=field, start=start, end=end, text=text[start:end], speaker=speaker)
        for start, end, speaker in _Reader(text).read()
        if start < end
    )


class _Reader:
    """Reads a text's quoted passages from the first to the last and remembers who spoke and who was named."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, fold(text)
        self.speaker: str | None = None
        self.previous: Quoted | None = None

    def read(self) -> Iterator[tuple[int, int, str | None]]:
        for q in marks.find(self.text):
            yield from self._judge(q)

    def _judge(self, q: Quoted) -> Iterator[tuple[int, int, str | None]]:
        inner = self.text[q.start : q.end]
        speaker = self._chinese(q) if HAN.search(inner) else self._english(q)
        if speaker is not None:
            self.speaker = speaker or self.speaker
            self.previous = q
            lead = len(inner) - len(inner.lstrip())
            yield q.start + lead, q.start + len(inner.rstrip()), self.speaker

    def _lead(self, q: Quoted) -> int:
        """Return where the sentence begins that the passage stands in."""
        low = max(0, q.outer_start - REACH)
        lead = self.text[low : q.outer_start]
        return low + max(lead.rfind(c) for c in SENTENCE_END + "”」』") + 1

    def _tail(self, q: Quoted) -> int:
        """Return where the sentence ends that follows the passage."""
        m = re.compile(r"[。！？!?\n“「『]|\.(?= |$|\n)").search(self.text, q.outer_end, q.outer_end + REACH)
        return m.start() if m else min(len(self.text), q.outer_end + REACH)

    def _chinese(self, q: Quoted) -> str | None:
        """Return the speaker, "" where nobody is named, None where the passage is no speech."""
        start, inner = self._lead(q), self.folded[q.start : q.end]
        lead = self.folded[start : q.outer_start]
        verbs = list(chinese().verb.finditer(lead))
        tail_end = self._tail(q)
        after = chinese().verb.search(self.folded, q.outer_end, tail_end)
        whole = inner.rstrip()[-1:] in "。！？…!?，"
        if lead.rstrip()[-1:] in "：:" and len(inner) >= 4:
            return self._who(start, start + (verbs[-1].start() if verbs else len(lead) - 1))
        if verbs and (lead.rstrip()[-1:] in "，," or len(inner) >= ENOUGH_ZH):
            return self._who(start, start + verbs[-1].start())
        if whole and after:
            return self._who(q.outer_end, after.start())
        if whole and not lead.strip() and len(inner) >= ENOUGH_ZH:
            return ""
        return None

    def _who(self, start: int, end: int) -> str:
        clause = max(self.folded.rfind(c, start, end) for c in "，,、；;：:") + 1 or start
        span = names_zh.last(self.folded, max(start, clause), end)
        if span is None or chinese().pronoun.fullmatch(self.folded, span.start, span.end):
            return ""
        return self.text[span.start : span.end]

    def _english(self, q: Quoted) -> str | None:
        tail_end = self._tail(q)
        after = english().verb.search(self.text, q.outer_end, tail_end)
        start = self._lead(q)
        dot = self.text.rfind(". ", start, q.outer_start)
        start = dot + 2 if dot >= 0 else start
        before = english().verb.search(self.text, start, q.outer_start)
        if after:
            return self._whom(q.outer_end, tail_end)
        if before and len(self.text[q.start : q.end].split()) >= ENOUGH_EN:
            return self._whom(start, q.outer_start)
        if self.text[q.end - 1 : q.end] in {".", "!", "?"} and start == q.outer_start and self.previous:
            return ""
        return None

    def _whom(self, start: int, end: int) -> str:
        span = next(names_en.people(self.text, start, end), None)
        return self.text[span.start : span.end] if span else ""
