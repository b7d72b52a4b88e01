"""Known companies, people and products, by all their names, at exact places; words that only look like them are not."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger import entities, gazetteer
from newsloom_tagger.gazetteer import GazetteerError


def names(text: str, title: str = "") -> dict[str, list[str]]:
    return {e.name: [m.text for m in e.mentions] for e in entities.find(title, text)}


def test_every_name_of_a_company_is_one_company() -> None:
    (entity,) = entities.find("据NVIDIA发布", "英伟达、輝達、Nvidia与NVDA是一家，ＮＶＩＤＩＡ也是")
    assert (entity.id, entity.type) == ("Q182477", "company")
    assert [m.text for m in entity.mentions] == ["NVIDIA", "英伟达", "輝達", "Nvidia", "NVDA", "ＮＶＩＤＩＡ"]
    assert [m.field for m in entity.mentions] == ["title", *["content"] * 5]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("臺積電擴產", "TSMC"), ("字节跳动发布豆包大模型", "ByteDance"), ("月之暗面的Kimi K2", "Moonshot AI"),
        ("黄仁勋说", "Jensen Huang"),
        ("萨姆·奥尔特曼", "Sam Altman"), ("百度文心一言", "ERNIE (Baidu)"), ("昇騰910B缺貨", "Huawei Ascend"),
        ("CoreWeave leases", "CoreWeave"),
        ("(NYSE: ARM) fell", "Arm"), ("Mistral raised", "Mistral AI"), ("H100仍缺货", "NVIDIA H100"),
        ("苹果发布新款iPhone", "Apple"),
        ("a deal with Meta, which has", "Meta"), ("Oracle and CoreWeave are", "Oracle"), ("旷视与商汤都在裁员", "Megvii"),
        ("Claude by Anthropic", "Claude"),
    ],
)  # fmt: skip
def test_a_name_is_found(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "烟台苹果丰收，果农很高兴", "高通胀之下", "北京东路", "其中金额三亿", "一台电脑", "博士和硕士", "访问界面",
        "反思科技", "甚至强于", "metals and metadata",
        "Her arm hurt.", "Claude Monet painted it.", "蒸了一锅豆包", "文心兰坦言", "thinking machines of old",
        "ARM exercises at dawn", "The Amazon river basin",
        "a figure of speech", "runway lights at the airport", "寒武纪的三叶虫化石", "Gemini is a zodiac sign",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_name_is_not_one(text: str) -> None:
    assert names(text) == {}


def test_the_longest_name_wins_and_a_product_names_its_maker_too() -> None:
    assert names("Google DeepMind said") == {"Google DeepMind": ["Google DeepMind"]}
    assert names("DeepSeek-R1开源") == {"DeepSeek models": ["DeepSeek-R1"], "DeepSeek": ["DeepSeek"]}


def test_a_name_with_other_meanings_counts_everywhere_once_the_text_says_which() -> None:
    assert names("苹果公司开会。\n" + "天气很好。" * 60 + "苹果没有回应。")["Apple"] == ["苹果公司", "苹果"]


def test_the_gazetteer_is_as_large_as_promised_and_sound() -> None:
    known = gazetteer.load().known
    assert len(known) >= 1000
    assert all(k.id.startswith("nl:") or k.id[1:].isdecimal() for k in known)
    assert len({k.name for k in known}) == len(known)


def test_rows_are_data_and_a_wrong_one_is_named() -> None:
    rows: Any = {"company": {"nl:x": {"name": "Fizz", "unsure": [{"names": ["Fizz"], "with": ["@drinks"]}]}}}
    own = gazetteer.build(rows, {"drinks": ["soda"]})
    assert [e.id for e in entities.find("", "Soda by Fizz", own)] == ["nl:x"]
    assert entities.find("", "Fizz of the sea", own) == ()
    with pytest.raises(GazetteerError, match="nl:x"):
        gazetteer.build({**rows, "person": rows["company"]}, {"drinks": []})


PARTS: Any = st.sampled_from(
    ["苹果", "Apple", "Meta", "NVIDIA", "台積電", " ", "公司", "\ud800", "İ", "😀", "(NYSE: ", "ARM", "果农", "\n", "x"]
)


@given(st.lists(PARTS, max_size=30).map("".join), st.text(st.characters(codec=None), max_size=200))
def test_any_text_has_a_result_with_exact_spans(title: str, content: str) -> None:
    fields = {"title": title, "content": content}
    for entity in entities.find(title, content):
        assert all(fields[m.field][m.start : m.end] == m.text for m in entity.mentions)


@pytest.mark.parametrize("piece", ["NVIDIA", "苹果", "Apple ", "苹果公司", "\ud800"])
def test_a_hostile_megabyte_takes_seconds_not_minutes(piece: str) -> None:
    start = time.process_time()
    entities.find("", piece * (200_000 // len(piece)))
    assert time.process_time() - start < 10
