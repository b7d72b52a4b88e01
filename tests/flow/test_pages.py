"""Feed → queue → page → news.raw with the real ingestor and Kafka, killed in between: every article once and whole."""

import json
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from newsloom_ingestor.canonical import canonical_url
from newsloom_schemas.codec import decode
from newsloom_schemas.identity import article_id
from newsloom_schemas.topics import RAW
from newsloom_schemas.types import RawArticle
from support import records
from support.feeds import rss

ROOT = Path(__file__).parents[2]
SEED = "09419c7358869c74"

pytestmark = pytest.mark.engines


def text(link):
    return " ".join(f"Text of {link} goes on and on, says paragraph {n} of its page." for n in range(20))


def page(link, more=""):
    body = f"<html lang=en><head><title>T</title></head><body><article><p>{text(link)}</p>{more}</article></body></html>"
    return body.encode()


def raw(engine):
    found = [decode(RawArticle, r.value) for r in records.read(engine.address, RAW)]
    return [a for a in found if a.id != SEED]


def said(service, event):
    """Lines of the log; a kill may have cut one short."""
    lines = []
    for line in service.log.read_text("utf-8").splitlines():
        with suppress(ValueError):
            lines.append(json.loads(line))
    return [line for line in lines if line.get("event") == event]


def waiting(tmp_path):
    with suppress(sqlite3.OperationalError), sqlite3.connect(tmp_path / "state/ingestor.sqlite") as db:
        return db.execute("SELECT count(*) FROM page").fetchone()[0]
    return 0


def id_of(link):
    return article_id(canonical_url(link))


def test_articles_wait_for_their_pages_over_a_kill_and_come_once_and_whole(engine, server, ingestor, tmp_path):
    links = [server.url(f"/news/{n}") for n in range(5)]
    for n in range(len(links)):
        server.status(f"/news/{n}", 503)
    server.ok("/feed", rss(*links))
    service = ingestor(server.url("/feed"), contact="https://contact.example").start()
    records.until(lambda: len(said(service, "page")) == 5, 60, service.tail)
    service.kill()
    assert waiting(tmp_path) == 5
    assert raw(engine) == [], "they wait for their pages"
    for n, link in enumerate(links):
        server.ok(f"/news/{n}", page(link), content_type="text/html")
    with sqlite3.connect(tmp_path / "state/ingestor.sqlite") as db:
        db.execute("UPDATE page SET due = 0")  # as if the pause were over
    db.close()
    service.start()
    records.until(lambda: len(raw(engine)) >= 5, 60, service.tail)
    assert service.stop() == 0
    assert sorted(a.id for a in raw(engine)) == sorted(map(id_of, links))
    assert {a.url: a.content for a in raw(engine)} == {link: text(link) for link in links}
    assert {a.extraction.method for a in raw(engine)} == {"page"}
    assert waiting(tmp_path) == 0
    first, last = said(service, "page")[0], said(service, "page")[-1]
    assert (first["gave"], first["outcome"], first["reason"]) == ("later", "page-later", "HTTP 503")
    assert (last["gave"], last["outcome"], last["method"], last["tries"]) == ("text", "new", "page", 1)
    assert last["length"] == len(text(links[0]))


def test_what_cannot_be_had_is_published_as_the_feed_has_it_and_the_rest_is_not_held_up(engine, server, ingestor):
    paths = ("/good", "/wall", "/private/1", "/missing", "/bomb", "/pdf")
    links = {path: server.url(path, host="localhost" if path == "/bomb" else "127.0.0.1") for path in paths}
    server.ok("/robots.txt", b"User-agent: *\nDisallow: /private/")
    server.ok("/good", page(links["/good"]), content_type="text/html")
    server.ok("/wall", f"<html><body><p>Text of {links['/wall']}</p><p>Subscribe to continue reading</p>".encode())
    server.ok("/bomb", f"<html><body><div {' '.join(f'a{n}=1' for n in range(200_000))}>".encode())
    server.ok("/pdf", b"%PDF", content_type="application/pdf")
    server.ok("/feed", rss(*links.values()))
    service = ingestor(server.url("/feed"), contact="https://contact.example").start()
    records.until(lambda: len(raw(engine)) >= len(paths), 90, service.tail)
    assert service.stop() == 0
    found = {a.url: (a.extraction.method, a.extraction.reason) for a in raw(engine)}
    assert found == {
        links["/good"]: ("page", ""),
        links["/wall"]: ("feed", "paywall"),
        links["/private/1"]: ("feed", "robots.txt"),
        links["/missing"]: ("feed", "HTTP 404"),
        links["/bomb"]: ("feed", "could not be read: not done after 20 s"),
        links["/pdf"]: ("feed", "not HTML but application/pdf"),
    }
    assert said(service, "page")[-1]["reason"].startswith("could not be read"), "all others came before the bomb"


def test_without_a_contact_pages_are_off_and_the_log_says_why(engine, server, ingestor):
    server.ok("/feed", rss(server.url("/news/1")))
    service = ingestor(server.url("/feed")).start()
    records.until(lambda: len(raw(engine)) >= 1, 60, service.tail)
    assert service.stop() == 0
    (started,) = said(service, "started")
    assert "NEWSLOOM_CONTACT" in started["pages"]
    assert server.asked("/news/1") == server.asked("/robots.txt") == []
    assert [a.extraction.method for a in raw(engine)] == ["feed"]
