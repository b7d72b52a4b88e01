"""Records that break what reads them. Each is to end on news.dead or in the index, and no other article is to suffer."""

import base64
import json
import random
from datetime import UTC, datetime

from newsloom_common import kafka
from newsloom_schemas import codec
from newsloom_schemas.codec import Message
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import RawArticle
from support import records

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MIB = 1024 * 1024
ABOUT = "算力供不应求，H100严重短缺，交付周期一再拉长。英伟达第三季度营收350.8亿美元。"


def article(name, **more):
    given = {"title": "算力", "content": ABOUT, "origin": "push", "fetched_at": NOW, **more}
    return codec.encode(RawArticle(id=name, **given))


def changed(name, **more):
    """An article as another program may write it."""
    return json.dumps({**json.loads(article(name)), **more}, ensure_ascii=False).encode()


def noise(size):
    """Text that no compression makes smaller."""
    return base64.b64encode(random.Random(4).randbytes(size)).decode()[:size]


def put(bootstrap, messages):
    """Publish as a program may that minds no limit but the broker's."""
    producer = kafka.producer(bootstrap, "poison", max_request_size=64 * MIB, batch_size=0)
    assert [e for e in kafka.publish(producer, messages) if e] == []
    producer.close()


DIE = {  # what has to be a dead letter
    "undecodable": b"\xff\xfe\x00\x01",
    "empty-value": b"",
    "null-value": None,
    "no-object": b"[]",
    "half": article("half")[:-20],
    "wrong-schema": b'{"id":5,"title":[],"content":{}}',
    "no-time": changed("no-time", fetched_at="yesterday"),
    "year-10000": changed("year-10000", published_at="+10000-01-01T00:00:00Z"),
    "bad-utf-8": article("bad-utf-8").replace("算".encode(), b"\xe7\xae"),
    "deep": b'{"id":"deep","title":' + b"[" * 100_000,
    "revision-too-high": article("revision-too-high", revision=2**53),
    "fits-no-more-when-tagged": article("fits-no-more-when-tagged", content=ABOUT * 20 + noise(8 * MIB - 4096)),
}
LIVE = {  # what has to be in the index
    "no-words": article("no-words", title="", content=""),
    "future-version": changed("future-version", sentiment={"score": 0.5}, revision=3),
    "year-1": article("year-1", published_at=datetime(1, 1, 1, tzinfo=UTC)),
    "year-9999": article("year-9999", published_at=datetime(9999, 12, 31, tzinfo=UTC)),
    "one-long-word": article("one-long-word", content="a" * MIB),
    "marks-only": article("marks-only", content="“”「」$%¥" * 20_000),
    "control-characters": article("control-characters", content="a\x00b\x1f" + ABOUT),
}
EITHER = {  # one or the other, as Elasticsearch has memory
    "huge": article("huge", content=ABOUT * (10 * MIB // len(ABOUT.encode()))),
}


ARTICLES = {*LIVE, *EITHER, "revision-too-high", "fits-no-more-when-tagged"}  # what the tagger can read


def strew(world, chance):
    """Put it all between the news, in any order."""
    poison = [Message(RAW, key.encode(), value, ()) for key, value in {**DIE, **LIVE, **EITHER}.items()]
    put(world.broker.address, chance.sample(poison, len(poison)))
    world.history.note("poison", records=len(poison))
    world.by_hand |= ARTICLES
    return len(poison)


def settled(world):
    """Hold that each is where it belongs."""
    assert world.arrived(LIVE) == len(LIVE)
    assert world.arrived(DIE) == 0
    buried = sorted(r.key.decode() for r in records.read(world.broker.address, DEAD))
    assert buried == sorted([*DIE, *(i for i in EITHER if not world.arrived([i]))])
