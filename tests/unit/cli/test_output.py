import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_cli import output
from newsloom_cli.errors import LINE_LIMIT, one_line


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_line_of_utf_8_and_comes_back(text):
    line = output.json_line({"text": text})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line.decode("utf-8")) == {"text": text}


def test_chinese_stays_readable_and_half_a_surrogate_pair_is_escaped():
    assert output.json_line(["算力", "\ud83d"]) == '["算力","\\ud83d"]\n'.encode()


def test_reader_that_went_away_is_told_apart_from_other_errors(monkeypatch):
    class Gone(io.RawIOBase):
        def write(self, _):
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(Gone()))
    with pytest.raises(output.ReaderGoneError):
        output.write(b"{}\n")


@given(st.text())
def test_an_error_is_one_line_that_a_terminal_does_not_obey(text):
    line = one_line(text)
    assert len(line) <= LINE_LIMIT + 1
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line)
