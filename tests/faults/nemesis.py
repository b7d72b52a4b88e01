"""What goes wrong, deed by deed. Each returns the moment (history's time) from which on recovery is counted."""

import os
import signal
import time
from contextlib import closing, contextmanager

import newsloom_setup.topics
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata
from newsloom_common.kafka import admin
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import RAW, TAGGED
from support import records

GROUPS = {"tagger": ("newsloom-tagger", RAW), "indexer": ("newsloom-indexer", TAGGED)}


class Nemesis:
    """Does things to a world; ``chance`` chooses moments and victims. ``faults`` counts its deeds."""

    def __init__(self, world, search_engine, chance):
        self._world, self._engine, self.chance, self.faults = world, search_engine, chance, 0

    def pause(self, least, most):
        """Let things go on for a moment."""
        time.sleep(self.chance.uniform(least, most))

    def _did(self, deed, **details):
        self.faults += 1
        self._world.history.note(deed, **details)
        return self._world.history.now()

    # services

    def kill(self, name):
        """SIGKILL; the supervisor starts it again."""
        at = self._did("kill", service=name)
        self._signal(name, signal.SIGKILL)
        return at

    def freeze(self, name, seconds):
        """SIGSTOP for a while: to everybody else it is gone, and then it is back and knows nothing of it."""
        self._did("freeze", service=name, seconds=seconds)
        self._signal(name, signal.SIGSTOP)
        time.sleep(seconds)
        self._signal(name, signal.SIGCONT)
        self._world.history.note("thaw", service=name)
        return self._world.history.now()

    def stall(self, name):
        """Have a tagger that does so when it is told give nothing more, without an error, until it notices it itself."""
        at = self._did("stall", service=name)
        wish = self._world.stall_wish
        wish.touch()
        records.until(lambda: not wish.exists(), 60, "the tagger has a batch")
        return at

    def _signal(self, name, number):
        worker = self._world.workers[name]
        if worker.running():
            os.kill(worker.pid, number)

    # Kafka

    def kafka_away(self, seconds, *, clean):
        """Stop the broker, or kill -9 it, and start it after a while."""
        broker = self._world.broker
        self._did("kafka stopped" if clean else "kafka killed", seconds=seconds)
        broker.stop() if clean else broker.kill()
        time.sleep(seconds)
        broker.start()
        return self._back("kafka")

    # Elasticsearch

    def elasticsearch_away(self, seconds):
        """Kill -9 it, and start it after a while."""
        self._did("elasticsearch killed", seconds=seconds)
        self._engine.kill()
        time.sleep(seconds)
        self._engine.start()
        return self._back("elasticsearch")

    def elasticsearch_answers(self, status, seconds):
        """Every request is answered with this status, as by an overloaded cluster or the proxy before it."""
        return self._through_proxy(f"elasticsearch answers {status}", seconds, lambda p: p.answer(status))

    def elasticsearch_slow(self, each, seconds):
        return self._through_proxy(f"elasticsearch takes {each} s", seconds, lambda p: p.slow(each))

    def elasticsearch_hangs(self, seconds, *, midway):
        """Connections are taken, and then nothing, or no more than an answer's headers."""
        deed = "elasticsearch answers with headers alone" if midway else "elasticsearch answers nothing"
        return self._through_proxy(deed, seconds, lambda p: p.hang(midway=midway))

    def elasticsearch_frozen(self, seconds):
        """SIGSTOP: its kernel takes connections and requests, and all are answered when it goes on."""
        self._did("elasticsearch frozen", seconds=seconds)
        os.killpg(self._engine.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.killpg(self._engine.pid, signal.SIGCONT)
        return self._back("elasticsearch")

    def elasticsearch_refuses_some(self, seconds, status=429):
        """A third of the documents of each bulk request are refused, others are written."""
        some = lambda: self.chance.random() < 1 / 3  # noqa: E731 - an argument
        return self._through_proxy(f"elasticsearch refuses some with {status}", seconds, lambda p: p.refuse_items(some, status))

    def read_only(self, seconds):
        """The index as a full disk leaves it (the flood stage's block), until somebody makes room."""
        self._did("read-only index", seconds=seconds)
        self._block(True)
        time.sleep(seconds)
        self._block(None)
        return self._back("index")

    def _block(self, value):
        self._world.es.indices.put_settings(index=ALIAS, settings={"index.blocks.read_only_allow_delete": value})

    def _through_proxy(self, deed, seconds, behave):
        self._did(deed, seconds=seconds)
        behave(self._world.proxy)
        time.sleep(seconds)
        self._world.proxy.pass_on()
        return self._back("elasticsearch")

    def _back(self, what):
        self._world.history.note("back", what=what)
        return self._world.history.now()

    # groups and topics

    def rewind(self, stage):
        """Set a stage's group back to the beginning of its topic. Its services must not be running."""
        group, topic = GROUPS[stage]
        with closing(admin(self._world.broker.address, "nemesis")) as client:
            empty = lambda: client.describe_groups([group])[group]["group_state"] == "Empty"  # noqa: E731
            records.until(empty, 30, f"{group} without members", every=1)
            partitions = client.describe_topics([topic])[0]["partitions"]
            start = {TopicPartition(topic, p["partition_index"]): OffsetAndMetadata(0, "") for p in partitions}
            client.alter_group_offsets(group, start)
        return self._did("rewound", group=group)

    def recreate(self, topic):
        """Delete a topic with all its records and let set-up make it anew."""
        with closing(admin(self._world.broker.address, "nemesis")) as client:
            client.delete_topics([topic])
            records.until(lambda: topic not in client.list_topics(), 20, f"{topic} deleted")
        newsloom_setup.topics.ensure(self._world.broker.address)
        return self._did("recreated", topic=topic)

    @contextmanager
    def without(self, *names):
        """These services are stopped while the block lasts."""
        self._did("without", services=names)
        for name in names:
            self._world.retire(name)
        yield
        for name in names:
            self._world.come_back(name)
