"""The real ingestor, a real Kafka, and a web server that misbehaves: every entry once on news.raw, after the seed."""

import json
import random
import sqlite3
import string
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import newsloom_setup.topics
import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from newsloom_common import kafka
from newsloom_ingestor.canonical import canonical_url
from newsloom_native import ports
from newsloom_schemas.codec import decode
from newsloom_schemas.dead import Origin, exhume
from newsloom_schemas.identity import article_id
from newsloom_schemas.topics import DEAD, RAW
from newsloom_schemas.types import RawArticle
from support import records
from support.feeds import rss
from support.services import Service

ROOT = Path(__file__).parents[2]
SEED_FILE = next((ROOT / "seeds").glob("*.txt"))
SEED = "09419c7358869c74"

pytestmark = pytest.mark.engines


def links(first, last):
    return [f"https://news.invalid/{n}" for n in range(first, last)]


def ids(*found):
    return sorted([SEED, *(article_id(canonical_url(link)) for link in found)])


def raw_ids(engine):
    return sorted(r.key.decode() for r in records.read(engine.address, RAW))


def stories(engine):
    """Id → the revisions of the article, in the order in which they lie on the topic."""
    found = {}
    for record in records.read(engine.address, RAW):
        found.setdefault(record.key.decode(), []).append(decode(RawArticle, record.value))
    return found


def listed_by(story):
    """Paths of the feeds that list an article, as its newest revision says."""
    return {urlsplit(f.url).path for f in (story[-1].feed, *story[-1].also_in)}


def check_revisions(found):
    """Every revision once, in their order; whatever is told again says why, and says it of the revision before."""
    for story in found.values():
        assert [a.revision for a in story] == list(range(1, len(story) + 1))
        assert [a.edit and a.edit.revision for a in story] == [None, *range(1, len(story))]


def scraped(port):
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()
    return ""


def wait_for(engine, service, number, timeout=60):
    records.until(lambda: records.count(engine.address, RAW) >= number, timeout, service.tail)


def poll_again(tmp_path):
    """Make every feed due, as if its interval had passed."""
    with sqlite3.connect(tmp_path / "state/ingestor.sqlite") as db:
        db.execute("UPDATE feed SET next_poll = 0 WHERE next_poll IS NOT NULL")
    db.close()


def hours_pass(tmp_path, hours):
    """Make it so long ago that the feeds were polled and the articles told."""
    poll_again(tmp_path)
    with sqlite3.connect(tmp_path / "state/ingestor.sqlite") as db:
        db.execute("UPDATE article SET at = at - ?", (hours * 3600,))
    db.close()


def polls(service):
    """What the log says of polls so far; a kill may have cut a line short."""
    said = []
    for line in service.log.read_text("utf-8").splitlines():
        with suppress(ValueError):
            said.append(json.loads(line))
    return [line for line in said if line.get("event") == "poll"]


def test_the_seed_is_the_very_first_record_and_whole(engine, server, ingestor):
    server.ok("/feed", rss(*links(0, 50)))
    service = ingestor(server.url("/feed")).start()
    wait_for(engine, service, 51)
    found = records.read(engine.address, RAW)
    (seed,) = [r for r in found if r.key.decode() == SEED]
    article = decode(RawArticle, seed.value)
    assert seed.offset == 0
    assert all(seed.timestamp < r.timestamp for r in found if r is not seed)
    assert f"{article.title}\n{article.content}".encode() == SEED_FILE.read_bytes()
    assert article.origin == "seed"
    assert dict(seed.headers)["ce_id"] == f"{SEED}.1".encode()
    assert service.stop() == 0


def test_every_entry_once_over_feeds_restarts_and_a_lost_state(engine, server, ingestor, tmp_path):
    server.ok("/a", rss(*links(0, 20)), etag='"1"')
    server.ok("/b", rss(*[link + "?utm_source=b" for link in links(10, 30)]))
    feeds = server.url("/a"), server.url("/b")
    service = ingestor(*feeds).start()
    records.until(lambda: len(polls(service)) >= 2, 30, service.tail)
    assert service.stop() == 0
    server.ok("/b", rss(*links(25, 40)))
    poll_again(tmp_path)
    service.start()
    records.until(lambda: len(polls(service)) >= 4, 30, service.tail)
    assert {p["outcome"] for p in polls(service)[2:]} == {"not-modified", "new"}
    assert service.stop() == 0
    (tmp_path / "state/ingestor.sqlite").unlink()
    server.ok("/b", rss(*links(25, 45)))
    service.start()
    records.until(lambda: len(polls(service)) >= 6, 30, service.tail)
    assert service.stop() == 0
    found = stories(engine)
    assert sorted(found) == ids(*links(0, 45))
    check_revisions(found)
    twice = {i for i, story in found.items() if len(story) > 1}
    assert sorted([SEED, *twice]) == ids(*links(10, 20)), "those that both feeds list are told again, once"
    assert all(listed_by(found[i]) == {"/a", "/b"} and found[i][-1].edit.kind == "feeds" for i in twice)
    assert '"articles": 41' in service.log.read_text(), "the ids were learned from the topic, and the log says how many"


