"""Sums of money: value, currency and place, and nothing that is no money."""

import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_schemas.types import Amount
from newsloom_tagger import amounts


def found(text: str) -> list[tuple[str, float, str]]:
    return [(a.text, a.value, a.currency) for a in amounts.find("content", text)]


def only(text: str) -> Amount:
    (amount,) = amounts.find("content", text)
    return amount


@pytest.mark.parametrize(
    ("text", "span", "value", "currency"),
    [
        ("50亿美元的A100", "50亿美元", 5e9, "USD"), ("共计五十亿美元。", "五十亿美元", 5e9, "USD"),
        ("出资两千万元", "两千万元", 2e7, "CNY"),
        ("市值1.2万亿元", "1.2万亿元", 1.2e12, "CNY"), ("营收3,607億元人民幣", "3,607億元人民幣", 3.607e11, "CNY"),
        ("募得新台幣4,500萬元", "新台幣4,500萬元", 4.5e7, "TWD"), ("罚款五百万元人民币", "五百万元人民币", 5e6, "CNY"),
        ("作价人民币3亿元", "人民币3亿元", 3e8, "CNY"), ("售价¥3万", "¥3万", 3e4, "CNY"),
        ("RMB 30亿", "RMB 30亿", 3e9, "CNY"),
        ("募资79.2亿港元", "79.2亿港元", 7.92e9, "HKD"), ("180亿日元", "180亿日元", 1.8e10, "JPY"),
        ("3.5万亿韩元", "3.5万亿韩元", 3.5e12, "KRW"),
        ("4亿欧元", "4亿欧元", 4e8, "EUR"), ("21万英镑", "21万英镑", 2.1e5, "GBP"), ("五百萬美金", "五百萬美金", 5e6, "USD"),
        ("六美分", "六美分", 0.06, "USD"), ("每度三毛五以下", "三毛五", 0.35, "CNY"),
        ("成本一块一上下", "一块一", 1.1, "CNY"),
        ("愿意掏25块。", "25块", 25, "CNY"), ("一毛钱", "一毛钱", 0.1, "CNY"), ("收入2600万，", "2600万", 2.6e7, "CNY"),
        ("US$2.3bn", "US$2.3bn", 2.3e9, "USD"), ("$290,000", "$290,000", 290_000, "USD"), ("€40m", "€40m", 4e7, "EUR"),
        ("C$1.5bn", "C$1.5bn", 1.5e9, "CAD"), ("HK$96 billion", "HK$96 billion", 9.6e10, "HKD"),
        ("NT$1.07 trillion", "NT$1.07 trillion", 1.07e12, "TWD"),
        ("S$4.10", "S$4.10", 4.1, "SGD"), ("A$12m", "A$12m", 1.2e7, "AUD"), ("£750k", "£750k", 7.5e5, "GBP"),
        ("₩3 trillion", "₩3 trillion", 3e12, "KRW"),
        ("Rs 240 crore", "Rs 240 crore", 2.4e9, "INR"), ("₹1.4 lakh", "₹1.4 lakh", 1.4e5, "INR"),
        ("CHF 38,000", "CHF 38,000", 38_000, "CHF"),
        ("3.2 trillion won", "3.2 trillion won", 3.2e12, "KRW"), ("61 million yuan", "61 million yuan", 6.1e7, "CNY"),
        ("two hundred million dollars", "two hundred million dollars", 2e8, "USD"),
        ("half a million euros", "half a million euros", 5e5, "EUR"),
        ("a 5-billion-dollar deal", "5-billion-dollar", 5e9, "USD"), ("four cents", "four cents", 0.04, "USD"),
        ("$50亿", "$50亿", 5e9, "USD"),
    ],
)  # fmt: skip
def test_a_sum_is_read_with_its_currency(text: str, span: str, value: float, currency: str) -> None:
    assert found(text) == [(span, value, currency)]


