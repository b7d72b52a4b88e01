from datetime import UTC, datetime

import pytest
from newsloom_query import QueryError, parse
from newsloom_query.tree import HasFigure, Limits

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def limits(text):
    found = parse(text, NOW).root
    assert isinstance(found, HasFigure)
    return found.unit, found.limits.low, found.limits.high, found.limits.open


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("amount>1e9 USD", ("USD", 1e9, None, True)),
        ("amount > 1,000.5 eur", ("EUR", 1000.5, None, True)),
        ("amount≥五十亿美元", ("USD", 5e9, None, False)),
        ("amount<3亿5000万元", ("CNY", None, 3.5e8, True)),
        ("amount<=US$1.5bn", ("USD", None, 1.5e9, False)),
        ("amount<5bn$", ("USD", None, 5e9, True)),
        ("amount 1..5 bn USD", ("USD", 1e9, 5e9, False)),
        ("amount:900m..1.2bn£", ("GBP", 9e8, 1.2e9, False)),
        ("amount 1…2万亿日元", ("JPY", 1e12, 2e12, False)),
        ("gpus>1万", ("gpu", 10_000, None, True)),
        ("MW>=500", ("watt", 5e8, None, False)),
        ("gw 1..2", ("watt", 1e9, 2e9, False)),
        ("用户>1亿", ("user", 1e8, None, True)),
        ("parameters 7b..70b", ("parameter", 7e9, 7e10, False)),
    ],
)
def test_numbers_are_read_as_people_write_them(text, meant):
    assert limits(text) == meant


def test_the_same_number_is_one_within_a_thousandth():
    assert parse("amount=1000 USD", NOW).root.limits == Limits(999.0, 1000.9999999999999)


@pytest.mark.parametrize(
    ("text", "says", "position"),
    [
        ("amount>5", "an amount needs one currency", 7),
        ("amount 1 USD..5 EUR", "an amount needs one currency", 7),
        ("amount>1,5bn USD", "amount is compared with a number", 7),
        ("x gpus>many", "gpus is compared with a number", 7),
        ("gpus>5USD", "gpus are no money", 5),
        ("amount 5..1 bn USD", "this range ends below its beginning", 7),
        ("amount>1e999 USD", "this number is too large", 7),
        ("gpuz>5", "unknown number 'gpuz': did you mean gpu", 0),
    ],
)
def test_what_is_no_number_says_what_is_wrong_and_where(text, says, position):
    with pytest.raises(QueryError, match=says) as raised:
        parse(text, NOW)
    assert raised.value.position == position
