"""Sums as the press writes them, in every way that is easy to misread."""

from typing import Any

import pytest
from newsloom_tagger import amounts

Expected = list[tuple[str, Any, str]]

ONE_SUM: list[tuple[str, str, float, str]] = [
    # multipliers, Western and Chinese, mixed, spaced
    ("募资 6,300 万元，用于扩产", "6,300 万元", 6.3e7, "CNY"),
    ("估值 1.2 万亿美元", "1.2 万亿美元", 1.2e12, "USD"),
    ("一亿两千万元的订单", "一亿两千万元", 1.2e8, "CNY"),
    ("1亿2千万美元", "1亿2千万美元", 1.2e8, "USD"),
    ("总投资三万五千亿日元", "三万五千亿日元", 3.5e12, "JPY"),
    ("赔了两千零五十万元", "两千零五十万元", 20_500_000, "CNY"),
    ("營收達新臺幣 8,395 億元", "新臺幣 8,395 億元", 8.395e11, "TWD"),
    ("罚款壹佰万元整", "壹佰万元", 1e6, "CNY"),
    ("花了两个亿美元", "两个亿美元", 2e8, "USD"),
    ("三点六亿欧元", "三点六亿欧元", 3.6e8, "EUR"),
    ("市值1.9兆元，台積電續創新高，台北股市", "1.9兆元", 1.9e12, "TWD"),
    ("A轮融了5000万美金", "5000万美金", 5e7, "USD"),
    ("raised $4.5B", "$4.5B", 4.5e9, "USD"),
    ("$650MM in debt", "$650MM", 6.5e8, "USD"),
    ("a $3 bil fund", "$3 bil", 3e9, "USD"),
    ("$ 5 million", "$ 5 million", 5e6, "USD"),
    ("US$1.2tn", "US$1.2tn", 1.2e12, "USD"),
    ("$3 hundred million", "$3 hundred million", 3e8, "USD"),
    ("five hundred million dollars", "five hundred million dollars", 5e8, "USD"),
    ("one hundred and twenty thousand euros", "one hundred and twenty thousand euros", 120_000, "EUR"),
    ("twenty-five million dollars", "twenty-five million dollars", 2.5e7, "USD"),
    ("half a billion dollars", "half a billion dollars", 5e8, "USD"),
    ("a quarter of a million dollars", "a quarter of a million dollars", 250_000, "USD"),
    ("three quarters of a billion euros", "three quarters of a billion euros", 7.5e8, "EUR"),
    ("two and a half billion dollars", "two and a half billion dollars", 2.5e9, "USD"),
    ("a billion and a half dollars", "a billion and a half dollars", 1.5e9, "USD"),
    ("a seven-billion-dollar order", "seven-billion-dollar", 7e9, "USD"),
    ("a $10-billion plan", "$10-billion", 1e10, "USD"),
    ("a hundred thousand pounds sterling", "a hundred thousand pounds sterling", 1e5, "GBP"),
    # thousands and decimals of other countries
    ("€1,2 billion", "€1,2 billion", 1.2e9, "EUR"),
    ("€3,75 million", "€3,75 million", 3.75e6, "EUR"),
    ("costs 49,90 euros", "49,90 euros", 49.9, "EUR"),
    ("€1.200.000", "€1.200.000", 1.2e6, "EUR"),
    ("₹1,40,000", "₹1,40,000", 140_000, "INR"),
    ("₹5,000 crore", "₹5,000 crore", 5e10, "INR"),
    ("₹1.2 lakh crore", "₹1.2 lakh crore", 1.2e12, "INR"),
    ("Rs. 12 lakh", "Rs. 12 lakh", 1.2e6, "INR"),
    ("two crore rupees", "two crore rupees", 2e7, "INR"),
    ("asks 20 € a month", "20 €", 20, "EUR"),
    # which dollar, which yuan, which yen
    ("HK$5.4億", "HK$5.4億", 5.4e8, "HKD"),
    ("作價5億港元", "5億港元", 5e8, "HKD"),
    ("NT$300 million", "NT$300 million", 3e8, "TWD"),
    ("罚款 300 万加元", "300 万加元", 3e6, "CAD"),
    ("S$12m", "S$12m", 1.2e7, "SGD"),
    ("A$2.1 billion", "A$2.1 billion", 2.1e9, "AUD"),
    ("$5 million CAD", "$5 million CAD", 5e6, "CAD"),
    ("$20 million Canadian", "$20 million Canadian", 2e7, "CAD"),
    ("$8 million Australian dollars", "$8 million Australian dollars", 8e6, "AUD"),
    ("NZ$40m", "NZ$40m", 4e7, "NZD"),
    ("RMB1.5bn", "RMB1.5bn", 1.5e9, "CNY"),
    ("CN¥20 million", "CN¥20 million", 2e7, "CNY"),
    ("USD 2.5 million", "USD 2.5 million", 2.5e6, "USD"),
    ("EUR500m", "EUR500m", 5e8, "EUR"),
    ("5bn USD", "5bn USD", 5e9, "USD"),
    ("约3000億円", "3000億円", 3e11, "JPY"),
    ("a ¥2 trillion fund of the Tokyo group", "¥2 trillion", 2e12, "JPY"),
    ("深圳公司斥资￥2.6亿", "￥2.6亿", 2.6e8, "CNY"),
    ("₩1.5 trillion", "₩1.5 trillion", 1.5e12, "KRW"),
    ("20 million Hong Kong dollars", "20 million Hong Kong dollars", 2e7, "HKD"),
    ("12 million Swiss francs", "12 million Swiss francs", 1.2e7, "CHF"),
    ("£1.25m", "£1.25m", 1.25e6, "GBP"),
    ("R$30 million", "R$30 million", 3e7, "BRL"),
    # beside goods
    ("50亿美元的A100", "50亿美元", 5e9, "USD"),
    ("$2 billion of GPUs", "$2 billion", 2e9, "USD"),
    ("售价1.5万元的显卡", "1.5万元", 15_000, "CNY"),
    ("100,000 H100s for $4 billion", "$4 billion", 4e9, "USD"),
    ("2024年营收3亿元", "3亿元", 3e8, "CNY"),
    ("月薪3万块。", "3万块", 30_000, "CNY"),
    ("二十块钱", "二十块钱", 20, "CNY"),
    ("押金3块5。", "3块5", 3.5, "CNY"),
]

