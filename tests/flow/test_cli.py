"""The command on the real engines: what it says of a stream whose every record is known."""

import base64
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import newsloom_setup.index
import newsloom_setup.topics
import pytest
from elasticsearch import Elasticsearch
from newsloom_common import kafka as clients
from newsloom_schemas.codec import Message, decode, header, message
from newsloom_schemas.dead import Origin, bury
from newsloom_schemas.identity import article_id
from newsloom_schemas.index import INDEX
from newsloom_schemas.topics import RAW, TAGGED, theme_topic
from newsloom_schemas.types import Evidence, RawArticle, TaggedArticle, Tagger, Theme
from support import records
from support.services import Service

pytestmark = pytest.mark.engines
NOW = datetime.now(UTC)
RISEN = "算力仍然供不应求，H100交付周期拉长。"
ARTICLES = {
    "a1": RawArticle(
        id="a1", origin="feed", title="英伟达：H100仍缺货", content=RISEN, url="https://n.invalid/a1", fetched_at=NOW
    ),
    "a2": RawArticle(id="a2", origin="feed", title="Gross margins of AI labs", content="Paying users rise.", fetched_at=NOW),
    "a3": RawArticle(id="a3", origin="feed", title="旧闻", content="昨天的消息。", fetched_at=NOW - timedelta(days=30)),
}
REVISED = RawArticle(id="a2", revision=2, origin="feed", title="Gross margins of AI labs", content="Corrected.", fetched_at=NOW)
BROKEN = Message(RAW, b"by-hand", b"\xff{", (("content-type", b"application/json"),))


def tagged(raw):
    """What a tagger would publish of the article: one theme, its evidence the title's first two characters."""
    theme = "compute-scarcity" if raw.id == "a1" else "commercialization"
    proof = Evidence(field="title", start=0, end=2, text=raw.title[:2], rule="test", weight=1.0)
    return TaggedArticle(
        article=raw,
        language="zh" if raw.id != "a2" else "en",
        themes=(Theme(id=theme, score=0.9, evidence=(proof,)),),
        tagger=Tagger(version=1, taxonomy=1),
        tagged_at=NOW,
    )


