"""Articles from elsewhere, by the real ingestor on a real Kafka: what was answered is on news.raw, once, whatever is killed."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from newsloom_ingestor.canonical import canonical_url
from newsloom_schemas.codec import decode
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.identity import article_id
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import RawArticle
from support import records
from support.feeds import rss
from support.hub import Hub
from support.pushing import AUTH, TOKEN, Pushing
from support.services import Service

ROOT = Path(__file__).parents[2]
SEED = "09419c7358869c74"

pytestmark = pytest.mark.engines


@pytest.fixture
def ingestor(engine, tmp_path):
    made = []

    def make(**settings):
        made.append(Pushing(tmp_path, kafka=engine.address, **settings))
        return made[-1]

    yield make
    for service in made:
        if service.running():
            service.kill()


def story(n, words="Chips are short"):
    return {"url": f"https://news.invalid/{n}?utm_source=x", "title": f"Story {n}", "content": f"{words}, says number {n}."}


def id_of(url):
    return article_id(canonical_url(url))


def raw(engine):
    found = [decode(RawArticle, r.value) for r in records.read(engine.address, RAW)]
    return [a for a in found if a.id != SEED]


@pytest.fixture(scope="module")
def web():
    """A client with the patience that a busy machine needs."""
    with httpx.Client(timeout=240, trust_env=False) as client:
        yield client


def outcomes(answer):
    return [json.loads(line)["outcome"] for line in answer.text.splitlines()]


def test_what_is_pushed_is_on_the_topic_when_it_is_answered_and_comes_once(engine, ingestor):
    service = ingestor().start()
    answer = service.push(story(1), {"title": "No text"}, story(2), story(1))
    assert answer.status_code == 200
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert [(t["line"], t["outcome"]) for t in told] == [(1, "new"), (2, "refused"), (3, "new"), (4, "duplicate")]
    assert "content" in told[1]["reason"]
    (one, two) = raw(engine)
    assert (
        {one.id, two.id} == {told[0]["id"], told[2]["id"]} == {id_of("https://news.invalid/1"), id_of("https://news.invalid/2")}
    )
    assert (one.origin, one.extraction.method, one.url) == ("push", "pushed", one.url.partition("?")[0])
    assert outcomes(service.push(story(1), story(2), story(3))) == ["duplicate", "duplicate", "new"]
    assert len(raw(engine)) == 3
    assert service.stop() == 0


def test_an_article_that_is_pushed_again_with_other_words_is_its_next_revision(engine, ingestor, tmp_path):
    service = ingestor().start()
    service.push(story(1))
    early = service.push(story(1, "Chips are plenty"))
    assert (early.status_code, outcomes(early)) == (409, ["refused"])
    assert service.stop() == 0
    with sqlite3.connect(tmp_path / "state/ingestor.sqlite") as db:
        db.execute("UPDATE article SET at = at - 3600")
    db.close()
    service.start()
    assert outcomes(service.push(story(1, "Chips are plenty"))) == ["edited"]
    assert [(a.revision, a.edit and a.edit.kind) for a in raw(engine)] == [(1, None), (2, "text")]


def test_two_hundred_at_once_are_all_taken_once(engine, ingestor):
    service = ingestor().start()
    with (
        ThreadPoolExecutor(50) as pool,
        httpx.Client(trust_env=False, timeout=240, limits=httpx.Limits(max_connections=200)) as client,
    ):
        headers = {**AUTH, "Content-Type": "application/json"}
        answers = list(pool.map(lambda n: client.post(service.url, json=story(n % 150), headers=headers), range(200)))
    assert {a.status_code for a in answers} == {200}
    assert sorted(outcomes(a)[0] for a in answers) == ["duplicate"] * 50 + ["new"] * 150
    assert sorted(a.id for a in raw(engine)) == sorted(id_of(f"https://news.invalid/{n}") for n in range(150))
    many = [story(n, "A long text. " * 20) for n in range(1000, 4000)]
    assert outcomes(service.push(*many)) == ["new"] * 3000
    assert len({a.id for a in raw(engine)}) == len(raw(engine)) == 3150


def test_killed_at_any_moment_what_was_answered_is_there_once_and_what_was_not_can_be_pushed_again(engine, ingestor):
    service = ingestor()
    answered, stop = set(), threading.Event()

    def press():
        n = 0
        while not stop.is_set():
            with suppress(httpx.TransportError):
                if service.push(story(n)).status_code == 200:
                    answered.add(n)
                    n += 1

    service.start()
    thread = threading.Thread(target=press)
    thread.start()
    for _ in range(5):
        before = len(answered)
        records.until(lambda before=before: len(answered) > before + 3, 30, service.tail, every=0.01)
        service.kill()
        service.start()
    stop.set()
    thread.join()
    service.kill()
    found = [a.id for a in raw(engine)]
    assert len(set(found)) == len(found)
    assert {id_of(f"https://news.invalid/{n}") for n in answered} <= set(found)


def test_while_kafka_is_away_nobody_is_told_that_an_article_is_safe(engine, ingestor):
    service = ingestor().start()
    engine.stop()
    first = service.push(story(1))
    assert (first.status_code, int(first.headers["retry-after"]) > 0) == (503, True)
    started = time.monotonic()
    assert service.push(story(1)).status_code == 503, "now that it is known, nobody waits"
    assert time.monotonic() - started < 5
    engine.start()
    records.until(lambda: service.push(story(1)).status_code == 200, 60, service.tail)
    assert [a.id for a in raw(engine)] == [id_of("https://news.invalid/1")]


def test_who_has_no_token_or_too_much_to_say_is_refused_and_nothing_is_taken(engine, ingestor, web):
    service = ingestor().start()
    jsonl = {"Content-Type": "application/x-ndjson"}
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        assert web.post(service.url, json=story(1), headers=headers).status_code == 401
    assert web.post(service.url, content=b"x" * 9_000_000, headers={**AUTH, **jsonl}).status_code == 413
    assert web.post(service.url, json=story(1), headers={**AUTH, "Content-Type": "text/plain"}).status_code == 415
    assert web.get(service.url, headers=AUTH).status_code == 405
    assert web.post(service.url.replace("articles", "other"), headers=AUTH).status_code == 404
    addresses = web.post(service.url, content="https://e.org/1", headers={**AUTH, "Content-Type": "text/uri-list"})
    assert (addresses.status_code, "NEWSLOOM_CONTACT" in addresses.json()["reason"]) == (422, True)
    assert raw(engine) == []
    assert service.stop() == 0


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"push_token_file": ""}, "NEWSLOOM_PUSH_TOKEN_FILE: with NEWSLOOM_PUSH_PORT"),
        ({"websub_callback": "https://e.org/?x"}, "NEWSLOOM_WEBSUB_CALLBACK='https://e.org/?x'"),
        ({"push_host": "203.0.113.1"}, "annot assign requested address"),
    ],
)
def test_doors_that_cannot_be_opened_as_asked_are_one_line(tmp_path, settings, line):
    service = Pushing(tmp_path, seeds_dir="", **settings)
    Service.start(service)
    assert service.ended() == 2
    (said,) = service.log.read_text().splitlines()
    assert line in said


def page(text):
    return f"<html><head><title>Chips</title></head><body><article><p>{text}</p></article></body></html>".encode()


def test_an_address_is_fetched_as_a_page_and_one_without_an_article_is_a_dead_letter(engine, server, ingestor, web):
    text = " ".join(f"Customers wait for their chips, says paragraph {n} of the page." for n in range(20))
    server.ok("/robots.txt", b"User-agent: *\nDisallow: /private")
    server.ok("/1", page(text), content_type="text/html")
    service = ingestor(contact="https://contact.example").start()
    paths = ("/1", "/private", "/missing")
    answer = web.post(
        service.url,
        content="\r\n".join(["# pages", *map(server.url, paths)]),
        headers={**AUTH, "Content-Type": "text/uri-list"},
    )
    assert (answer.status_code, outcomes(answer)) == (202, ["queued"] * 3)
    records.until(lambda: records.count(engine.address, DEAD) == 2, 60, service.tail)
    records.until(lambda: raw(engine), 60, service.tail)
    (article,) = raw(engine)
    assert (article.id, article.title, article.content) == (id_of(server.url("/1")), "Chips", text)
    assert (article.origin, article.extraction.method) == ("push", "page")
    letters = [exhume(Origin(DEAD, 0, r.offset, r.key, r.value, r.headers)) for r in records.read(engine.address, DEAD)]
    assert {(x.key, x.stage, x.message) for x in letters} == {
        (id_of(server.url("/private")), "page", "robots.txt"), (id_of(server.url("/missing")), "page", "HTTP 404"),
    }  # fmt: skip
    again = web.post(service.url, content=server.url("/missing"), headers={**AUTH, "Content-Type": "text/uri-list"})
    assert outcomes(again) == ["queued"], "it may be there by now"
    assert outcomes(web.post(service.url, content=server.url("/1"), headers={**AUTH, "Content-Type": "text/uri-list"})) == [
        "duplicate"
    ]


def add(service, *arguments, text="", **environment):
    given = {"NEWSLOOM_ENV_FILE": "/dev/null", "NEWSLOOM_PUSH": service.url.removesuffix("/v1/articles")}
    given["NEWSLOOM_PUSH_TOKEN_FILE"] = str(service.token_file)
    return subprocess.run(
        [sys.executable, "-m", "newsloom_cli", "add", *arguments],
        input=text, capture_output=True, text=True, timeout=240, check=False, env={**os.environ, **given, **environment},
    )  # fmt: skip


def test_the_command_adds_files_and_lines_and_says_what_was_refused(engine, ingestor, tmp_path):
    service = ingestor().start()
    lines = "\n".join([json.dumps(story(1)), "{", "", json.dumps(story(2)), json.dumps({"title": "x"})])
    done = add(service, "-", text=lines)
    assert done.returncode == 1
    assert [json.loads(x)["outcome"] for x in done.stdout.splitlines()] == ["new", "refused", "new", "refused"]
    assert [x.partition(": ")[2][:24] for x in done.stderr.splitlines()] == [
        "standard input, line 2: ",
        "standard input, line 5: ",
    ]
    note = tmp_path / "note.md"
    note.write_text("# Chips are short\n\nCustomers wait for **eleven months**.\n")
    assert add(service, str(note)).returncode == 0
    assert [a.title for a in raw(engine) if a.url is None] == ["Chips are short"]
    wrong = tmp_path / "wrong"
    wrong.write_text("some-other-token-of-somebody")
    refused = add(service, str(note), NEWSLOOM_PUSH_TOKEN_FILE=str(wrong))
    assert (refused.returncode, refused.stderr.count("\n"), "token" in refused.stderr) == (1, 1, True)


@pytest.fixture
def hub():
    started = Hub()
    yield started
    started.close()


def test_a_hub_tells_what_is_new_before_any_poll_finds_it_and_only_who_was_asked_may(engine, server, ingestor, hub):
    links = [f"https://news.invalid/{n}" for n in range(4)]
    feed = hub.named(rss(links[0]), server.url("/feed"))
    server.ok("/feed", feed)
    service = ingestor(feeds=server.url("/feed"), websub_callback="http://127.0.0.1:1")  # the hub is told of another port below
    hub.reach = f"http://127.0.0.1:{service.port}"
    service.start()
    records.until(lambda: hub.verified, 60, service.tail)
    assert hub.asked[0]["hub.topic"] == server.url("/feed")
    assert hub.tell(hub.named(rss(*links[:2]), server.url("/feed"))).status_code == 204
    assert sorted(a.id for a in raw(engine)) == sorted(map(id_of, links[:2]))
    assert hub.tell(rss(*links[:3]), method="sha1").status_code == 204
    for forged in ({"secret": "guessed"}, {"method": "md5"}, {"method": ""}):
        assert hub.tell(rss(links[3]), **forged).status_code == 204, "it is taken, and ignored"
    assert hub.tell(b"no feed at all").status_code == 204
    assert sorted(a.id for a in raw(engine)) == sorted(map(id_of, links[:3]))
    assert hub.ask(**{"hub.topic": "https://other.invalid/"}).status_code == 404
    assert hub.tell(rss(links[3]), path="/websub/guessed").status_code == 410
    service.kill()
    service.start()
    assert hub.tell(rss(*links)).status_code == 204, "what was agreed outlives a kill"
    assert len(raw(engine)) == 4
    assert service.stop() == 0
