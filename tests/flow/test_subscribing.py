"""What docs/subscribing.md shows works as it stands there."""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import newsloom_setup.topics
import pytest
from msgspec.structs import replace
from newsloom_schemas.alerts import Alert, AlertedArticle, Passage, alert_message
from newsloom_schemas.codec import message
from newsloom_schemas.topics import ALERTS, theme_topic
from newsloom_schemas.types import Evidence, RawArticle, Span, TaggedArticle, Tagger, Theme
from support import records

DOCUMENT = (Path(__file__).parents[2] / "docs/subscribing.md").read_text("utf-8")
THEME = "compute-scarcity"
NOW = datetime(2026, 11, 24, tzinfo=UTC)

pytestmark = pytest.mark.engines


def tagged(number):
    evidence = Evidence(field="title", start=0, end=7, text="H100仍缺货", rule="shortage", weight=1.0)
    theme = Theme(id=THEME, score=0.9, evidence=(evidence,))
    raw = RawArticle(id=f"a{number}", origin="push", title="H100仍缺货", content="", fetched_at=NOW)
    return TaggedArticle(article=raw, language="zh", themes=(theme,), tagger=Tagger(version=1, taxonomy=1), tagged_at=NOW)


def example(kind):
    return re.search(rf"<!-- example: {kind} -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL).group(1)


def test_the_python_consumer_prints_articles_and_goes_on_where_it_was(kafka):
    newsloom_setup.topics.ensure(kafka)
    quickly = 'group_id="my-desk", session_timeout_ms=6000,'  # a program that was killed is still a member for this long
    program = example("python").replace("127.0.0.1:9092", kafka).replace('group_id="my-desk",', quickly)
    assert shown(program, kafka, [1, 2]) == ["H100仍缺货 | H100仍缺货"] * 2
    records.put(kafka, [message(theme_topic(THEME), replace(tagged(1), themes=()), source="cli", now=NOW)])
    assert shown(program, kafka, [3]) == ["H100仍缺货 | H100仍缺货"], "neither what was committed nor what a retag takes back"


def test_the_alerts_consumer_sends_each_alert_once_and_goes_on_where_it_was(kafka):
    newsloom_setup.topics.ensure(kafka)
    program = example("alerts").replace("127.0.0.1:9092", kafka)
    told = [raised(1), raised(1), raised(2)]
    records.put(kafka, [alert_message(ALERTS, alert) for alert in told])
    with subprocess.Popen([sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline().strip() for _ in range(2)]
        records.until(lambda: committed(kafka, "my-alerts", ALERTS) == len(told), 60, "the program commits what it has sent")
        process.kill()
    assert lines == [f"gpu: H100仍缺货 {n} | H100仍缺货 | https://example.com/{n}" for n in (1, 2)]


def raised(number):
    title = f"H100仍缺货 {number}"
    told = AlertedArticle(id=f"a{number}", title=title, url=f"https://example.com/{number}", fetched_at=NOW, language="zh")
    found = Passage(field="title", start=0, end=7, text=title[:7], found=(Span(start=0, end=4),))
    return Alert(search="gpu", query="H100", article=told, story=told.id, passages=(found,), matched_at=NOW)


def shown(program, kafka, numbers):
    """Publish articles and return the lines that the program prints, one for each, before it is ended."""
    records.put(kafka, [message(theme_topic(THEME), tagged(n), source="tagger", now=NOW) for n in numbers])
    with subprocess.Popen([sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline().strip() for _ in numbers]
        records.until(
            lambda: committed(kafka, "my-desk", theme_topic(THEME)) >= numbers[-1], 30, "the program commits what it has shown"
        )
        process.kill()
    return lines


def committed(kafka, group, topic):
    from kafka import TopicPartition
    from newsloom_common import kafka as client

    consumer = client.consumer(kafka, group=group, client_id="test-look")
    try:
        return consumer.committed(TopicPartition(topic, 0)) or 0
    finally:
        consumer.close()
