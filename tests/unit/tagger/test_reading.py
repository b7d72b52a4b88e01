"""What a table says of a text is what plain patterns say of it, character by character."""

import re
from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger import signs
from newsloom_tagger.fold import fold
from newsloom_tagger.reading import LONGEST_SENTENCE, page, phrase, read

SENTENCE_END = re.compile(r"[。！？!?\n；;]+[”’」』\"']?|\.(?=\s+[\"“‘'(\[]?[A-Z0-9\u3400-\u9fff]|\s*$)")
CLAUSE_END = re.compile(r"[，。！？；：、—\n;!?:()（）]|[,.](?=\s|$)")
texts = st.text(
    st.sampled_from('.,;!?。！？；：、—\n\t"”’」『(（ aAzZ09字輝\u3000\ud800\U0001f600') | st.characters(codec=None),
    max_size=60,
)


@given(texts)
def test_sentences_and_clauses_end_where_the_patterns_do(text: str) -> None:
    field = read("content", text)
    assert field.sentences.tolist() == [*(m.end() for m in SENTENCE_END.finditer(text)), len(text)]
    assert field.clauses.tolist() == [*(m.end() for m in CLAUSE_END.finditer(text)), len(text)]


@given(texts)
def test_a_field_is_folded_with_spaces_for_hyphens_and_one_kind_of_apostrophe(text: str) -> None:
    alike = {ord(other): one for one, others in signs.ALIKE.items() for other in others}
    field = read("content", text)
    assert field.folded == fold(text).translate(alike) == phrase(text)
    assert len(field.signs) == len(text)


@pytest.mark.parametrize(("kind", "pattern"), [*signs.KINDS.items(), *signs.FOLDED_KINDS.items(), (signs.SOLID, r"\S")])
@given(text=texts)
def test_a_characters_kind_is_what_its_pattern_says(kind: int, pattern: str, text: str) -> None:
    of = text if kind in signs.KINDS else phrase(text)
    found = (signs.signs(text) & kind != 0).nonzero()[0].tolist()
    assert found == [m.start() for m in re.finditer(pattern, of)]


def test_text_without_stops_is_cut_into_sentences_all_the_same() -> None:
    ends = read("content", "字" * 1000 + "。" + "字" * 5).sentences.tolist()
    assert ends == [LONGEST_SENTENCE, 2 * LONGEST_SENTENCE, 1001, 1006]
    both = page([("title", "字" * 500), ("content", "字" * 1000 + "。")])
    assert [f.sentences.tolist() for f in both.fields] == [[400, 500], [400, 800, 1001, 1001]]


def test_dense_text_is_mostly_chinese() -> None:
    assert read("content", "据NVIDIA发布，芯片仍然缺货").dense
    assert not read("content", "Nvidia says that 芯片 are sold out").dense


@given(title=texts, content=texts)
def test_on_a_page_every_field_stands_apart_with_its_own_sentences_and_clauses(title: str, content: str) -> None:
    laid, fields = page([("title", title), ("content", content)]), (read("title", title), read("content", content))
    assert len(laid.folded) == len(laid.signs) == len(title) + len(content) + 3
    for begin, field, own in zip(laid.begins.tolist(), fields, laid.fields, strict=True):
        assert (own.name, own.text, own.folded, own.size) == (field.name, field.text, field.folded, field.size)
        assert [c.tolist() for c in own[3:6]] == [c.tolist() for c in field[3:6]]
        assert laid.folded[begin - 1 : begin + len(field.text) + 1] == f"\x00{field.folded}\x00"
        for offset in range(len(field.text)):
            last = bisect_right(laid.bounds.tolist(), begin + offset) - 1
            ends = [0, *field.clauses.tolist()]
            assert laid.bounds[last] - begin == ends[bisect_right(ends, offset) - 1]


def test_a_page_may_be_empty() -> None:
    laid = page([])
    assert laid.folded == "\x00"
    assert [len(column) for column in (laid.begins, laid.sentences, laid.bounds)] == [0, 0, 0]
