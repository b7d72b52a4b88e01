"""Where nearly everything would be a dead letter, the fault is not the articles': the tagger stops and says so."""

from datetime import UTC, datetime

import newsloom_setup.topics
import pytest
from newsloom_schemas.codec import Message, message
from newsloom_schemas.topics import BACKFILL, DEAD, RAW, TAGGED
from newsloom_schemas.types import RawArticle
from support import records
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def themes(engine):
    newsloom_setup.topics.ensure(engine.address)


def rubbish(topic, count):
    return [Message(topic, f"r{n}".encode(), b"\xff{", ()) for n in range(count)]


def test_a_tagger_that_can_use_next_to_nothing_stops_and_buries_nothing(engine, tmp_path):
    records.put(engine.address, rubbish(RAW, 60))
    with Service("tagger", tmp_path, kafka=engine.address, dead_window=20) as tagger:
        assert tagger.ended(60) == 1
    assert "of the last 20 records would be dead letters, the last because of: RawArticle: " in tagger.tail()
    assert "NEWSLOOM_DEAD_RATIO=1" in tagger.tail()
    assert records.count(engine.address, DEAD) == 0
    with Service("tagger", tmp_path, kafka=engine.address, dead_window=20, dead_ratio=1) as tagger:
        records.until(lambda: records.count(engine.address, DEAD) == 60, 150, tagger.tail)


def test_an_archive_of_rubbish_does_not_stop_live_news(engine, tmp_path):
    records.put(engine.address, rubbish(BACKFILL, 60))
    with Service("tagger", tmp_path, kafka=engine.address, dead_window=20) as tagger:
        records.until(lambda: "news.backfill is left alone" in tagger.tail(), 150, tagger.tail)
        live = RawArticle(id="live", origin="feed", title="算力", content="", fetched_at=NOW)
        records.put(engine.address, [message(RAW, live, source="ingestor", now=NOW)])
        records.until(lambda: records.count(engine.address, TAGGED) == 1, 150, tagger.tail)
        assert tagger.running()
