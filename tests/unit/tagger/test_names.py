"""Who may be a person in running text: names by their role, surname or dot in Chinese, by their capitals in English."""

import pytest
from newsloom_tagger import names_en, names_zh
from newsloom_tagger.fold import fold


def chinese(text: str) -> list[str]:
    return [text[p.start : p.end] for p in names_zh.mentions(fold(text))]


def english(text: str) -> list[str]:
    return [text[p.start : p.end] for p in names_en.mentions(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("销售总监何启明说，货还没到。", ["何启明"]),
        ("董事長蔡承翰表示，交期縮短。", ["蔡承翰"]),
        ("欧阳明远说，欧阳明远不卖。", ["欧阳明远", "欧阳明远"]),
        ("能源咨询师马克·奥尔森在场。", ["马克·奥尔森"]),
        ("四十三岁的毕春来选择留下。", ["毕春来"]),
    ],
)
def test_chinese_people_are_found_by_role_surname_and_dot(text: str, names: list[str]) -> None:
    assert chinese(text) == names


@pytest.mark.parametrize(
    "text", ["年产500万千瓦，全长3万公里，共3 万公里", "售价20元付费，20元付费", "增长8%占四成，8%占四成", "300万字，300万字"]
)
def test_a_measure_after_a_number_is_no_surname(text: str) -> None:
    assert chinese(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("OpenAI CEO Sam Altman met Amazon’s Andy Jassy.", ["Sam Altman", "Andy Jassy"]),
        ("Dr Lowri Pugh and Ludwig van den Berg agreed.", ["Lowri Pugh", "Ludwig van den Berg"]),
        ("The CEO of IBM spoke.", []),
        ("C.C. Wei said so.", ["C.C. Wei"]),
    ],
)
def test_english_people_are_found_without_titles_and_companies(text: str, names: list[str]) -> None:
    assert english(text) == names
