"""What set-up decides about topics."""

from dataclasses import replace

import pytest
from newsloom_schemas.topics import DAY, FOREVER, TOPICS, expand
from newsloom_setup.topics import Found, plan, settings

TABLE = expand(["chips", "talent"])
TOPIC = replace(TOPICS[1], name="t", partitions=3, retention_ms=90 * DAY, max_message_bytes=1000)


def found(partitions=3, **changes):
    return {"t": Found(partitions, {**settings(TOPIC), **changes})}


def test_on_an_empty_broker_every_topic_of_the_table_is_made():
    assert [t.name for t in plan(TABLE, {}).create] == [
        "news.raw",
        "news.backfill",
        "news.tagged",
        "news.theme.chips",
        "news.theme.talent",
        "news.dead",
        "news.feeds",
        "news.searches",
        "news.alerts",
    ]


def test_the_archive_is_kept_for_ever():
    assert settings(TABLE[0])["retention.ms"] == str(FOREVER)


def test_of_the_feeds_standing_only_the_newest_is_kept():
    assert {t.name: settings(t)["cleanup.policy"] for t in TABLE if t.name in {"news.raw", "news.feeds"}} == {
        "news.raw": "delete",
        "news.feeds": "compact",
    }


def test_what_is_right_is_left_alone():
    todo = plan([TOPIC], found())
    assert todo.done()
    assert todo.warnings == ()


def test_too_few_partitions_are_grown():
    assert plan([TOPIC], found(1)).grow == {"t": 3}


def test_too_many_partitions_are_only_reported():
    todo = plan([TOPIC], found(5))
    assert todo.done()
    assert "5 partitions" in todo.warnings[0]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("retention.ms", str(DAY)), ("max.message.bytes", "999"), ("retention.ms", "0")],
)
def test_a_lower_limit_is_raised(setting, value):
    assert plan([TOPIC], found(**{setting: value})).alter == {"t": {setting: settings(TOPIC)[setting]}}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("retention.ms", "-1"),
        ("retention.ms", str(400 * DAY)),
        ("max.message.bytes", "1001"),
        ("cleanup.policy", "compact"),
    ],
)
def test_what_somebody_chose_to_keep_longer_or_otherwise_is_only_reported(setting, value):
    todo = plan([TOPIC], found(**{setting: value}))
    assert todo.done()
    assert len(todo.warnings) == 1
    assert value in todo.warnings[0]


def test_a_topic_that_must_be_kept_for_ever_is_raised_to_that():
    forever = replace(TOPIC, retention_ms=FOREVER)
    assert plan([forever], found()).alter == {"t": {"retention.ms": "-1"}}
