"""All phrases at once are found where a plain pattern for each would find them."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from newsloom_tagger.matching import Matcher
from newsloom_tagger.reading import page, phrase

LISTS = [("GPU", "chip*"), ("芯片", "AI芯片"), ("sold out",), ("s", "es"), ("5", "h100"), ("don't", "gpu*"), ("短缺", "缺")]
MATCHER = Matcher(LISTS)
PARTS = [
    "GPU",
    "gpu",
    "s",
    "es",
    "e",
    "chip",
    "ping",
    "5",
    "芯片",
    "AI",
    "-",
    "sold",
    "out",
    "h100",
    "短缺",
    "’",
    "don",
    "t",
    ".",
    "輝",
]
texts = st.lists(st.sampled_from([*PARTS, " "]), max_size=25).map("".join)


def naive(folded: str, phrases: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return every place where a phrase of the list stands, once for each way to find it there."""
    hits = set()
    for written in phrases:
        plain, ending = phrase(written.removesuffix("*")), "[a-z]*" if written.endswith("*") else "(?:e?s)?"
        body = re.escape(plain).replace("ai芯片", "ai ?芯片")
        before = "(?<![a-z0-9])" if re.match("[a-z0-9]", plain) else ""
        after = f"{ending}(?![a-z0-9])" if re.match("[a-z0-9]", plain[-1]) else ""
        found = (re.compile(before + body + after).match(folded, at) for at in range(len(folded)))
        hits |= {m.span() for m in found if m}
    return sorted(hits)


@given(texts, texts)
@example("GPUs", "chips, chip5, gpues AI 芯片")
def test_hits_are_those_of_plain_patterns(title: str, content: str) -> None:
    laid = page([("title", title), ("content", content)])
    found = MATCHER.find(laid)
    hits = list(zip(found.lists.tolist(), found.starts.tolist(), found.ends.tolist(), strict=True))
    expected = [(number, *span) for number, phrases in enumerate(LISTS) for span in naive(laid.folded, phrases)]
    assert sorted(set(hits)) == expected
    assert hits == sorted(hits)
    for number, (first, count) in enumerate(zip(found.first.tolist(), found.counts.tolist(), strict=True)):
        assert all(hit[0] == number for hit in hits[first : first + count])
        assert count == sum(hit[0] == number for hit in hits)


def test_a_matcher_without_phrases_finds_nothing() -> None:
    assert len(Matcher([()]).find(page([("content", "GPU")])).keys) == 0