def test_feeds_that_misbehave_disturb_no_other(engine, server, ingestor):
    for path, code in (("/404", 404), ("/410", 410), ("/500", 500)):
        server.status(path, code)
    server.slow("/slow", rss(*links(0, 1)), 0.005)
    server.truncated("/cut", rss(*links(0, 1)))
    server.bomb("/bomb", 100_000_000)
    server.redirect("/loop", "/loop")
    server.ok("/page", b"<html><body>We are closed</body></html>")
    server.ok("/good", rss(*links(1, 5)))
    paths = ["/404", "/410", "/500", "/slow", "/cut", "/bomb", "/loop", "/page", "/missing", "/good"]
    service = ingestor(*map(server.url, paths)).start()
    records.until(lambda: len(polls(service)) >= len(paths), 60, service.tail)
    told = {p["feed"]: p for p in polls(service)}
    outcomes = {path: told[server.url(path)]["outcome"] for path in paths}
    assert outcomes == {
        **dict.fromkeys(paths, "failed"), "/410": "gone", "/slow": "new", "/good": "new",
    }  # fmt: skip
    assert told[server.url("/410")]["next_in_s"] is None
    assert all(p["next_in_s"] >= 600 for p in told.values() if p["outcome"] == "failed")
    assert all(p["error"] for p in told.values() if p["outcome"] == "failed")
    assert service.running()
    assert raw_ids(engine) == ids(*links(0, 5))


def test_killed_at_random_moments_every_revision_is_on_the_topic_exactly_once(engine, server, ingestor, tmp_path):
    chance = random.Random(20261124)
    feeds = [f"/{n}" for n in range(4)]
    service = ingestor(*map(server.url, feeds))
    last, lists = 0, {}
    for _ in range(15):
        last += 40
        for path in feeds:
            lists[path] = chance.sample(links(0, last), last)[: last - chance.randrange(10)]
            server.ok(path, rss(*lists[path]))
        service.start()
        time.sleep(chance.uniform(0.4, 1.6))
        service.kill()
        if (tmp_path / "state/ingestor.sqlite").exists():
            poll_again(tmp_path)
    lists[feeds[0]] = links(0, last)
    server.ok(feeds[0], rss(*lists[feeds[0]]))
    done = len(polls(service))
    service.start()
    records.until(lambda: len(polls(service)) >= done + len(feeds), 60, service.tail)
    assert service.stop() == 0
    found = stories(engine)
    assert sorted(found) == ids(*links(0, last))
    check_revisions(found)
    for path, listed in lists.items():
        missing = [link for link in listed if path not in listed_by(found[article_id(canonical_url(link))])]
        assert not missing, f"{path} lists them too"
    assert records.count(engine.address, DEAD) == 0


def test_an_edited_article_is_told_once_more_with_what_changed_and_cosmetics_are_not(engine, server, ingestor, tmp_path):
    (link,) = links(0, 1)
    server.ok("/feed", rss(link))
    service = ingestor(server.url("/feed")).start()
    said = (b"", b"", b" The deadline has passed.", b" The deadline has passed.")
    for n, more in enumerate(said, 1):
        records.until(lambda n=n: len(polls(service)) >= n, 30, service.tail)
        assert service.stop() == 0
        hours_pass(tmp_path, 2)
        server.ok("/feed", rss(link).replace(f"Text of {link}".encode(), f"Text of  {link}".encode() + more))
        service.start()
    records.until(lambda: len(polls(service)) > len(said), 30, service.tail)
    assert service.stop() == 0
    found = stories(engine)
    check_revisions(found)
    story = found[article_id(canonical_url(link))]
    assert [a.edit and a.edit.kind for a in story] == [None, "text"]
    assert "+" in story[-1].edit.diff
    assert "The deadline has passed." in story[-1].edit.diff


