"""Kafka as a list, for unit tests of the ingestor: outbox and broker in one."""

import msgspec
from newsloom_ingestor.outbox import Sent
from newsloom_schemas.types import RawArticle


class Topic:
    """Whatever the state's outbox holds is ``sent`` when it is drained."""

    def __init__(self, state):
        self.state, self.sent = state, []

    def ends(self):
        return {}

    def drain(self):
        while batch := self.state.outbox(100):
            self.sent += [msgspec.json.decode(record.message.value, type=RawArticle) for record in batch]
            self.state.settle([record.id for record in batch], 0.0)
        return Sent(len(self.sent))
