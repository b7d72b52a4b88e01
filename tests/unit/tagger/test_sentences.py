"""Sentences as a reader would cut them: what is shown around evidence must be whole, and no more than that."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger.reading import read
from newsloom_tagger.sentences import AROUND, LONGEST, MARKS, _end

texts = st.text(
    st.sampled_from(".!?。！？…；;\n ”’」\"' ,，aAzZ09字說\u3000\ud800\U0001f600[1]") | st.characters(codec=None), max_size=80
)


def sentences(text: str) -> list[str]:
    ends = [0, *read("content", text).whole.ends]
    return [text[start:end].strip() for start, end in pairwise(ends) if text[start:end].strip()]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. Commerce Department said so.", "Nvidia Inc. Chief Executive Jensen Huang disagreed."],
        ["It happened in the U.S.", "The company denied it."],
        ["It grew 3.5 percent.", "Then it fell to $1.2 bn."],
        ["Dr. Ito vs. Mr. Jones, No. 5 of J. K. Wu's list, met at 5 p.m. Tuesday.", "OK."],
        ["He joined on Jan. 5.", "It was e.g. Google, i.e. Alphabet Inc., and others."],
        ["Lt. Gov. Kim of Halden Co. Ltd. said so.", "Approx. 500 GPUs came."],
        ["See nvidia.com.", "iPad sales fell.", "2026 is next."],
        ["He waited...", "Then he left… and came again."],
        ["Is it?", "Yes!", "Really?!", "So (they said)."],
        ["He left.[1]", "(It was late.)", "She stayed."],
        ["first line, no stop", "second; line"],
    ],
)
def test_english_sentences_end_where_they_do(expected: list[str]) -> None:
    assert sentences(" ".join(expected).replace("stop second", "stop\nsecond")) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["公司说：“我们没货。”", "然后走了。"],
        ["“够了。”他说。", "“真的？”她问道：“要等十一个月？”"],
        ["他大喊“没货！”，转身走了。", "真的?", "不会吧!"],
        ["版本3.5发布。", "价格为1.2万元；第二档更贵；第三档没有。"],
        ["算力紧缺……他摇头。", "（见第3页。）", "据U.S. News报道。"],
        ["「輝達缺貨。」", "客戶要等。"],
    ],
)
def test_chinese_sentences_end_where_they_do(expected: list[str]) -> None:
    assert sentences("".join(expected)) == expected


@pytest.mark.parametrize(
    "expected", [["“We are sold out.”", "He shrugged."], ['"No cards?"', "“None,” she said.", "“Why?” he asked."]]
)
def test_a_closing_quotation_mark_belongs_to_its_sentence(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_sentence_too_long_to_be_shown_is_cut_at_its_semicolons() -> None:
    text = "；".join(f"第{n}点" + "算力不够" * 20 for n in range(9)) + "。"
    at = text.index("第5点")
    found = read("content", text).whole.around(at, at + 3)
    assert text[found.start : found.end].startswith("第5点")
    assert text[found.start : found.end].endswith("；")


def test_text_without_any_stop_is_cut_all_the_same() -> None:
    found = read("content", "字" * 5000).whole.around(2500, 2510)
    assert found.start <= 2500
    assert found.end >= 2510
    assert found.end - found.start <= LONGEST


@given(
    texts | st.lists(st.sampled_from([*MARKS, "Inc", "U.S", " ", "He said", "他说", "”", "semiconductors", "\n"])).map("".join)
)
def test_marks_that_need_no_closer_look_are_what_a_closer_look_finds(text: str) -> None:
    looked = {_end(text, at) for at, character in enumerate(text) if character in MARKS | {"\n"}}
    assert read("content", text).whole.ends == sorted({len(text), *(end for end in looked if end)})


@given(text=texts, data=st.data())
def test_the_sentence_around_any_stretch_holds_what_of_it_is_no_space(text: str, data: st.DataObject) -> None:
    whole = read("content", text).whole
    assert whole.ends == sorted(set(whole.ends))
    assert whole.ends[-1] == len(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = whole.around(start, end)
    inner = text[start:end]
    if inner.strip(AROUND):
        assert found.start <= start + len(inner) - len(inner.lstrip(AROUND))
        assert start + len(inner.rstrip(AROUND)) <= found.end