def ready(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.read().decode().strip()
    except HTTPError as error:
        with error:
            return error.read().decode().strip()
    except OSError:
        return ""


def test_without_kafka_it_waits_and_says_so_and_loses_nothing(engine, server, ingestor, tmp_path):
    server.ok("/feed", rss(*links(0, 30)))
    port = ports.free()
    engine.stop()
    service = ingestor(server.url("/feed"), health_port=port).start()
    records.until(lambda: ready(port).startswith(f"waiting for Kafka at {engine.address}"), 30, service.tail)
    engine.start()
    wait_for(engine, service, 31)
    records.until(lambda: ready(port) == "ok", 10, lambda: ready(port))
    assert service.stop() == 0
    poll_again(tmp_path)
    server.ok("/feed", rss(*links(0, 60)))
    service.start()
    engine.kill()
    records.until(lambda: ready(port).startswith("waiting for Kafka"), 30, service.tail)
    engine.start()
    wait_for(engine, service, 61)
    records.until(lambda: ready(port) == "ok", 10, lambda: ready(port))
    records.until(lambda: "newsloom_ingestor_outbox_records 0.0" in scraped(port), 10, lambda: scraped(port))
    assert 'newsloom_ingestor_polls_total{outcome="new"} 1.0' in scraped(port)
    assert 'newsloom_ingestor_fetched_bytes_total{kind="feed"}' in scraped(port)
    assert service.stop() == 0
    assert raw_ids(engine) == ids(*links(0, 60))


def test_an_ingestor_with_nothing_to_tell_says_that_kafka_is_away(engine, server, ingestor):
    server.ok("/feed", rss(*links(0, 3)))
    port = ports.free()
    service = ingestor(server.url("/feed"), health_port=port).start()
    wait_for(engine, service, 4)
    records.until(lambda: ready(port) == "ok", 10, lambda: ready(port))
    engine.kill()
    records.until(lambda: ready(port).startswith("waiting for Kafka"), 30, lambda: ready(port))
    engine.start()
    records.until(lambda: ready(port) == "ok", 30, lambda: ready(port))
    assert service.stop() == 0


def test_topics_that_are_made_anew_while_it_runs_are_filled_anew(engine, server, ingestor):
    server.ok("/feed", rss(*links(0, 20)))
    service = ingestor(server.url("/feed")).start()
    wait_for(engine, service, 21)
    with closing(kafka.admin(engine.address, "test")) as admin:
        admin.delete_topics([RAW, DEAD])
    records.until(lambda: not {RAW, DEAD} & topics(engine), 30, service.tail)
    newsloom_setup.topics.ensure(engine.address, [])
    wait_for(engine, service, 21)
    assert "beginning anew" in service.log.read_text()
    assert service.stop() == 0
    assert raw_ids(engine) == ids(*links(0, 20))


def topics(engine):
    with closing(kafka.admin(engine.address, "test")) as admin:
        return set(admin.list_topics())


def test_it_stops_at_once_while_kafka_is_away(engine, server, ingestor):
    engine.stop()
    port = ports.free()
    service = ingestor(server.url("/feed"), health_port=port).start()
    records.until(lambda: ready(port).startswith("waiting for Kafka"), 30, service.tail)
    assert service.stop(timeout=8) == 0
    assert "Traceback" not in service.log.read_text()


def test_an_article_that_kafka_refuses_is_a_dead_letter_and_blocks_nothing(engine, server, ingestor):
    admin = kafka.admin(engine.address, "test")
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, RAW, {"max.message.bytes": "40000"})])
    admin.close()
    noise = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=80_000))  # lz4 must not shrink it
    body = rss("https://news.invalid/large", *links(0, 40)).replace(b"Text of https://news.invalid/large", noise.encode())
    server.ok("/feed", body)
    service = ingestor(server.url("/feed")).start()
    wait_for(engine, service, 41)
    records.until(lambda: records.count(engine.address, DEAD) >= 1, 30, service.tail)
    records.until(lambda: polls(service), 30, service.tail)
    (record,) = records.read(engine.address, DEAD)
    letter = exhume(Origin(DEAD, 0, 0, record.key, record.value, record.headers))
    assert (letter.service, letter.stage, letter.topic) == ("ingestor", "publish", RAW)
    assert noise in letter.value
    assert '"dead": 1' in service.log.read_text()
    assert service.stop() == 0
    assert raw_ids(engine) == ids(*links(0, 40))


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"feeds_file": "/nowhere.opml"}, "NEWSLOOM_FEEDS_FILE: /nowhere.opml: No such file"),
        ({"seeds_dir": "/nowhere"}, "no seed"),
        ({"fetchers": "many"}, "NEWSLOOM_FETCHERS='many'"),
        ({"state_dir": "/dev/null/x"}, "/dev/null"),
    ],
)
def test_settings_that_cannot_be_used_are_one_line(tmp_path, settings, line):
    service = Service(
        "ingestor", tmp_path, **{"feeds_file": "", "seeds_dir": "", "state_dir": tmp_path / "s", **settings}
    ).start()
    assert service.ended() == 2
    (said,) = service.log.read_text().splitlines()
    assert line in said
