"""One article in two feeds, and one that its publisher changes: told again once, one document, and a ledger that balances."""

import sqlite3
from collections import Counter
from contextlib import ExitStack

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_ingestor.canonical import canonical_url
from newsloom_native import running
from newsloom_schemas.codec import decode
from newsloom_schemas.identity import article_id
from newsloom_schemas.index import ALIAS
from newsloom_schemas.topics import TAGGED, theme_topic
from newsloom_schemas.types import TaggedArticle
from support import indices, records
from support.commandline import Command
from support.feeds import rss
from support.services import Service

SCARCE = "算力供不应求，H100严重短缺，交付周期一再拉长。"
PRICES = "云厂商因此上调了租赁价格。"
A, BOTH, B, EDITED = range(10), range(10, 20), range(20, 30), range(5, 15)  # articles by number: in which feed, and changed

pytestmark = pytest.mark.engines


def link(n):
    return f"https://news.invalid/{n}"


def identity(n):
    return article_id(canonical_url(link(n)))


def feed(*numbers, changed=()):
    """Articles about scarcity; those that were changed say one thing more."""
    document = rss(*map(link, numbers)).decode()
    for n in numbers:
        said = SCARCE + (PRICES if n in changed else "")
        for before, after in ((f"Title of {link(n)}<", f"算力告急（{n}）<"), (f"Text of {link(n)}<", f"{said}（{n}）<")):
            document = document.replace(before, after)
    return document.encode()


@pytest.fixture
def stream(elasticsearch_url, server, tmp_path):
    """A broker of its own, an empty index, and the three services, to be started, for two feeds."""
    es = Elasticsearch(elasticsearch_url)
    indices.drop(es)
    newsloom_setup.index.ensure(es)
    urls = " ".join(map(server.url, ("/a", "/b")))
    with running.kafka() as kafka, ExitStack() as stack:
        newsloom_setup.topics.ensure(kafka.address)
        settings = {"kafka": kafka.address, "elasticsearch": elasticsearch_url, "state_dir": tmp_path, "seeds_dir": ""}
        more = {"feeds_file": "", "feeds": urls, "allow_private_addresses": "true"}
        names = ("ingestor", "tagger", "indexer")
        services = {name: Service(name, tmp_path, **settings, **more) for name in names}
        for service in services.values():
            stack.callback(service.__exit__)
        yield kafka.address, es, services
    es.close()


def status(kafka, es):
    return Command(kafka, next(iter(es.transport.node_pool.all())).base_url).ledger()


def documents(es):
    es.indices.refresh(index=ALIAS)
    answer = es.search(index=ALIAS, size=1000, source=["article"])
    return {hit["_id"]: hit["_source"]["article"] for hit in answer["hits"]["hits"]}


def wait(kafka, es, services, revisions):
    """Wait until the index holds these revisions (how many documents have which) and nothing is in flight."""

    def told():
        return "\n".join([str(status(kafka, es)), *(s.tail(8) for s in services.values())])

    def there():
        found = Counter(article.get("revision", 1) for article in documents(es).values())
        return found == revisions and status(kafka, es)["in_flight"] == 0

    records.until(there, 120, told, every=1)


def hours_pass(ingestor, state):
    """Make it so long ago that feeds were polled and articles told that both may be done again."""
    assert ingestor.stop() == 0
    with sqlite3.connect(state / "ingestor.sqlite") as db:
        db.execute("UPDATE feed SET next_poll = 0")
        db.execute("UPDATE article SET at = at - 7200")
    db.close()
    ingestor.start()


def test_an_article_in_two_feeds_and_an_edited_one(server, stream, tmp_path):
    kafka, es, services = stream
    server.ok("/a", feed(*A, *BOTH))
    server.ok("/b", feed(*BOTH, *B))
    for service in services.values():
        service.start()
    wait(kafka, es, services, {1: 20, 2: 10})

    server.ok("/a", feed(*A, *BOTH, changed=EDITED))
    server.ok("/b", feed(*BOTH, *B, changed=EDITED))
    hours_pass(services["ingestor"], tmp_path)
    services["indexer"].kill()
    services["indexer"].start()
    wait(kafka, es, services, {1: 15, 2: 10, 3: 5})

    found = documents(es)
    assert set(found) == {identity(n) for n in (*A, *BOTH, *B)}, "one document an article"
    for n in BOTH:
        article = found[identity(n)]
        assert {article["feed"]["url"], *(f["url"] for f in article["also_in"])} == {server.url("/a"), server.url("/b")}
    for n in EDITED:
        first = found[identity(n)]["feed"]["url"]
        assert (PRICES in found[identity(n)]["content"], found[identity(n)]["edit"]["kind"]) == (True, "text"), first
    assert_told_once_each(kafka, Counter(article.get("revision", 1) for article in found.values()))
    ledger = status(kafka, es)
    assert (ledger["seen"], ledger["indexed"], ledger["documents"]) == (50, 50, 30)
    assert (ledger["stale"], ledger["dead"], ledger["redelivered"]) == (0, 0, 0)
    assert (ledger["balanced"], ledger["problem"]) == (True, None)


def assert_told_once_each(kafka, highest):
    """Every revision is once on news.tagged and once on the topic of its theme."""
    wanted = sum(revision * number for revision, number in highest.items())
    for topic in (TAGGED, theme_topic("compute-scarcity")):
        told = [decode(TaggedArticle, r.value).article for r in records.read(kafka, topic)]
        assert len(told) == len({(a.id, a.revision) for a in told}) == wanted