RANGES: list[tuple[str, str, float, float, str]] = [
    ("$1.2bn-$1.5bn", "$1.2bn-$1.5bn", 1.2e9, 1.5e9, "USD"),
    ("$1.2–1.5 billion", "$1.2–1.5 billion", 1.2e9, 1.5e9, "USD"),
    ("5-6亿元", "5-6亿元", 5e8, 6e8, "CNY"),
    ("5、6亿元", "5、6亿元", 5e8, 6e8, "CNY"),
    ("五六亿元", "五六亿元", 5e8, 6e8, "CNY"),
    ("三四百万美元", "三四百万美元", 3e6, 4e6, "USD"),
    ("一百二三十万元", "一百二三十万元", 1.2e6, 1.3e6, "CNY"),
    ("四亿到五亿欧元", "四亿到五亿欧元", 4e8, 5e8, "EUR"),
    ("800 万到 1,200 万美元", "800 万到 1,200 万美元", 8e6, 1.2e7, "USD"),
    ("2至3亿美元", "2至3亿美元", 2e8, 3e8, "USD"),
    ("10~15萬元新台幣", "10~15萬元新台幣", 1e5, 1.5e5, "TWD"),
    ("€20-25m", "€20-25m", 2e7, 2.5e7, "EUR"),
    ("between $5 and $7 million", "$5 and $7 million", 5e6, 7e6, "USD"),
    ("between 5 and 7 billion yen", "5 and 7 billion yen", 5e9, 7e9, "JPY"),
    ("$10 to $15 million", "$10 to $15 million", 1e7, 1.5e7, "USD"),
    ("ten to fifteen million dollars", "ten to fifteen million dollars", 1e7, 1.5e7, "USD"),
    ("10 to 12 cents", "10 to 12 cents", 0.1, 0.12, "USD"),
]

INEXACT: list[tuple[str, float, str | None]] = [
    ("逾三千万元", 3e7, "over"),
    ("将近 20 亿美元", 2e9, "under"),
    ("不超过5亿元", 5e8, "under"),
    ("超過新台幣百二十億元", 1.2e10, "over"),
    ("十多亿元", 1e9, "over"),
    ("1000余万元", 1e7, "over"),
    ("一千多万美元", 1e7, "over"),
    ("五万元以下", 5e4, "under"),
    ("20亿元以上", 2e9, "over"),
    ("3亿元上下", 3e8, "about"),
    ("大约 4,000 亿日元", 4e11, "about"),
    ("nearly $40bn", 4e10, "under"),
    ("upwards of $2bn", 2e9, "over"),
    ("$100M+", 1e8, "over"),
    ("$1 billion-plus", 1e9, "over"),
    ("$5 million or more", 5e6, "over"),
    ("some €300m", 3e8, "about"),
    ("up to $500 million", 5e8, "under"),
    ("not more than 2 million yuan", 2e6, "under"),
    ("$700 or so", 700, "about"),
    ("£46m plus bonuses", 4.6e7, None),
]

