"""docs/searching.md cannot lie: each of its examples finds what it says, or fails with the sentence that it says."""

import re
from pathlib import Path

import pytest
from newsloom_query import QueryError, matches, parse, pointed

from tests.relevance import stream

from . import documents

PAGE = (Path(__file__).parents[2] / "docs/searching.md").read_text("utf-8")
FINDS, FAILS = PAGE.split("## What is wrong")


def rows(part):
    found = re.findall(r"^\| `(.+?)` \| (.*?) \|$", part, flags=re.MULTILINE)
    return [(query.replace(r"\|", "|"), said.replace(r"\|", "|")) for query, said in found]


def test_both_kinds_of_examples_are_there():
    assert len(rows(FINDS)) > 25
    assert len(rows(FAILS)) > 5


@pytest.mark.parametrize("query", [query for query, _ in rows(FINDS)])
def test_each_example_finds_some_articles_and_not_all(query):
    asked = parse(query, stream.NOW)
    found = sum(matches(asked, article) is not None for article in documents.seen())
    assert found == len(documents.seen()) if asked.everything else 0 < found < len(documents.seen())


@pytest.mark.parametrize(("query", "says"), rows(FAILS))
def test_each_mistake_says_what_the_page_says(query, says):
    with pytest.raises(QueryError) as raised:
        parse(query, stream.NOW)
    assert raised.value.sentence == says


def test_the_place_is_marked_as_shown():
    [typed, mark, said] = re.search(
        r"^\$ newsloom search '.*'\n(.*)\n(.*)\nnewsloom: (.*)$", FAILS, flags=re.MULTILINE
    ).groups()
    with pytest.raises(QueryError) as raised:
        parse(typed, stream.NOW)
    assert pointed(typed, raised.value.position) == f"{typed}\n{mark}"
    assert said == f"{raised.value.sentence} (character {raised.value.position + 1})"


@pytest.mark.parametrize("word", re.search(r"stands as one\. (.*) are words", FINDS)[1].replace(" and", ",").split(", "))
def test_what_the_page_calls_words_are_words(word):
    assert str(parse(word.strip("`").replace("…", "example.com"), stream.NOW)) == word.strip("`").replace("…", "example.com")
