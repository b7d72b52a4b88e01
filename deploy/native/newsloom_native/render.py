"""Ports and folders → the engines' configuration files. No I/O."""

from pathlib import Path
from typing import Final

MIB: Final = 1024 * 1024
HEAP: Final = ("-Xms512m", "-Xmx512m")
# Without the second compiler an engine starts on half of the CPU (Elasticsearch 6 seconds instead of 12, Kafka 2 instead of
# 3.5) and is slower under load for ever: right for tests and a demo, wrong for what stays.
QUICK: Final = "-XX:TieredStopAtLevel=1"
# Above the largest record of the contract (9 MiB for dead letters), with head room for the batch around it.
LARGEST_RECORD: Final = 10 * MIB
A_YEAR: Final = 365 * 24 * 60  # minutes

KAFKA_LOG4J: Final = """\
status=warn
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %m (%c)%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
"""

# Standard output only: whoever started the engine keeps and rotates it.
ELASTICSEARCH_LOG4J: Final = """\
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p [%c{1.}] [%node_name]%marker %m%n
rootLogger.level=info
rootLogger.appenderRef.console.ref=console
"""

# The defaults log every garbage collection and dump the heap; 20 MB a day nobody reads.
ELASTICSEARCH_JVM: Final = """\
-XX:-HeapDumpOnOutOfMemoryError
-Xlog:disable
-Xlog:all=warning:stderr:utctime,level,tags
"""


def jvm(*, quick: bool) -> tuple[str, ...]:
    """Return the Java options that both engines get."""
    return (*HEAP, QUICK) if quick else HEAP


def kafka_properties(data: Path, port: int, controller_port: int) -> str:
    """Return server.properties of a single node that is broker and controller.

    The quorum is the static kind, because its port may be another one after a restart.
    """
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": data,
        "auto.create.topics.enable": "false",
        "message.max.bytes": LARGEST_RECORD,
        "replica.fetch.max.bytes": LARGEST_RECORD,
        # A laptop that was closed over the holidays goes on where it was.
        "offsets.retention.minutes": A_YEAR,
        # A group of one need not wait three seconds for others to join.
        "group.initial.rebalance.delay.ms": 0,
        # After a kill -9 the new broker waits for the session of the old one to end: 9 seconds by default.
        "broker.session.timeout.ms": 4_000,
        "broker.heartbeat.interval.ms": 1_000,
        # One node: nothing to replicate, and fewer internal logs to open at start.
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 10,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 10,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "log.cleaner.dedupe.buffer.size": 16 * MIB,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def elasticsearch_yml(data: Path, logs: Path, snapshots: Path, port: int) -> str:
    """Return elasticsearch.yml of a single node on loopback without security.

    Repositories of snapshots may lie in ``snapshots``. Watermarks are absolute: 85 % full, where Elasticsearch stops by
    default, is a normal day on a laptop.
    """
    return f"""\
cluster.name: newsloom
node.name: newsloom
path.data: {_quoted(data)}
path.logs: {_quoted(logs)}
path.repo: {_quoted(snapshots)}
network.host: 127.0.0.1
http.port: {port}
discovery.type: single-node
xpack.security.enabled: false
cluster.routing.allocation.disk.watermark.low: 600mb
cluster.routing.allocation.disk.watermark.high: 400mb
cluster.routing.allocation.disk.watermark.flood_stage: 200mb
"""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
