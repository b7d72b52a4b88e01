import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_cli import lines
from newsloom_cli.lines import Article, numbered, parse


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON: Expecting property name enclosed in double quotes at character 2"),
        (b'{"id":"1","title":"t"', "not JSON: Expecting ',' delimiter at character 22"),
        (b"[1]", "a JSON object is expected, not a list"),
        (b"null", "a JSON object is expected, not null"),
        (b'"text"', "a JSON object is expected, not a string"),
        (b"3", "a JSON object is expected, not a number"),
        (b'{"title":"t","content":"c"}', '"id" is missing'),
        (b'{"id":7,"title":"t","content":"c"}', '"id" must be a string, not a number'),
        (b'{"id":"1","title":null,"content":"c"}', '"title" must be a string, not null'),
        (b'{"id":"1","title":"t"}', '"content" is missing'),
        (b'{"id":"1","title":"\xff","content":"c"}', "not UTF-8: byte 0xff at 20"),
        (b"[" * 200_000, "not JSON that can be read: nested too deeply"),
        (b'{"id":' + b"9" * 5000 + b"}", None),
        (None, "longer than 64 MiB"),
    ],
)
def test_line_without_an_article_says_why(line, reason):
    with pytest.raises(ValueError) as caught:
        parse(line)
    assert reason in {None, str(caught.value)}


def test_other_fields_are_ignored_and_empty_texts_are_fine():
    assert parse(b'{"id":"","title":"","content":"","url":[1],"text":"x"}') == Article("", "", "")


def test_half_a_surrogate_pair_is_kept():
    assert parse(rb'{"id":"1","title":"a\ud83d b","content":""}').title == "a\ud83d b"


def test_lines_are_numbered_as_an_editor_does_and_blank_ones_skipped():
    stream = io.BytesIO(b"\xef\xbb\xbfone\r\n\r\n   \ntwo\nthree")
    assert list(numbered(stream)) == [(1, b"one\r\n"), (4, b"two\n"), (5, b"three")]


def test_line_that_is_too_long_is_skipped_to_its_end_without_being_held(monkeypatch):
    monkeypatch.setattr(lines, "LIMIT", 10)
    stream = io.BytesIO(b"1234567890\n" + b"x" * 100 + b"\nafter\n" + b"y" * 100)
    assert list(numbered(stream)) == [(1, None), (2, None), (3, b"after\n"), (4, None)]
    monkeypatch.setattr(lines, "LIMIT", 11)
    assert next(numbered(io.BytesIO(b"1234567890\n"))) == (1, b"1234567890\n")


@given(st.tuples(st.text(), st.text(), st.text()))
def test_every_article_that_json_can_say_comes_through(article):
    line = json.dumps(dict(zip(lines.FIELDS, article, strict=True))).encode()
    assert parse(line) == article


@given(st.binary(max_size=200))
def test_any_bytes_are_an_article_or_a_reason(line):
    try:
        found = parse(line)
    except ValueError as error:
        found = str(error)
    assert found