@pytest.mark.parametrize(
    "text",
    [
        "130个", "2024年7月28日", "100万台服务器", "$AAPL", "上亿元", "数十亿美元", "几百万元", "百亿元级",
        "billions of dollars", "2024元年", "三元锂电池",
        "8块显卡", "毛利率三成", "一块儿去", "收入人群2600万人", "CAD 2024 adds layers",
        "the team that won in 2024 won again", "a dollar of investment",
        "lost 40 pounds", "1080p video", "5G 网络", "PHP 8",
    ],
)  # fmt: skip
def test_what_is_no_sum_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "span", "low", "high"),
    [
        ("10-15亿美元", "10-15亿美元", 1e9, 1.5e9), ("20亿至30亿元", "20亿至30亿元", 2e9, 3e9),
        ("2至3万元", "2至3万元", 2e4, 3e4),
        ("2 to 3 billion dollars", "2 to 3 billion dollars", 2e9, 3e9),
        ("$310-330 million", "$310-330 million", 3.1e8, 3.3e8),
        ("$2 to $3 billion", "$2 to $3 billion", 2e9, 3e9),
        ("two to three billion dollars", "two to three billion dollars", 2e9, 3e9),
    ],
)  # fmt: skip
def test_a_range_with_shared_units_is_one_sum(text: str, span: str, low: float, high: float) -> None:
    amount = only(text)
    assert (amount.text, amount.value, amount.high) == (span, low, high)


def test_complete_ends_and_changes_are_two_sums() -> None:
    assert [v for _, v, _ in found("$98 million to $102 million")] == [9.8e7, 1.02e8]
    assert [v for _, v, _ in found("从5亿涨到7亿元")] == [7e8]
    assert found("from 815 million to 920 million yuan") == [("815 million", 8.15e8, "CNY"), ("920 million yuan", 9.2e8, "CNY")]


@pytest.mark.parametrize(
    ("text", "about", "per"),
    [
        ("逾50亿元", "over", None), ("近3亿美元", "under", None), ("约两千万元", "about", None), ("50多亿元", "over", None),
        ("30亿元左右", "about", None),
        ("more than $3bn", "over", None), ("no more than $3bn", "under", None), ("about 40 cents", "about", None),
        ("$3bn", None, None),
        ("£5.99 a month", None, "month"), ("每月7.1万元", None, "月"), ("$3 per million tokens", None, "million tokens"),
        ("19元/月", None, "月"),
    ],
)  # fmt: skip
def test_approximations_and_prices_are_kept(text: str, about: str | None, per: str | None) -> None:
    assert (only(text).about, only(text).per) == (about, per)


def test_a_shared_sign_is_decided_by_the_text() -> None:
    assert found("Sydney: the Brisbane importer lost $200.")[0][2] == "AUD"
    assert found("The Tokyo toymaker asks ¥28,000 each.")[0][2] == "JPY"
    assert found("公司在深圳，售价¥199。")[0][2] == "CNY"
    assert found("The Oslo library pays 0.90 kroner.")[0][2] == "NOK"
    assert found("The Copenhagen insurer paid 50,000 kroner.")[0][2] == "DKK"
    assert found("募得新台幣4,500萬元，估值約3億元。")[1][2] == "TWD"
    assert found("It sells seats at €24 and pays 11 cents for each call.")[1] == ("11 cents", 0.11, "EUR")


def spans_hold(text: str) -> None:
    for amount in amounts.find("content", text):
        assert text[amount.start : amount.end] == amount.text
        assert math.isfinite(amount.value)


PIECES = "0 1 9 . , 万 亿 兆 一 两 十 百 元 块 毛 美元 $ € ¥ m bn million to - 至 年 cents p 多 数 \ud800 İ 億"
PARTS: Any = st.sampled_from(PIECES.split())


@given(st.lists(PARTS, max_size=40).map("".join) | st.text(st.characters(codec=None), max_size=200))
def test_any_text_has_a_result_with_exact_spans(text: str) -> None:
    spans_hold(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "9",
        "一",
        "亿",
        "$",
        "$ ",
        '"',
        "元",
        "1,",
        "1亿元到",
        "one hundred ",
        "5p ",
        "$1",
        "3块",
        "\ud800",
        "e\u0301",
        "\x00",
    ],
)
def test_a_hostile_megabyte_takes_seconds_not_minutes(piece: str) -> None:
    start = time.process_time()
    spans_hold(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 20
