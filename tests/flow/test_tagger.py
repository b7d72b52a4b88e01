"""The tagger as a process, on a real broker: nothing is lost, whatever happens to it or to the broker."""

import asyncio
import base64
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import aclosing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka.structs import TopicPartition
from newsloom_common import kafka as clients
from newsloom_native import ports
from newsloom_schemas import codec
from newsloom_schemas.codec import decode, header
from newsloom_schemas.dead import PREFIX, Origin, exhume
from newsloom_schemas.topics import DEAD, RAW, TAGGED, theme_topic
from newsloom_schemas.types import RawArticle, TaggedArticle
from newsloom_setup import topics
from newsloom_tagger.progress import Asking, Progress
from newsloom_tagger.taxonomy import theme_ids
from support import records

pytestmark = pytest.mark.engines

LARGEST = 8 * 1024 * 1024
LABELLED = Path(__file__).parents[1] / "quality" / "labelled"
TRACE = "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"


@pytest.fixture(scope="module", autouse=True)
def _topics(kafka: str) -> None:
    topics.ensure(kafka)


def articles(prefix: str, count: int) -> list[RawArticle]:
    rows = [json.loads(line) for name in ("zh", "en") for line in (LABELLED / f"{name}.jsonl").read_text("utf-8").splitlines()]
    now = datetime(2026, 1, 2, tzinfo=UTC)
    return [
        RawArticle(id=f"{prefix}-{n}", origin="push", title=row["title"], content=row["text"], fetched_at=now)
        for n, row in ((n, rows[n % len(rows)]) for n in range(count))
    ]


def put(bootstrap: str, batch: Iterable[RawArticle | bytes | None]) -> int:
    """Publish articles, or bytes by hand, on news.raw; return how many."""
    now = datetime.now(UTC)
    messages = [
        codec.message(RAW, one, source="test", now=now, parent=TRACE)
        if isinstance(one, RawArticle)
        else codec.Message(RAW, b"hand", one, (("x", b"kept"),))
        for one in batch
    ]
    producer = clients.producer(bootstrap, "test", max_request_size=20 * 1024 * 1024)
    assert not any(clients.publish(producer, messages))
    producer.close()
    return len(messages)


def read(bootstrap: str, *names: str) -> list[Any]:
    """Return all that lies on the topics now."""
    consumer = clients.consumer(bootstrap, group=None, client_id="test")
    partitions = [TopicPartition(n, p) for n in names for p in consumer.partitions_for_topic(n) or ()]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    left = {tp: end for tp, end in consumer.end_offsets(partitions).items() if end}
    records = []
    while any(consumer.position(tp) < end for tp, end in left.items()):
        records += [r for batch in consumer.poll(timeout_ms=500).values() for r in batch]
    consumer.close()
    return records


@contextmanager
def tagger(bootstrap: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "NEWSLOOM_KAFKA": bootstrap, "NEWSLOOM_ENV_FILE": "", **settings}
    process = subprocess.Popen([sys.executable, "-m", "newsloom_tagger"], env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def tagged_ids(bootstrap: str) -> Counter[str]:
    return Counter(decode(TaggedArticle, r.value).article.id for r in read(bootstrap, TAGGED))


def until(bootstrap: str, wanted: set[str], process: subprocess.Popen[bytes], seconds: float = 90) -> Counter[str]:
    """Wait until every wanted article is on news.tagged; return how often each article is there."""
    give_up = time.monotonic() + seconds * records.BUSY
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the tagger ended with {process.returncode}"
        found = tagged_ids(bootstrap)
        if wanted <= found.keys():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{len(wanted - found.keys())} of {len(wanted)} articles did not come")


def test_every_record_is_accounted_for_by_its_id_and_themes_agree_with_theme_topics(kafka: str) -> None:
    sent = articles("all", 300)
    broken = [b"no json", b"\xff\xfe\x00", b"", b'{"id": "half"', None, codec.encode(sent[0])[:-10]]
    put(kafka, [*sent[:150], *broken, *sent[150:]])
    with tagger(kafka) as process:
        found = until(kafka, {a.id for a in sent}, process)
    assert found == Counter(a.id for a in sent), "without a failure nothing is published twice"
    dead = read(kafka, DEAD)
    assert Counter(r.value for r in dead) == Counter(broken)
    letters = [exhume(Origin(r.topic, r.partition, r.offset, r.key, r.value, r.headers)) for r in dead]
    assert {(d.service, d.stage, d.topic) for d in letters} == {("tagger", "decode", RAW)}
    assert all(header(r.headers, "x") == "kept" and r.key == b"hand" for r in dead)
    _theme_topics_agree(kafka)


def _theme_topics_agree(bootstrap: str) -> None:
    promised: set[tuple[str, str]] = set()
    for record in read(bootstrap, TAGGED):
        article = decode(TaggedArticle, record.value)
        assert record.key == article.article.id.encode()
        assert (header(record.headers, "traceparent") or "").startswith(TRACE[:35]), "the trace goes on"
        promised |= {(t.id, article.article.id) for t in article.themes}
    names = {theme_topic(t): t for t in theme_ids()}
    assert len(promised) > 200
    assert {(names[r.topic], r.key.decode()) for r in read(bootstrap, *names)} == promised


def test_a_kill_in_the_middle_loses_nothing(kafka: str) -> None:
    sent = articles("kill", 2500)
    put(kafka, sent)
    start = published(kafka)
    for done in (1, 500, 1200):
        with tagger(kafka, NEWSLOOM_BATCH="20") as process:
            while published(kafka) < start + done:
                assert process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert published(kafka) < start + len(sent), "the kill came too late to mean anything"
    with tagger(kafka) as process:
        found = until(kafka, {a.id for a in sent}, process)
    assert not [r for r in read(kafka, DEAD) if (r.key or b"").startswith(b"kill")]
    assert sum(found[a.id] - 1 for a in sent) < len(sent), "what was committed is not done again"


def published(bootstrap: str) -> int:
    """Return how many records were ever put on news.tagged."""
    consumer = clients.consumer(bootstrap, group=None, client_id="test")
    ends = consumer.end_offsets([TopicPartition(TAGGED, p) for p in consumer.partitions_for_topic(TAGGED) or ()])
    consumer.close()
    return sum(ends.values())


def test_it_is_ready_once_the_group_has_given_out_its_partitions(kafka: str) -> None:
    port = ports.free()
    with tagger(kafka, NEWSLOOM_HEALTH_PORT=str(port)):
        until_ready_says(port, "starting", every=0.02)
        until_ready_says(port, "the group has not given out its partitions yet", every=0.02)
        until_ready_says(port, "ok")


def test_a_broker_that_goes_away_is_waited_for(broker: Any, kafka: str) -> None:
    port = ports.free()
    with tagger(kafka, NEWSLOOM_HEALTH_PORT=str(port)) as process:
        put(kafka, articles("before", 50))
        until(kafka, {a.id for a in articles("before", 50)}, process)
        broker.kill()
        until_ready_says(port, "waiting for Kafka")
        time.sleep(5)
        assert process.poll() is None
        broker.start()
        put(kafka, articles("after", 200))
        until(kafka, {a.id for a in articles("after", 200)}, process)
        until_ready_says(port, "ok")
    assert not [r for r in read(kafka, DEAD) if (r.key or b"").startswith((b"before", b"after"))]


def test_a_stop_while_the_broker_is_away_does_not_hang(broker: Any, kafka: str) -> None:
    port = ports.free()
    with tagger(kafka, NEWSLOOM_HEALTH_PORT=str(port)) as process:
        put(kafka, articles("away", 5))
        until(kafka, {a.id for a in articles("away", 5)}, process)
        broker.kill()
        until_ready_says(port, "waiting for Kafka")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    broker.start()


def until_ready_says(port: int, words: str, every: float = 0.5) -> None:
    said, give_up = "", time.monotonic() + 30 * records.BUSY
    while words not in said and time.monotonic() < give_up:
        time.sleep(every)
        try:
            said = urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).read().decode()
        except urllib.error.HTTPError as error:
            said = error.read().decode()
            error.close()
        except OSError:
            continue
    assert words in said


