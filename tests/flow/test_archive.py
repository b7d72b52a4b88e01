"""What a real ingestor fetched, killed in between, is read in again on another broker: the same articles, each once."""

import json
import os
import signal
import subprocess
import sys
import time

import newsloom_setup.topics
import pytest
from newsloom_native import running
from newsloom_schemas.codec import decode
from newsloom_schemas.topics import BACKFILL, RAW
from newsloom_schemas.types import RawArticle
from support import records
from support.feeds import rss

pytestmark = pytest.mark.engines

SEED = "09419c7358869c74"


def page(link):
    text = " ".join(f"Text of {link} goes on and on, says paragraph {n} of its page." for n in range(20))
    return f"<html lang=en><head><title>T</title></head><body><article><p>{text}</p></article></body></html>".encode()


def articles(engine, topic):
    found = [decode(RawArticle, r.value) for r in records.read(engine.address, topic)]
    return [a for a in found if a.id != SEED]


def command(engine, *arguments):
    env = {**os.environ, "NEWSLOOM_KAFKA": engine.address, "NEWSLOOM_ENV_FILE": "/dev/null"}
    call = [sys.executable, "-m", "newsloom_cli", "backfill", *map(str, arguments)]
    return subprocess.Popen(call, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def backfill(engine, *arguments, code=0):
    with command(engine, *arguments) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    return json.loads(out)


def at_rest(folder):
    """Whether nothing is added to the archive for a while."""
    sizes = [p.stat().st_size for p in folder.iterdir()]
    time.sleep(1.5)
    return sizes == [p.stat().st_size for p in folder.iterdir()]


def told(article):
    """What two readings of one article must agree on."""
    text = article.title, article.content, article.extraction.method
    return article.id, article.url, text, article.feed, article.published_at


def test_the_archive_of_a_killed_ingestor_gives_the_articles_that_were_live(engine, server, ingestor, tmp_path):
    links = [server.url(f"/news/{n}") for n in range(6)]
    for n, link in enumerate(links[:5]):
        server.ok(f"/news/{n}", page(link), content_type="text/html")  # the last one's page is missing
    server.redirect("/old", "/feed", 301)
    server.ok("/feed", rss(*links))
    service = ingestor(server.url("/old"), contact="https://contact.example").start()
    records.until(lambda: len(articles(engine, RAW)) >= 6, 60, service.tail)
    folder = tmp_path / "state" / "warc"
    records.until(lambda: at_rest(folder), 60, "what was fetched is written, by a thread of its own")
    service.kill()
    assert [p.suffix for p in folder.iterdir()] == [".open"]

    known = backfill(engine, folder)
    assert (known["published"], known["why"]["known"]) == (0, 6), "what is on news.raw is not sent again"

    with running.kafka() as other:
        newsloom_setup.topics.ensure(other.address, [])
        assert backfill(other, folder, "--dry-run")["published"] == 6
        assert articles(other, BACKFILL) == []
        assert backfill(other, folder)["published"] == 6
        again = articles(other, BACKFILL)
        assert backfill(other, folder)["published"] == 0
    assert {a.origin for a in again} == {"backfill"}
    assert sorted(map(told, again)) == sorted(map(told, articles(engine, RAW)))
    assert sorted(a.extraction.method for a in again) == ["feed"] + ["page"] * 5

    service.start()
    records.until(lambda: any(p.suffix == ".gz" for p in folder.iterdir()), 30, service.tail)
    assert service.stop() == 0


def test_where_nothing_can_be_archived_polling_goes_on_and_the_log_says_so_once(engine, server, ingestor, tmp_path):
    (tmp_path / "file").write_text("")
    for n in range(3):
        server.ok(f"/feed{n}", rss(server.url(f"/news/{n}")))
    feeds = " ".join(server.url(f"/feed{n}") for n in range(3))
    service = ingestor(feeds, archive_dir=tmp_path / "file" / "warc").start()
    records.until(lambda: len(articles(engine, RAW)) >= 3, 60, service.tail)
    assert service.stop() == 0
    assert service.log.read_text().count("nothing is archived") == 1


def test_a_backfill_that_is_killed_goes_on_where_it_was_and_names_what_it_cannot_read(engine, tmp_path):
    rows = [
        json.dumps({"url": f"https://news.example/{n}", "title": f"Part {n}", "content": "Text. " * 50}) for n in range(3000)
    ]
    rows[1000] = "no json"
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    with command(engine, tmp_path / "a.jsonl", "--rate", "200") as process:
        records.until(lambda: len(articles(engine, BACKFILL)) >= 400, 60, "some are there")
        process.send_signal(signal.SIGKILL)
    sent = len(articles(engine, BACKFILL))
    assert 400 <= sent < 2999
    done = backfill(engine, tmp_path / "a.jsonl", code=2)
    assert (done["read"], done["refused"], done["published"], done["why"]) == (3000, 1, 2999 - sent, {"known": sent})
    ids = [a.id for a in articles(engine, BACKFILL)]
    assert len(ids) == len(set(ids)) == 2999


def test_while_kafka_is_away_it_waits_says_so_and_goes_on(engine, tmp_path):
    rows = [json.dumps({"id": str(n), "title": f"Part {n}", "content": "Text."}) for n in range(3000)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    with command(engine, tmp_path / "a.jsonl", "--rate", "200") as process:
        records.until(lambda: len(articles(engine, BACKFILL)) >= 200, 60, "some are there")
        engine.kill()
        assert "waiting for Kafka" in process.stderr.readline()
        engine.start()
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert "is back" in err
    assert json.loads(out)["published"] == 3000
    ids = [a.id for a in articles(engine, BACKFILL)]
    assert set(ids) == {str(n) for n in range(3000)}
    assert len(ids) == 3000, "an idempotent producer writes once"


def test_ctrl_c_says_how_far_it_came(engine, tmp_path):
    rows = [json.dumps({"id": str(n), "title": f"Part {n}", "content": "Text."}) for n in range(3000)]
    (tmp_path / "a.jsonl").write_text("\n".join(rows))
    with command(engine, tmp_path / "a.jsonl", "--rate", "200") as process:
        records.until(lambda: len(articles(engine, BACKFILL)) >= 200, 60, "some are there")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "The same command again goes on from there" in err
    assert "Traceback" not in err
