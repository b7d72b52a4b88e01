"""The consumer of news.backfill: when offsets move, whom it gives way to, and what ends it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, GroupAuthorizationFailedError, KafkaConnectionError
from newsloom_schemas.dead import Origin
from newsloom_schemas.topics import BACKFILL
from newsloom_tagger import backfill
from newsloom_tagger.backfill import Backfill
from newsloom_tagger.live import Live
from newsloom_tagger.settings import TaggerSettings

PLACE = TopicPartition(BACKFILL, 0)
Events = list[Any]


class Consumer:
    """Has batches of so many records, then none; ``raising`` is raised by the step of that name, once."""

    def __init__(self, events: Events, batches: list[int], raising: dict[str, Exception]) -> None:
        self.events, self.batches, self.raising, self.offset = events, batches, raising, 0

    def _step(self, name: str) -> None:
        if error := self.raising.pop(name, None):
            raise error

    async def start(self) -> None:
        self._step("start")

    async def stop(self) -> None:
        self.events.append("left")

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        if not self.batches:
            return {}
        start, self.offset = self.offset, self.offset + self.batches.pop(0)
        return {PLACE: [_record(n) for n in range(start, self.offset)]}

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        self._step("commit")
        self.events.append(("committed", offsets[PLACE]))

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
        return {PLACE: 9}

    def highwater(self, _: Any) -> int:
        return 9

    async def position(self, _: Any) -> int:
        return self.offset


def _record(offset: int) -> Any:
    return SimpleNamespace(topic=BACKFILL, partition=0, offset=offset, key=b"k", value=b"v", headers=())


class Work:
    """Notes what it is given; waits its turn for each."""

    announced = "3001 0"

    def __init__(self, events: Events, error: Exception | None = None) -> None:
        self.events, self.error = events, error

    async def do(self, origins: Sequence[Origin], turn: Callable[[], Awaitable[None]]) -> Counter[str]:
        for one in origins:
            await turn()
            self.events.append(one.offset)
        if self.error:
            raise self.error
        return Counter(tagged=len(origins))

    async def wait(self, reason: str, attempt: int) -> None:
        self.events.append(("waited", reason, attempt))


class Log:
    def __init__(self, events: Events) -> None:
        self.events = events

    def info(self, *_: Any, **__: Any) -> None: ...

    def warning(self, event: str, **_: Any) -> None:
        self.events.append(event)


class Scene:
    """A backfill and what it lives among; ``run`` goes on until ``until`` holds or it ends by itself."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, *batches: int, error: Exception | None = None, **raising: Exception
    ) -> None:
        self.events: Events = []
        self.failed: list[Exception] = []
        self.live = Live(lambda: 0.0)
        left = list(batches)
        monkeypatch.setattr(backfill, "_consumer", lambda *_: Consumer(self.events, left, raising))
        work: Any = Work(self.events, error)
        self.older = Backfill(TaggerSettings(), work, self.live, Log(self.events), self.failed.append)

    async def run(self, until: Callable[[], bool]) -> None:
        running = asyncio.create_task(self.older.run())
        async with asyncio.timeout(5):
            while not until() and not running.done():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            self.older.stop()
            await running


def test_offsets_move_when_everything_is_on_kafka_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, 2, 1)
    asyncio.run(scene.run(lambda: scene.older.done == 3))
    assert scene.events == [0, 1, ("committed", 2), 2, ("committed", 3), "left"]


def test_what_cannot_be_published_is_not_committed_and_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, 2, error=RuntimeError("news.dead does not take it"))
    asyncio.run(scene.run(lambda: False))
    assert scene.events == [0, 1, "left"]
    assert [str(e) for e in scene.failed] == ["news.dead does not take it"]


def test_a_commit_that_comes_after_a_rebalance_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, 1, 1, commit=CommitFailedError("rebalanced"))
    asyncio.run(scene.run(lambda: scene.older.done == 2))
    assert (scene.events, scene.failed) == ([0, 1, ("committed", 2), "left"], [])


def test_a_broker_that_is_away_is_waited_for_and_a_right_that_is_missing_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, 1, start=KafkaConnectionError("away"))
    asyncio.run(scene.run(lambda: scene.older.done == 1))
    assert scene.events[0] == ("waited", "KafkaConnectionError: away", 0)
    assert scene.events[-2:] == [("committed", 1), "left"]
    refused = Scene(monkeypatch, 1, start=GroupAuthorizationFailedError())
    asyncio.run(refused.run(lambda: False))
    assert [type(e) for e in refused.failed] == [GroupAuthorizationFailedError]


def test_each_older_article_waits_until_no_live_news_is_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act() -> None:
        scene = Scene(monkeypatch, 5)
        running = asyncio.create_task(scene.run(lambda: scene.older.done == 5))
        while scene.events.count(1) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0)
        async with scene.live.batch(full=False):
            before = list(scene.events)
            await asyncio.sleep(0.1)
            assert len(scene.events) <= len(before) + 1, "one may have been in hand"
        await running
        assert scene.events[-2] == ("committed", 5)

    asyncio.run(act())


def test_a_client_that_brings_nothing_although_there_is_something_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "QUIET", 0.0)
    scene = Scene(monkeypatch, 1)
    asyncio.run(scene.run(lambda: scene.events.count("left") > 1))
    assert "news.backfill has records, and none has come: asked by a new client" in scene.events