def test_a_stop_finishes_the_batch_in_hand_and_commits_it(kafka: str) -> None:
    sent = articles("stop", 1500)
    put(kafka, sent)
    with tagger(kafka, NEWSLOOM_BATCH="20") as process:  # that are done in time on any machine
        until(kafka, {sent[0].id}, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    with tagger(kafka) as process:
        found = until(kafka, {a.id for a in sent}, process)
    assert {found[a.id] for a in sent} == {1}, "nothing that was published is published again"


def test_an_article_that_would_not_fit_is_buried_and_the_others_go_on(kafka: str) -> None:
    fits = articles("fits", 3)
    about = "GPU短缺，H100断货，一卡难求。" * 50
    noise = base64.b64encode(random.Random(1).randbytes(LARGEST)).decode()  # which no compression makes smaller
    full = msgspec.structs.replace(articles("huge", 1)[0], content=about)
    huge = msgspec.structs.replace(full, content=about + noise[: LARGEST - len(codec.encode(full)) - 700])
    put(kafka, [fits[0], huge, *fits[1:]])
    with tagger(kafka) as process:
        until(kafka, {a.id for a in fits}, process)
        deadline = time.monotonic() + 240
        while not (dead := [r for r in read(kafka, DEAD) if r.key == b"huge-0"]) and time.monotonic() < deadline:
            time.sleep(0.5)
    assert header(dead[0].headers, PREFIX + "stage") == "publish"
    assert decode(RawArticle, dead[0].value).id == "huge-0"


def test_without_its_topics_it_waits_and_a_wrong_setting_is_one_line(kafka: str) -> None:
    wrong = subprocess.run(
        [sys.executable, "-m", "newsloom_tagger"],
        env={**os.environ, "NEWSLOOM_KAFKA": kafka, "NEWSLOOM_BATCH": "many"},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert wrong.returncode == 2
    assert wrong.stderr.decode().strip().count("\n") == 0
    assert "NEWSLOOM_BATCH" in wrong.stderr.decode()


def test_the_watch_knows_from_the_broker_what_waits_and_what_is_done(kafka: str) -> None:
    sent = articles("watched", 5)
    put(kafka, sent)
    before = asyncio.run(asked(kafka))
    with tagger(kafka) as process:
        until(kafka, {a.id for a in sent}, process)
        deadline = time.monotonic() + 120
        while (after := asyncio.run(asked(kafka))).behind and time.monotonic() < deadline:
            time.sleep(0.5)
    assert (before.behind, after.behind) == (True, False)
    assert after.done >= before.done + len(sent)


async def asked(bootstrap: str) -> Progress:
    async with aclosing(Asking(bootstrap)) as asking:
        group = (await asking.progress()).values()
        return Progress(sum(p.done for p in group), any(p.behind for p in group))
