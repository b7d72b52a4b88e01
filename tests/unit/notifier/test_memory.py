"""What was told is known again: by article, by story, and no longer than there is room."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_notifier.memory import Memory
from newsloom_schemas.alerts import Alert, AlertedArticle
from newsloom_schemas.stories import SAMPLE, same_story
from newsloom_schemas.types import Fingerprint

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def text(seed, shared=0):
    """A fingerprint of a text of its own, of which ``shared`` hashes are those of text 0."""
    own = [seed * 10_000 + 7 * n for n in range(SAMPLE - shared)]
    return Fingerprint(text=tuple(sorted([*(7 * n for n in range(shared)), *own])), title=seed)


def alert(article, story="", search="s", fingerprint=None):
    told = AlertedArticle(id=article, title="t", fetched_at=NOW, language="en")
    return Alert(search=search, query="q", article=told, story=story or article, fingerprint=fingerprint, matched_at=NOW)


def test_what_was_told_by_one_search_is_not_told_by_another():
    memory = Memory()
    memory.note(alert("a", search="one"))
    assert memory.knows("one", "a")
    assert not memory.knows("two", "a")
    assert not memory.knows("one", "b")


def test_a_reprint_is_of_the_story_of_what_it_reprints():
    memory = Memory()
    memory.note(alert("a", fingerprint=text(0)))
    memory.note(alert("x", fingerprint=text(9)))
    assert same_story(text(0), text(1, shared=32))
    assert memory.story("b", text(1, shared=32)) == "a"
    assert memory.story("c", text(2)) == "c"
    assert memory.story("d", None) == "d"


def test_the_reprint_of_a_reprint_is_of_the_first_ones_story():
    memory = Memory()
    memory.note(alert("a", fingerprint=text(0)))
    memory.note(alert("b", story="a", search="other", fingerprint=text(1, shared=32)))
    assert memory.story("c", text(1, shared=30)) == "a"
    assert not memory.knows("third", "a")


def test_an_article_keeps_its_story_whatever_its_text_becomes():
    memory = Memory()
    memory.note(alert("a", fingerprint=text(0)))
    memory.note(alert("b", fingerprint=text(5)))
    assert memory.story("a", text(5)) == "a"


def test_to_note_an_alert_twice_changes_nothing():
    once, twice = Memory(), Memory()
    once.note(alert("a", fingerprint=text(0)))
    for _ in range(2):
        twice.note(alert("a", fingerprint=text(0)))
    assert vars(once).keys() == vars(twice).keys()
    assert (once._told, once._articles, once._story) == (twice._told, twice._articles, twice._story)  # noqa: SLF001


def test_the_oldest_are_forgotten_and_no_more_than_the_most_are_kept():
    memory = Memory(most=3)
    for n, name in enumerate("abcd"):
        memory.note(alert(name, fingerprint=text(n)))
    assert [memory.knows("s", name) for name in "abcd"] == [False, True, True, True]
    assert memory.story("z", text(0)) == "z"
    assert memory.story("z", text(3)) == "d"


def test_a_story_is_remembered_as_long_as_one_of_its_articles():
    memory = Memory(most=2)
    memory.note(alert("a", fingerprint=text(0)))
    memory.note(alert("b", story="a", fingerprint=text(0, shared=60)))
    memory.note(alert("c", fingerprint=text(5)))  # a is forgotten
    assert memory.knows("s", "a")
    memory.note(alert("d", fingerprint=text(6)))  # b, too
    assert not memory.knows("s", "a")


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=20), st.integers(0, 64), st.integers(1, 6))
def test_the_quick_look_finds_what_a_look_at_each_finds(told, shared, most):
    memory, kept = Memory(most), []
    for n, (seed, common) in enumerate(told):
        memory.note(alert(f"a{n}", fingerprint=text(seed, common)))
        kept = [*kept, (f"a{n}", text(seed, common))][-most:]
    asked = text(3, shared)
    alike = {name for name, fingerprint in kept if same_story(fingerprint, asked)}
    assert memory.story("new", asked) in (alike or {"new"})


@pytest.mark.parametrize("short", [1, 5, 12])
def test_short_texts_are_found_again_too(short):
    memory, few = Memory(), Fingerprint(text=tuple(range(short)), title=1)
    memory.note(alert("a", fingerprint=few))
    assert memory.story("b", few) == ("a" if same_story(few, few) and short >= 3 else "b")
