"""Floors under what tells one story: reprints are found, and what only looks like one is left apart."""

import pytest

from . import measuring, page, reprints
from .measuring import LANGUAGES
from .reprints import HALVES

REPORTED = HALVES[1]
# Of short articles, a little below what was measured when these were set.
FLOORS = dict.fromkeys(reprints.WAYS, 0.99) | {"rewritten": 0.95, "both": 0.75}
FORMS = "one form filled in twice, on two sites"


@pytest.mark.parametrize("way", reprints.WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_reprints_are_found(language: str, way: str) -> None:
    if way not in reprints.ways(language):
        pytest.skip("there is one script")
    assert measuring.found(language, way, REPORTED).share >= FLOORS[way]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_looks_like_a_reprint_is_left_apart(language: str) -> None:
    apart = measuring.apart(language, REPORTED)
    for kind, count in apart.items():
        assert count.of > 0
        assert count.share <= (0.05 if "round-up" in kind else 0), (kind, count)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_indexer_joins_reprints_and_nothing_else(language: str) -> None:
    stream = measuring.streamed(language, REPORTED, long=True)
    assert stream.joined / stream.reprints > 0.97, stream
    assert stream.wrong == 0, stream


def test_reprints_are_what_they_say() -> None:
    for language in LANGUAGES:
        text = reprints.articles(language)[0]
        for way in reprints.ways(language):
            made = reprints.reprint(text, way)
            assert made == reprints.reprint(text, way), "the same each time"
            assert made.site != text.site
            assert way in {"copied", "retitled"} or made.content != text.content


def test_the_picture_has_a_bar_for_each_share() -> None:
    drawn = page.draw({"copied": {("zh", False): 1.0}, "both": {("en", True): 0.5}})
    assert drawn.count(">1.00<") == drawn.count(">0.50<") == 1
    assert f'width="{page.WIDTH // 2}"' in drawn
