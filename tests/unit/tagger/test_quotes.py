"""Direct speech with its speaker; terms and titles in quotation marks are not speech."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger import quotes


def found(text: str) -> list[tuple[str, str | None]]:
    return [(q.text, q.speaker) for q in quotes.find("content", text)]


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        ("封装测试厂总经理邱柏霖坦言：「现在是我们得拿着表格一家一家去分。」", "现在是我们得拿着表格一家一家去分。",
        "邱柏霖"),
        ("分析师石慕白指出：“楼和电是三年前决定的。”", "楼和电是三年前决定的。", "石慕白"),
        ("董事长连成璧表示：‘现在先问有多少电。’", "现在先问有多少电。", "连成璧"),
        ("“我们给不了最高的数字，只能给他一张白纸，”庄慎之说。", "我们给不了最高的数字，只能给他一张白纸，", "庄慎之"),
        ("“石油时代卖的是桶，”项目主管法赫德对来访的记者说。", "石油时代卖的是桶，", "法赫德"),
        ("能源咨询师马克·奥尔森说：“如今选址第一看电。”", "如今选址第一看电。", "马克·奥尔森"),
        ("創辦人林冠廷說，「我們不怕流行退。」", "我們不怕流行退。", "林冠廷"),
        ("财务长Dana Whitlock在会上说，“批下来的都算惊喜。”", "批下来的都算惊喜。", "Dana Whitlock"),
        ("我们不是没有钱，是有钱也没处花。——许望舒这样形容那段日子。", "我们不是没有钱，是有钱也没处花。", "许望舒"),
        ("“同一档分数上挤着九家”，创始人易水寒说。", "同一档分数上挤着九家", "易水寒"),
        ('"People used to visit. Now they plead," said chief executive Astrid Hellman.',
        "People used to visit. Now they plead,", "Astrid Hellman"),
        ("“The GPU is a wonderful truck,” says co-founder Hugo Delmas, previously an architect.",
        "The GPU is a wonderful truck,", "Hugo Delmas"),
        ("‘They call it the cloud. It’s a wall,’ said Moira Fenwick of the Action Group.",
        "They call it the cloud. It’s a wall,", "Moira Fenwick"),
        ('"My well is forty feet deep," Darlene Pruitt, a retired nurse, told the meeting.', "My well is forty feet deep,",
        "Darlene Pruitt"),
        ('Wade Colley warned that the tax base was shrinking "faster than the aquifer".', "faster than the aquifer",
        "Wade Colley"),
        ('It behaves, in the words of co-founder Inês Falcão, "like a very polite bucket brigade".',
        "like a very polite bucket brigade", "Inês Falcão"),
        ('"Attention is all you need." — Moira Quigley', "Attention is all you need.", "Moira Quigley"),
        ("« We said it first, » said Hugo Delmas.", "We said it first,", "Hugo Delmas"),
    ],
)  # fmt: skip
def test_speech_is_found_with_its_speaker(text: str, said: str, speaker: str) -> None:
    assert found(text) == [(said, speaker)]


def test_a_pronoun_is_the_last_named_person() -> None:
    zh = "炉长冼国栋在岗二十二年。他说：“头三个月我不信它。”系统将推广。"
    assert found(zh) == [("头三个月我不信它。", "冼国栋")]
    en = 'Kim Dao Nguyen is a buyer for Hongrong Fruit. She knocks on each. "You can eat it tomorrow," she says.'
    assert found(en) == [("You can eat it tomorrow,", "Kim Dao Nguyen")]


def test_a_surname_is_the_full_name_that_the_text_gives() -> None:
    text = 'Lucia Ferrante, an astronomer, objects. "It shows you the sky," Ferrante says.'
    assert found(text) == [("It shows you the sky,", "Lucia Ferrante")]


def test_speech_in_two_parts_is_two_quotes_of_one_speaker() -> None:
    text = '"It was annoying," said Anjali Friesen, 16. "You can\'t unhear the moose."'
    assert found(text) == [("It was annoying,", "Anjali Friesen"), ("You can't unhear the moose.", "Anjali Friesen")]


@pytest.mark.parametrize(
    "text",
    [
        "它仍会“自信地改坏”别的模块。", "“百模大战”打到今天。", "《请回答》上映，“人机感”“赛博木鱼”双双入围。",
        "所谓“一卡难求”的局面卷土重来。",
        "“东数西算”枢纽又一座智算中心上线。", "有望成为“全球大模型第一股”。",
        'The deck says "proprietary".', 'They call it "voice editors".',
        'He read "Dune" and "Neuromancer" twice.', "It’s the workers’ pay that matters.", "", "“", '"', "””““",
    ],
)  # fmt: skip
def test_terms_and_titles_are_left_alone(text: str) -> None:
    assert found(text) == []


PARTS: Any = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "「",
        "」",
        "说",
        "王小明",
        "他",
        "，",
        "。",
        "：",
        "said",
        "Ann Lee",
        " ",
        "\n",
        "——",
        "he",
        "\ud800",
        "’",
        "·",
    ]
)


@given(st.lists(PARTS, max_size=40).map("".join) | st.text(st.characters(codec=None), max_size=200))
def test_any_text_has_a_result_with_exact_spans(text: str) -> None:
    for quote in quotes.find("content", text):
        assert text[quote.start : quote.end] == quote.text
        assert quote.speaker is None or quote.speaker


@pytest.mark.parametrize(
    "piece",
    [
        "“",
        '"',
        "'",
        " '",
        '"a" ',
        "“说”",
        "“我们很好。”张三说，",
        '"Aa bb," said Bob Smith. ',
        '"Aa.\n',
        "，王小明在",
        "马·",
        "。——",
        "Aa ",
        "9",
        "\ud800",
    ],
)
def test_a_hostile_megabyte_takes_seconds_not_minutes(piece: str) -> None:
    start = time.process_time()
    quotes.find("content", piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 20
