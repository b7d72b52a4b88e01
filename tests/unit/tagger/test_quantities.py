"""The industry's numbers: value, unit and place, and nothing that only looks like one."""

import math
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_tagger import amounts, quantities, units

Expected = list[tuple[str, Any, str]]


def found(text: str) -> Expected:
    return [(q.text, q.value, q.unit) for q in quantities.find("content", text)]


@pytest.mark.parametrize(
    ("text", "span", "value", "unit"),
    [
        ("十万张GPU", "十万张GPU", 1e5, "gpu"),
        ("採購 2.4 萬張 H200", "2.4 萬張 H200", 24_000, "gpu"),
        ("一万二千块英伟达A100", "一万二千块英伟达A100", 12_000, "gpu"),
        ("十万卡集群", "十万卡", 1e5, "gpu"),
        ("16,000 liquid-cooled Nvidia GPUs", "16,000 liquid-cooled Nvidia GPUs", 16_000, "gpu"),
        ("4.5万枚国产AI芯片", "4.5万枚国产AI芯片", 45_000, "chip"),
        ("three million chips", "three million chips", 3e6, "chip"),
        ("八百台AI服务器", "八百台AI服务器", 800, "server"),
        ("月产能 4.2 万片晶圆", "4.2 万片晶圆", 42_000, "wafer"),
        ("350兆瓦", "350兆瓦", 3.5e8, "watt"),
        ("120萬千瓦", "120萬千瓦", 1.2e9, "watt"),
        ("a five-gigawatt campus", "five-gigawatt", 5e9, "watt"),
        ("3.5 TWh", "3.5 TWh", 3.5e12, "watt-hour"),
        ("年耗六亿度电", "六亿度电", 6e11, "watt-hour"),
        ("千亿参数大模型", "千亿参数", 1e11, "parameter"),
        ("405B parameters", "405B parameters", 4.05e11, "parameter"),
        ("a seven-billion-parameter model", "seven-billion-parameter", 7e9, "parameter"),
        ("1,200 万个词元", "1,200 万个词元", 1.2e7, "token"),
        ("a 1M-token context window", "1M-token", 1e6, "token"),
        ("256K上下文", "256K上下文", 256_000, "token"),
        ("日活跃用户突破1.1亿。", "1.1亿", 1.1e8, "user"),
        ("MAUs of 450 million", "450 million", 4.5e8, "user"),
        ("900 million weekly users", "900 million weekly users", 9e8, "user"),
        ("裁员三百人", "三百人", 300, "employee"),
        ("cutting 1,100 jobs", "1,100 jobs", 1100, "employee"),
        ("it employs 74 people", "74 people", 74, "employee"),
        ("六成五", "六成五", 65, "percent"),
        ("百分之三点五", "百分之三点五", 3.5, "percent"),
        ("7.5 per cent", "7.5 per cent", 7.5, "percent"),
        ("25个基点", "25个基点", 0.25, "percentage-point"),
        ("12,000辆", "12,000辆", 12_000, "vehicle"),
        ("300台四足机器人", "300台四足机器人", 300, "robot"),
        ("累计出货 640 台", "640 台", 640, "unit"),
        ("40,000 units sold", "40,000 units", 40_000, "unit"),
        ("3.2 EFLOPS", "3.2 EFLOPS", 3.2e18, "flops"),
        ("5000P智能算力", "5000P", 5e18, "flops"),
        ("two-nanometre", "two-nanometre", 2, "nanometre"),
        ("显存为96G", "96G", 9.6e10, "byte"),
        ("288GB of HBM4", "288GB", 2.88e11, "byte"),
        ("三公顷", "三公顷", 30_000, "square-metre"),
        ("2 million sq ft", "2 million sq ft", 2e6, "square-foot"),
        ("1,100 acres", "1,100 acres", 1100, "acre"),
        ("占地三百亩", "三百亩", 300, "mu"),
    ],
)
def test_a_quantity_is_read_with_its_unit(text: str, span: str, value: float, unit: str) -> None:
    assert found(text) == [(span, pytest.approx(value, rel=1e-12), unit)]


