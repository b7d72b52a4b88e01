"""Two fingerprints are of one story where enough of the text is common, and neither numbers nor site speak against it."""

import random

from hypothesis import given
from hypothesis import strategies as st
from newsloom_schemas.stories import FIGURES, SAMPLE, common, resemblance, same_story
from newsloom_schemas.types import Fingerprint

HASHES = st.lists(st.integers(0, 2**40 - 1), unique=True, max_size=2 * SAMPLE).map(sorted)
PRINTS = st.builds(
    Fingerprint,
    text=HASHES.map(lambda h: tuple(h[:SAMPLE])),
    figures=HASHES.map(lambda h: tuple(h[:FIGURES])),
    title=st.integers(0, 2),
    site=st.sampled_from(["", "a.example", "b.example"]),
)


def sample(hashes, most=SAMPLE):
    return tuple(sorted(hashes)[:most])


def written(runs, figures=(), title=0, site=""):
    return Fingerprint(text=sample(runs), figures=sample(figures, FIGURES), title=title, site=site)


def spread(numbers):
    """Hashes lie anywhere: which of them are the lowest is a matter of chance."""
    return [random.Random(n).getrandbits(40) for n in numbers]


WHOLE = spread(range(1000))


def test_half_of_a_text_is_the_same_story_and_so_is_a_third_in_other_words_or_another_lead():
    assert same_story(written(WHOLE), written(WHOLE[:500]))
    assert same_story(written(WHOLE), written(WHOLE[333:] + spread(range(5000, 5333))))
    assert same_story(written(WHOLE), written(WHOLE[200:] + spread(range(5000, 5500))))


def test_a_tenth_in_common_is_what_quotes_and_set_phrases_make():
    assert not same_story(written(WHOLE), written(WHOLE[:100] + spread(range(5000, 5900))))


def test_a_form_filled_in_with_other_numbers_is_another_story():
    one = written(WHOLE, range(100, 110), site="a.example")
    assert same_story(one, written(WHOLE, range(100, 110)))
    assert not same_story(one, written(WHOLE, range(200, 210)))
    assert same_story(one, written(WHOLE[:500], range(100, 104))), "half of a text has half of its numbers"
    assert same_story(one, written(WHOLE, [900, 901])), "two numbers tell nothing"


def test_on_one_site_the_title_must_be_the_same_too_for_pages_share_what_is_around_them():
    one = written(WHOLE, title=7, site="a.example")
    assert same_story(one, written(WHOLE, title=7, site="a.example"))
    assert not same_story(one, written(WHOLE, title=8, site="a.example"))
    assert same_story(one, written(WHOLE, title=8, site="b.example"))
    assert same_story(written(WHOLE, title=7), written(WHOLE, title=8)), "of no known site"


def test_a_teaser_under_the_same_title_belongs_to_the_whole_text():
    teaser = spread(range(60))
    assert same_story(written(WHOLE, title=7), written(teaser, title=7))
    assert not same_story(written(WHOLE, title=7), written(teaser, title=8)), "a notice in a round-up"


def test_a_round_up_is_no_story_with_any_of_what_it_has():
    assert not same_story(written(WHOLE), written(WHOLE[:200], title=1)), "a fifth of it, and wholly in it"
    assert same_story(written(WHOLE), written(WHOLE[:300] + spread(range(5000, 5300)), title=1)), "and as much of its own"


def test_in_a_short_text_a_set_phrase_is_much():
    assert not same_story(written(WHOLE[:30]), written(WHOLE[:10] + spread(range(5000, 5015))))
    assert same_story(written(WHOLE[:30]), written(WHOLE[:28]))


def test_without_a_fingerprint_an_article_is_a_story_of_its_own():
    assert not same_story(None, None)
    assert not same_story(written(WHOLE), None)


@given(PRINTS, PRINTS)
def test_it_does_not_matter_which_came_first(one, other):
    assert resemblance(one, other) == resemblance(other, one)
    assert 0 <= resemblance(one, other) <= 1


@given(HASHES, HASHES)
def test_samples_tell_what_the_whole_sets_would(one, other):
    """Where both are whole the share is exact."""
    whole = [tuple(h[: SAMPLE - 1]) for h in (one, other)]
    a, b = map(set, whole)
    assert common(*whole, SAMPLE).alike == len(a & b) / max(1, len(a | b))
