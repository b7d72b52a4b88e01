"""How far the group has come on news.raw, asked of the broker: Faust's own positions say that all is read when a rebalance has
thrown away what was read and not yet tagged, and say nothing where it never gave a partition back.
"""

import asyncio
from contextlib import suppress
from typing import Final, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from newsloom_schemas.topics import RAW

from newsloom_tagger.streaming import GROUP

PATIENCE: Final = 3.0  # seconds for the client to let go


class Progress(NamedTuple):
    """Records of a partition that the group has committed, whether there are more, and how many."""

    done: int
    behind: bool
    left: int = 0


class Asking:
    """A client that knows the group and is no member of it; made when needed and again after an error."""

    def __init__(self, bootstrap: str) -> None:
        self._hosts = [host.strip() for host in bootstrap.split(",")]
        self._client: AIOKafkaConsumer | None = None

    async def progress(self) -> dict[int, Progress]:
        """Return how far the group is on each partition of news.raw. Raises KafkaError while the broker is away."""
        try:
            return await _progress(await self._started())
        except BaseException:  # also where the caller has waited long enough
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Let go."""
        client, self._client = self._client, None
        if client:
            with suppress(TimeoutError):  # a broker that is away must not hold up the end
                await asyncio.wait_for(client.stop(), PATIENCE)

    async def _started(self) -> AIOKafkaConsumer:
        if self._client is None:
            self._client = AIOKafkaConsumer(bootstrap_servers=self._hosts, group_id=GROUP, enable_auto_commit=False)
            await self._client.start()
        return self._client


async def _progress(client: AIOKafkaConsumer) -> dict[int, Progress]:
    await client.end_offsets([TopicPartition(RAW, 0)])  # makes the client learn of the topic's other partitions
    ends = await client.end_offsets([TopicPartition(RAW, p) for p in client.partitions_for_topic(RAW) or ()])
    done = {tp: await client.committed(tp) or 0 for tp in ends}
    return {tp.partition: Progress(done[tp], end > done[tp], max(0, end - done[tp])) for tp, end in ends.items()}