PRICES: list[tuple[str, float, str]] = [
    ("$2.50 per million input tokens", 2.5, "million input tokens"),
    ("$0.15/1M tokens", 0.15, "1m tokens"),
    ("0.8元/百万tokens", 0.8, "百万tokens"),
    ("2元/百万token", 2, "百万token"),
    ("每百万词元4元", 4, "百万词元"),
    ("每千tokens 0.02元", 0.02, "千tokens"),
    ("2.1美元/小时", 2.1, "小时"),
    ("$2 per GPU hour", 2, "gpu hour"),
    ("每GPU小时2美元", 2, "gpu小时"),
    ("$20 a month", 20, "month"),
    ("$200/month", 200, "month"),
    ("199元/月", 199, "月"),
    ("4 cents a kilowatt-hour", 0.04, "kilowatt-hour"),
    ("每度电0.35元", 0.35, "度"),
    ("$1.5 million-a-year", 1.5e6, "year"),
    ("3万美元/颗", 30_000, "颗"),
]

NO_SUM = [
    "上亿元",
    "数十亿美元",
    "几千万元",
    "近百亿元级",
    "过亿美元",
    "成百上千万元",
    "千亿元市场",
    "low-single-digit billions",
    "a nine-figure sum",
    "tens of billions of dollars",
    "several million dollars",
    "a few hundred dollars",
    "multibillion-dollar",
    "a dollar more",
    "三元正极材料",
    "二元论",
    "一元化管理",
    "2025元月上线",
    "三元锂",
    "元宇宙3.0",
    "5 per cent of revenue",
    "$NVDA",
    "1,000 won the prize",
    "3块GPU",
    "8毛线",
    "10万张GPU",
    "6710亿参数",
    "PHP 8.2",
    "the euro 2024",
    "百分之五",
]

SEVERAL: list[tuple[str, Expected]] = [
    ("$98 million to $102 million", [("$98 million", 9.8e7, "USD"), ("$102 million", 1.02e8, "USD")]),
    ("rose from $20 to $25", [("$20", 20, "USD"), ("$25", 25, "USD")]),
    ("5.4亿元、6.9亿元和4.2亿元", [("5.4亿元", 5.4e8, "CNY"), ("6.9亿元", 6.9e8, "CNY"), ("4.2亿元", 4.2e8, "CNY")]),
    ("由 210 亿元下调至 135 亿元", [("210 亿元", 2.1e10, "CNY"), ("135 亿元", 1.35e10, "CNY")]),
    ("$1bn in cash and €500m in stock", [("$1bn", 1e9, "USD"), ("€500m", 5e8, "EUR")]),
    ("约合人民币3.6亿元（5000万美元）", [("人民币3.6亿元", 3.6e8, "CNY"), ("5000万美元", 5e7, "USD")]),
    ("in 2024 €24 and in 2025 €30", [("€24", 24, "EUR"), ("€30", 30, "EUR")]),
]


def found(text: str) -> Expected:
    return [(a.text, a.value, a.currency) for a in amounts.find("content", text)]


@pytest.mark.parametrize(("text", "span", "value", "currency"), ONE_SUM)
def test_one_sum(text: str, span: str, value: float, currency: str) -> None:
    assert found(text) == [(span, pytest.approx(value, rel=1e-12), currency)]


@pytest.mark.parametrize(("text", "span", "low", "high", "currency"), RANGES)
def test_a_range_is_one_sum(text: str, span: str, low: float, high: float, currency: str) -> None:
    (a,) = amounts.find("content", text)
    assert (a.text, a.value, a.high, a.currency) == (span, low, high, currency)


@pytest.mark.parametrize(("text", "value", "about"), INEXACT)
def test_an_approximation_keeps_its_number(text: str, value: float, about: str | None) -> None:
    (a,) = amounts.find("content", text)
    assert (a.value, a.about) == (value, about)


@pytest.mark.parametrize(("text", "value", "per"), PRICES)
def test_a_price_keeps_what_it_is_for(text: str, value: float, per: str) -> None:
    (a,) = amounts.find("content", text)
    assert (a.value, a.per) == (value, per)


@pytest.mark.parametrize("text", NO_SUM)
def test_what_only_looks_like_money(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "sums"), SEVERAL)
def test_several_sums(text: str, sums: Expected) -> None:
    assert found(text) == sums


def test_a_bare_dollar_is_of_the_country_that_the_article_is_about() -> None:
    text = "TORONTO — The Ontario lab, the largest in Canada, pays $90,000. Its Montreal rival and Alberta's pay $85,000."
    assert {c for _, _, c in found(text)} == {"CAD"}
    assert {c for _, _, c in found("SYDNEY — The Melbourne firm, listed in Australia, paid $2m.")} == {"AUD"}
    assert {c for _, _, c in found("SAN FRANCISCO — The firm opened in Toronto and paid $2m.")} == {"USD"}