class HandTagger:
    """The tagger's part done by hand, so that a test can publish and not commit, as a kill would leave it."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.consumer = clients.consumer(bootstrap, RAW, group="newsloom-tagger", client_id="by-hand")

    def work(self, count, commit=True):
        taken = []
        deadline = time.monotonic() + 120
        while len(taken) < count and time.monotonic() < deadline:
            taken += [r for batch in self.consumer.poll(timeout_ms=200).values() for r in batch]
        assert len(taken) == count
        records.put(self.bootstrap, [m for r in taken for m in self.outcome(r)])
        if commit:
            self.consumer.commit()
        return taken

    def again(self):
        """Forget what was read since the last commit, as a killed process does."""
        for tp in self.consumer.assignment():
            done = self.consumer.committed(tp)
            self.consumer.seek(tp, done or 0)

    def outcome(self, r):
        try:
            article = tagged(decode(RawArticle, r.value))
        except ValueError as error:
            yield bury(
                Origin(r.topic, r.partition, r.offset, r.key, r.value, r.headers),
                service="tagger",
                stage="decode",
                error=error,
                now=NOW,
            )
            return
        for topic in (TAGGED, *(theme_topic(t.id) for t in article.themes)):
            yield message(topic, article, source="tagger", now=NOW, parent=header(r.headers, "traceparent"))


@pytest.fixture(scope="module")
def newsloom(kafka, elasticsearch_url):
    """Run the command against the engines and return (exit code, JSON lines, standard error)."""
    environment = {"NEWSLOOM_ENV_FILE": "/dev/null", "NEWSLOOM_KAFKA": kafka, "NEWSLOOM_ELASTICSEARCH": elasticsearch_url}

    def run(*arguments, **changed):
        ended = subprocess.run(
            [sys.executable, "-m", "newsloom_cli", *arguments],
            env={**os.environ, **environment, **changed}, capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        return ended.returncode, [json.loads(x) for x in ended.stdout.splitlines()], ended.stderr.decode()

    run.environment = environment
    return run


@pytest.fixture(scope="module")
def es(elasticsearch_url):
    client = Elasticsearch(elasticsearch_url)
    client.indices.delete(index=INDEX, ignore_unavailable=True)
    newsloom_setup.index.ensure(client)
    yield client
    client.indices.delete(index=INDEX, ignore_unavailable=True)
    client.close()


@pytest.fixture(scope="module")
def tagger(kafka):
    newsloom_setup.topics.ensure(kafka)
    hands = HandTagger(kafka)
    yield hands
    hands.consumer.close()


@pytest.fixture(scope="module")
def stream(kafka, es, elasticsearch_url, tagger, tmp_path_factory):
    """Five records on news.raw; one of them broken, one published twice by a killed tagger; indexed by the real indexer."""
    raw = [message(RAW, a, source="ingestor", now=NOW) for a in (*ARTICLES.values(), REVISED)]
    records.put(kafka, [*raw, BROKEN])
    tagger.work(5, commit=False)
    tagger.again()
    tagger.work(5)
    with Service("indexer", tmp_path_factory.mktemp("indexer"), kafka=kafka, elasticsearch=elasticsearch_url) as indexer:
        records.until(lambda: committed(kafka) == records.count(kafka, TAGGED), 60, indexer.tail)
        yield indexer
        assert indexer.stop() == 0


def committed(bootstrap):
    admin = clients.admin(bootstrap, "test")
    found = admin.list_group_offsets(["newsloom-indexer"])["newsloom-indexer"]
    admin.close()
    return sum(c.offset for c in found.values())


def test_ledger_balances_and_shows_redelivered_records_apart(newsloom, stream):
    code, [ledger], _ = newsloom("status")
    figures = {k: ledger[k] for k in ("seen", "indexed", "duplicate", "stale", "dead", "in_flight", "redelivered", "documents")}
    assert figures == {
        "seen": 5, "indexed": 4, "duplicate": 0, "stale": 0, "dead": 1, "in_flight": 0, "redelivered": 4, "documents": 3,
    }  # fmt: skip
    assert (code, ledger["balanced"], ledger["problem"]) == (0, True, None)
    assert ledger["stages"]["dead"] == {"tagger/decode": 2}
    assert ledger["stages"]["indexer"]["members"] == 1


def test_tail_shows_each_article_once_although_the_topic_has_it_twice(newsloom, stream):
    code, lines, _ = newsloom("tail", "--from-beginning", "--max", "4")
    assert code == 0
    assert sorted((x["article"]["id"], x["article"].get("revision", 1)) for x in lines) == [
        ("a1", 1),
        ("a2", 1),
        ("a2", 2),
        ("a3", 1),
    ]


def test_tail_of_a_theme_reads_only_its_topic(newsloom, stream):
    _, lines, _ = newsloom("tail", "--theme", "compute-scarcity", "--from-beginning", "--max", "1")
    assert decode(TaggedArticle, json.dumps(lines[0]).encode()) == tagged(ARTICLES["a1"])


def test_tail_from_the_end_shows_what_arrives_then_and_ctrl_c_ends_it_quietly(newsloom, stream, kafka):
    late = RawArticle(id="late", origin="feed", title="刚刚", content="", fetched_at=NOW)
    with started(newsloom, "tail", "--theme", "chips") as process:
        for _ in range(40):  # until the command listens, whatever its start takes
            records.put(kafka, [message(theme_topic("chips"), tagged(late), source="tagger", now=NOW)])
            if select.select([process.stdout], [], [], 0.5)[0]:
                break
        assert json.loads(process.stdout.readline())["article"]["title"] == "刚刚"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert b"Traceback" not in process.stderr.read()


def test_status_is_told_again_and_again_when_watched(newsloom, stream):
    with started(newsloom, "status", "--watch", "--json") as process:
        ledgers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert [x["balanced"] for x in ledgers] == [True, True]
    assert [x["stages"]["indexer"]["rate"] for x in ledgers] == [None, 0.0]


@contextmanager
def started(newsloom, *arguments):
    command = [sys.executable, "-m", "newsloom_cli", *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0}
    with subprocess.Popen(command, env={**os.environ, **newsloom.environment}, **streams) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("arguments", [["tail"], ["status"], ["trace", "a1"], ["dead", "list"], ["reconcile"]])
def test_kafka_that_does_not_answer_is_one_line_and_exit_code_1(newsloom, arguments):
    code, _, err = newsloom(*arguments, NEWSLOOM_KAFKA="127.0.0.1:1", NEWSLOOM_ELASTICSEARCH="http://127.0.0.1:1")
    assert code == 1
    if arguments != ["status"]:
        assert err.count("\n") == 1
        assert "newsloom: Kafka does not answer at 127.0.0.1:1: start it" in err


def test_status_says_which_engines_do_not_answer(newsloom, stream):
    code, [ledger], _ = newsloom("status", NEWSLOOM_ELASTICSEARCH="http://127.0.0.1:1")
    assert (code, ledger["seen"], ledger["documents"]) == (1, 5, None)
    assert ledger["problem"].startswith("Elasticsearch does not answer at http://127.0.0.1:1")
    code, [ledger], _ = newsloom("status", NEWSLOOM_KAFKA="127.0.0.1:1")
    assert (code, ledger["seen"], ledger["documents"]) == (1, None, 3)
    assert ledger["problem"].startswith("Kafka does not answer at 127.0.0.1:1")


@pytest.mark.parametrize(
    ("query", "ids"), [("算力", ["a1"]), ("gross margin", ["a2"]), ("H100 交付周期", ["a1"]), ("无此词", [])]
)
def test_search_finds_in_both_languages(newsloom, stream, es, query, ids):
    es.indices.refresh(index=INDEX)
    code, hits, _ = newsloom("search", query)
    assert (code, [h["id"] for h in hits]) == (0, ids)


def test_search_marks_what_it_found_and_carries_the_themes(newsloom, stream):
    _, [hit], _ = newsloom("search", "算力", "--theme", "compute-scarcity")
    assert hit["highlights"]["content"] == ["<em>算力</em>仍然供不应求，H100交付周期拉长。"]
    assert (hit["title"], hit["url"], hit["language"]) == ("英伟达：H100仍缺货", "https://n.invalid/a1", "zh")
    assert hit["themes"] == [{"id": "compute-scarcity", "score": 0.9}]


def test_search_of_everything_can_be_cut_by_theme_and_time(newsloom, stream):
    def found(*arguments):
        return {h["id"] for h in newsloom("search", "*", *arguments)[1]}

    assert found() == {"a1", "a2", "a3"}
    assert found("--since", "7d") == {"a1", "a2"}
    assert found("--theme", "commercialization") == {"a2", "a3"}
    assert found("--theme", "commercialization", "--theme", "compute-scarcity", "--size", "2") < {"a1", "a2", "a3"}


@pytest.mark.parametrize("query", ["a:b AND", "*a*", "-*~ ?!x", "C++ f(x)", "10:30", "https://n.invalid/a1"])
def test_no_query_breaks_search(newsloom, stream, query):
    code, _, err = newsloom("search", "--", query)
    assert (code, err) == (0, "")


def test_a_query_is_the_same_for_search_export_and_tail(newsloom, stream, es):
    """Not in how lenient it is: search ranks what has most of the words."""
    es.indices.refresh(index=INDEX)
    for query, ids in {
        "theme:算力紧缺>0.5 -lang:en": {"a1"},
        "compute 短缺 英伟达": {"a1"},
        '"gross margin" | title:旧*': {"a2", "a3"},
        "since:7d -theme:compute-scarcity": {"a2"},
    }.items():
        assert {h["id"] for h in newsloom("search", query)[1]} == ids
        assert {line["article"]["id"] for line in newsloom("export", "--query", query)[1]} == ids
        tailed = newsloom("tail", "--from-beginning", "--query", query, "--max", str(len(ids)))[1]
        assert {line["article"]["id"] for line in tailed} == ids


def test_strict_readers_want_all_of_the_words_and_search_shows_most(newsloom, stream, es):
    es.indices.refresh(index=INDEX)
    assert [h["id"] for h in newsloom("search", "gross margin zebra labs")[1]] == ["a2"]
    assert newsloom("export", "--query", "gross margin zebra labs") == (0, [], "newsloom: 0 articles exported\n")


def test_a_wrong_query_on_a_terminal_is_shown_with_its_place(newsloom):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "newsloom_cli", "search", "算力 amount>5"]
    ended = subprocess.run(
        command, env={**os.environ, **newsloom.environment}, stderr=theirs, stdout=subprocess.PIPE, timeout=60, check=False
    )
    os.close(theirs)
    lines = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert lines[:2] == ["算力 amount>5", " " * 12 + "^"]
    assert lines[2].startswith("newsloom: an amount needs one currency")
    assert len(lines) == 3


def test_trace_tells_every_step_of_an_article(newsloom, stream):
    code, steps, _ = newsloom("trace", "a2")
    assert code == 0
    assert Counter(s["step"] for s in steps) == {"published": 2, "tagged": 4, "theme": 4, "indexed": 1, "standing": 1}
    assert steps[-1]["outcomes"] == {"1": "overtaken", "2": "indexed"}
    assert {s["partition"] for s in steps if s.get("topic") == RAW} == {partition_of(newsloom, "a2")}
    assert len({s["trace"] for s in steps if "trace" in s}) == 2, "one trace for each revision, through every topic"
    last = steps[-2]
    assert last["waited"] >= 0, "seconds from its record to the index"
    assert (last["step"], last["version"], last["revision"], last["index"]) == ("indexed", 2_000_001, 2, INDEX)
    assert last["origin"] in {f"{s['topic']} {s['partition']}:{s['offset']}" for s in steps if s["step"] == "tagged"}


def partition_of(newsloom, key):
    found = records.read(newsloom.environment["NEWSLOOM_KAFKA"], RAW)
    return next(r.partition for r in found if r.key == key.encode())


def test_trace_of_a_dead_record_tells_where_it_died(newsloom, stream):
    code, steps, _ = newsloom("trace", "by-hand")
    assert code == 0
    assert [s["step"] for s in steps] == ["unreadable", "dead", "dead", "standing"]
    assert (steps[1]["service"], steps[1]["stage"]) == ("tagger", "decode")
    assert steps[1]["origin"] == f"news.raw {steps[0]['partition']}:{steps[0]['offset']}"


def test_trace_of_an_unknown_id_says_so(newsloom, stream):
    assert newsloom("trace", "nobody") == (1, [], "newsloom: no trace of 'nobody': it is on no topic and not in the index\n")
    _, _, err = newsloom("trace", "https://n.invalid/nowhere/")
    assert f"'https://n.invalid/nowhere/' ({article_id('https://n.invalid/nowhere')})" in err


def test_trace_of_an_id_that_is_nearly_right_names_the_right_one(newsloom, stream, es):
    es.indices.refresh(index=INDEX)
    assert "; near it: a1 '英伟达：H100仍缺货'" in newsloom("trace", "a1x")[2]


def test_trace_tells_what_the_topics_say_where_elasticsearch_is_away(newsloom, stream):
    code, steps, err = newsloom("trace", "a1", NEWSLOOM_ELASTICSEARCH="http://127.0.0.1:1")
    assert (code, [s["step"] for s in steps][:1]) == (1, ["published"])
    assert "what the index holds is not shown" in err


def test_dead_letters_are_listed_and_shown_byte_for_byte(newsloom, stream):
    _, letters, _ = newsloom("dead", "list", "--service", "tagger", "--stage", "decode")
    assert [x["position"] for x in letters] == ["0:1", "0:0"]
    assert newsloom("dead", "list", "--service", "indexer")[1] == []
    code, [letter], _ = newsloom("dead", "show", letters[0]["position"])
    assert (code, letter["key"], letter["encoding"], base64.b64decode(letter["value"])) == (
        0,
        "by-hand",
        "base64",
        BROKEN.value,
    )
    assert letter["headers"] == {"content-type": "application/json"}
    assert letter["message"].startswith("RawArticle: ")


def test_dead_letter_that_does_not_exist_is_one_line(newsloom, stream):
    code, lines, err = newsloom("dead", "show", "99")
    assert (code, lines) == (1, [])
    assert err == "newsloom: news.dead has no letter at 0:99: `newsloom dead list` shows what there is\n"


LOOKS = ["status", "trace a1", "reconcile", "dead list", "dead list --state all", "dead show 0"]
SHOWN = ["tail --from-beginning --max 1", "search 算力", "themes", *LOOKS]


@pytest.mark.parametrize("typed", SHOWN)
def test_on_a_terminal_people_get_colours_and_no_json(newsloom, stream, typed):
    arguments = typed.split()
    seen = on_terminal(newsloom, *arguments)
    assert "\x1b[" in seen
    assert "{" not in re.sub(r"\x1b\[[\d;]*m", "", seen)
    assert on_terminal(newsloom, *arguments, "--json").lstrip().startswith("{")


def on_terminal(newsloom, *arguments):
    """Return what the command writes to a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **newsloom.environment, "COLUMNS": "100", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "newsloom_cli", *arguments]
    with subprocess.Popen(command, env=environment, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        seen = b""
        try:
            while chunk := os.read(ours, 65536):
                seen += chunk
        except OSError:  # how a terminal's end is told once the other side is gone
            pass
        assert process.wait(120) == 0
    os.close(ours)
    return seen.decode()


def test_ledger_notices_documents_that_vanish_and_ones_that_nobody_indexed(newsloom, stream, es):
    document = es.get(index=INDEX, id="a1")["_source"]
    es.delete(index=INDEX, id="a1", refresh=True)
    _, [ledger], _ = newsloom("status")
    assert (ledger["balanced"], ledger["documents"]) == (False, 2)
    assert ledger["problem"] == "1 of 4 indexed records are not in the index"
    es.index(index=INDEX, id="a1", document=document, refresh=True)
    es.index(index=INDEX, id="stranger", document=document, refresh=True)
    es.index(index=INDEX, id="stranger2", document=document, refresh=True)
    _, [ledger], _ = newsloom("status")
    assert ledger["problem"] == "the index holds 1 documents that the indexer did not write"
