"""demo: the seed and the sample feed go through the real stream, one line an article, until all of them can be searched."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch, TransportError
from kafka import KafkaConsumer, TopicPartition
from newsloom_common import elastic, kafka
from newsloom_common.settings import Settings
from newsloom_ingestor import parse
from newsloom_schemas.codec import InvalidMessageError, decode
from newsloom_schemas.identity import seed_id
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle
from rich.cells import set_cell_size
from rich.console import Console
from rich.text import Text

from newsloom_native import NativeError, places
from newsloom_native.places import Places
from newsloom_native.up import Stack

SEEDS: Final = places.CHECKOUT / "seeds"
SAMPLE: Final = SEEDS / "sample" / "feed.xml"
TITLE_CELLS: Final = 60  # on a terminal a Chinese character takes two
OLD: Final = 500  # articles of earlier runs that are shown again before it gets boring
LOOK_AGAIN: Final = 1.0  # seconds between two questions to Elasticsearch
OPENING: Final = """\
newsloom demo: Kafka, Elasticsearch and the four services start on this machine, on loopback only.
They take in the seed article, a sample feed whose articles are invented and say so, and the real feeds of seeds/feeds.opml.
The first articles show in 20 to 60 seconds. Ctrl-C stops everything.
"""


def announce(console: Console) -> None:
    """Say what is going to happen."""
    console.print(Text(OPENING, style="bold"), soft_wrap=True)


def show(console: Console, it: Stack, seconds: float | None) -> None:
    """Print articles as they arrive, and where things are once the seed and the sample are searchable.

    Without a limit go on until everything is stopped. With one, return when all is searchable, and raise NativeError, with
    what is missing, where ``seconds`` after the start it is not.
    """
    wanted = expected()
    client = elastic.client(Settings(elasticsearch=it.settings["NEWSLOOM_ELASTICSEARCH"]))
    consumer = follow(it.settings["NEWSLOOM_KAFKA"])
    try:
        for _ in _until_searchable(console, it, consumer, client, wanted):
            if seconds is not None and _age(it) > seconds:
                raise NativeError(_late(client, wanted, seconds), code=1)
        _stream(console, consumer, 500)  # what came with the last of them
        console.print(f"\nThe seed and {len(wanted) - 1} sample articles are searchable, {_age(it):.0f} s after the start.")
        where(console, it.settings, it.here)
        while seconds is None and it.process.poll() is None:
            _stream(console, consumer, 500)
    finally:
        consumer.close()
        client.close()


def where(console: Console, settings: Any, here: Places, *, detached: bool = False) -> None:
    """Say where things are and how to get at them."""
    theme = theme_topic("compute-scarcity")
    lines = {
        "Kafka": f"{settings['NEWSLOOM_KAFKA']}, topics {TAGGED} and {theme} and so on",
        "Elasticsearch": f"{settings['NEWSLOOM_ELASTICSEARCH']}/{ALIAS}/_search",
        "Search": ".venv/bin/newsloom search 算力紧缺",
        "Subscribe": ".venv/bin/newsloom tail --theme compute-scarcity; with --from-beginning what came before, too",
        "Be told": """.venv/bin/newsloom alerts add gpu-queue theme:compute-scarcity H100, then alerts follow""",
        "Push in": ".venv/bin/newsloom add FILE, or an address",
        "in Python": f'KafkaConsumer("{theme}", bootstrap_servers="{settings["NEWSLOOM_KAFKA"]}")',
        "Logs": f"{here.logs}, make logs",
        "End": f"{'' if detached else 'Ctrl-C here, or '}make down; the articles are kept, make clean removes them",
    }
    console.print()
    for name, value in lines.items():
        console.print(Text.assemble((f"  {name:<14}", "cyan"), value), soft_wrap=True)
    console.print()


def expected(seeds: Path = SEEDS) -> tuple[str, ...]:
    """Return the ids of the seeds and of the sample feed's articles, which are in the index when the demo is done."""
    sample = seeds / "sample" / "feed.xml"
    parsed = parse.parse(sample.read_bytes(), sample.as_uri(), fetched_at=datetime.now(UTC))
    return (*(seed_id(path.name) for path in sorted(seeds.glob("*.txt"))), *(a.id for a in parsed.articles))


def follow(bootstrap: str) -> KafkaConsumer:
    """Return a consumer of the tagged articles, from the first one, or from now where there are many already."""
    consumer = kafka.consumer(bootstrap, group=None, client_id="newsloom-demo")
    partitions = [TopicPartition(TAGGED, p) for p in sorted(consumer.partitions_for_topic(TAGGED))]
    consumer.assign(partitions)
    if sum(consumer.end_offsets(partitions).values()) > OLD:
        consumer.seek_to_end(*partitions)
    else:
        consumer.seek_to_beginning(*partitions)
    return consumer


def line(tagged: TaggedArticle) -> Text:
    """Return the line of an article: when, language, title, themes."""
    when = tagged.tagged_at.astimezone().strftime("%H:%M:%S")
    plain = "".join(c if c.isprintable() else " " for c in tagged.article.title)  # a title must not steer the terminal
    title = set_cell_size(" ".join(plain.split()), TITLE_CELLS)
    themes = ", ".join(theme.id for theme in tagged.themes)
    return Text.assemble(
        (when, "dim"), "  ", (f"{tagged.language:<3}", "cyan"), " ", (title, "bold"), "  ", (themes or "-", "green")
    )


def _until_searchable(
    console: Console, it: Stack, consumer: KafkaConsumer, client: Elasticsearch, wanted: tuple[str, ...]
) -> Iterator[None]:
    """Stream, and give way once in a while, until Elasticsearch finds all that is wanted."""
    while _missing(client, wanted):
        until = time.monotonic() + LOOK_AGAIN
        while time.monotonic() < until:
            _stream(console, consumer, 200)
        if it.process.poll() is not None:
            raise NativeError("everything was stopped from elsewhere", code=1)
        yield


def _stream(console: Console, consumer: KafkaConsumer, wait_ms: int) -> None:
    batches = consumer.poll(timeout_ms=wait_ms).values()
    for record in sorted((r for batch in batches for r in batch), key=lambda r: r.timestamp):  # the seed opens the stream
        try:
            console.print(line(decode(TaggedArticle, record.value)), soft_wrap=True)
        except InvalidMessageError as error:
            console.print(Text(f"{record.topic} {record.partition}:{record.offset} {error}", style="red"))


def _missing(client: Elasticsearch, wanted: tuple[str, ...]) -> list[str]:
    """Return the ids that a search does not find yet."""
    try:
        found = client.search(index=ALIAS, query={"ids": {"values": list(wanted)}}, size=len(wanted), source=False)
    except (ApiError, TransportError):
        return list(wanted)
    return sorted(set(wanted) - {hit["_id"] for hit in found["hits"]["hits"]})


def _late(client: Elasticsearch, wanted: tuple[str, ...], seconds: float) -> str:
    missing = _missing(client, wanted)
    which = ", ".join(missing[:5])
    return f"{len(missing)} of {len(wanted)} articles are not searchable {seconds:.0f} s after the start, among them {which}"


def _age(it: Stack) -> float:
    return time.monotonic() - it.since
