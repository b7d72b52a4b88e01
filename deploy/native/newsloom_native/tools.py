"""Kafka's own command-line tools, from the fetched jars: what bin/kafka-*.sh is in a Kafka release."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from newsloom_native import NativeError

CLASSES: Final = {
    "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "topics": "org.apache.kafka.tools.TopicCommand",
}
LOG4J: Final = Path(__file__).with_name("tools-log4j2.properties")
BOOTSTRAP: Final = "--bootstrap-server"


def command(java_home: Path, software: Path, tool: str, arguments: Sequence[str], bootstrap: str) -> list[str]:
    """Return the command line of a tool; the broker of this checkout is meant where the arguments name none."""
    if tool not in CLASSES:
        raise NativeError(f"{tool}: no such tool; there are {', '.join(CLASSES)}")
    where = [] if any(a.startswith(BOOTSTRAP) for a in arguments) else [BOOTSTRAP, bootstrap]
    if where and not bootstrap:
        raise NativeError(f"no Kafka runs here: start it with `make up`, or name one with {BOOTSTRAP}")
    options = ["-Xmx128m", "-XX:TieredStopAtLevel=1", f"-Dlog4j2.configurationFile={LOG4J}"]
    return [str(java_home / "bin/java"), *options, "-cp", str(software / "libs" / "*"), CLASSES[tool], *where, *arguments]