@pytest.mark.parametrize(
    ("text", "span", "low", "high"),
    [
        ("2 to 3 GW", "2 to 3 GW", 2e9, 3e9),
        ("30至40%", "30至40%", 30, 40),
        ("30%-40%", "30%-40%", 30, 40),
        ("between 5 and 7 per cent", "5 and 7 per cent", 5, 7),
        ("三四成", "三四成", 30, 40),
        ("100兆瓦至150兆瓦", "100兆瓦至150兆瓦", 1e8, 1.5e8),
        ("五六千张显卡", "五六千张显卡", 5000, 6000),
        ("10-15万张H20", "10-15万张H20", 1e5, 1.5e5),
        ("70-80B parameters", "70-80B parameters", 7e10, 8e10),
    ],
)
def test_a_range_is_one_quantity(text: str, span: str, low: float, high: float) -> None:
    (q,) = quantities.find("content", text)
    assert (q.text, q.value, q.high) == (span, low, high)


def test_a_change_is_two() -> None:
    assert [v for _, v, _ in found("从30%到40%")] == [30, 40]
    assert [v for _, v, _ in found("rose from 12% to 18%")] == [12, 18]
    assert [v for _, v, _ in found("用户数从2000万增至1.2亿。")] == [2e7, 1.2e8]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("逾十万张GPU", "over"),
        ("近40%", "under"),
        ("约2吉瓦", "about"),
        ("三成左右", "about"),
        ("3000余名员工", "over"),
        ("more than 100,000 GPUs", "over"),
        ("nearly 30 percent", "under"),
        ("roughly 150MW", "about"),
        ("20% or more", "over"),
        ("50MW", None),
    ],
)
def test_an_approximation_keeps_its_number(text: str, about: str | None) -> None:
    (q,) = quantities.find("content", text)
    assert q.about == about


@pytest.mark.parametrize(
    "text",
    [
        "50亿美元的A100",
        "$2 billion of GPUs",
        "$2 billion chips act",
        "Llama 3 70B",
        "GPT-4 users",
        "Windows 11 users",
        "phase 2 servers",
        "in 2024 users left",
        "2024用户大会",
        "2024年",
        "14:30",
        "400-820-1234",
        "version 3.5",
        "5G手机",
        "1080p",
        "24/7",
        "每百万token",
        "per million tokens",
        "数千张卡",
        "上万张GPU",
        "一成不变",
        "一名员工",
        "a GPU",
        "one user",
        "第3台服务器",
        "300千卡热量",
        "200万人次",
        "带宽8TB/s",
        "400 Gbps",
        "三个人去看电影",
        "A100 chips",
        "servers with GPUs",
        "",
        "%",
        "成",
    ],
)
def test_what_only_looks_like_a_quantity(text: str) -> None:
    assert found(text) == []


def test_money_and_quantities_share_no_number() -> None:
    text = "公司花50亿元买了10万张A100，涨幅12%；it paid $2.5bn for 80,000 GPUs at $30,000 each, 5 per cent off, 每千瓦时0.3元."
    sums, counted = amounts.find("content", text), quantities.find("content", text)
    assert [a.value for a in sums] == [5e9, 2.5e9, 30_000, 0.3]
    assert [q.unit for q in counted] == ["gpu", "percent", "gpu", "percent"]
    assert all(q.end <= a.start or a.end <= q.start for q in counted for a in sums)


def test_every_unit_is_lower_case_and_spelled_in_one_case() -> None:
    ids = {use.unit for uses in units.table().values() for use in uses}
    assert len(ids) == 22
    assert all(unit == unit.lower() for unit in ids)
    assert all(word == word.lower() for word in units.table())


def spans_hold(text: str) -> None:
    for q in quantities.find("content", text):
        assert text[q.start : q.end] == q.text != ""
        assert math.isfinite(q.value)
        assert q.high is None or q.high > q.value


PIECES = "0 1 9 . , 万 亿 千 一 两 十 百 张 卡 GPU % 成 百分之 兆瓦 MW to - 至 和 users 用户 人 裁员 k B token p İ 億 $ 美元"
PARTS: Any = st.sampled_from([*re.findall(r"\S+", PIECES), " ", "。", "\ud800"])


@given(st.lists(PARTS, max_size=40).map("".join) | st.text(st.characters(codec=None), max_size=200))
def test_any_text_has_a_result_with_exact_spans(text: str) -> None:
    spans_hold(text)


@pytest.mark.parametrize(
    "piece",
    ["9", "亿", "$ ", '"', "9%", "%", "成", "三成", "users ", "a ", "1万张", "10 to ", "月活", "活跃用户从1", "e\u0301"],
)
def test_a_hostile_megabyte_takes_seconds_not_minutes(piece: str) -> None:
    start = time.process_time()
    spans_hold(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 20
