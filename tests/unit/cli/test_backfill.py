"""`newsloom backfill`: what is sent, what is not and why; every item ends in exactly one outcome."""

import gzip
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka.errors import MessageSizeTooLargeError
from newsloom_cli.backfilling import Known, Tally, Wanted, chosen, paced, publish
from newsloom_cli.errors import WrongInputError
from newsloom_cli.look import backfilled
from newsloom_cli.stores import Reading, stores
from newsloom_ingestor.backfill import Found, Refused, Skipped
from newsloom_ingestor.exchange import Exchange
from newsloom_ingestor.warc import WarcFile
from newsloom_schemas.codec import encode
from newsloom_schemas.types import RawArticle
from rich.console import Console

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def article(name, **changes):
    given = {"id": name, "origin": "backfill", "title": name, "content": "Text.", "fetched_at": NOW, **changes}
    return RawArticle(**given)


def found(name, **changes):
    return Found(f"a.jsonl line {name}", article(name, **changes))


class Broker:
    """Takes records, but for those of these ids."""

    def __init__(self, *refused):
        self.refused, self.taken = refused, []

    def send(self, messages):
        errors = [MessageSizeTooLargeError() if m.key.decode() in self.refused else None for m in messages]
        self.taken += [m.key.decode() for m, e in zip(messages, errors, strict=True) if e is None]
        return errors


def filled(*items, wanted=None, known=None, broker=None):
    tally, said, broker = Tally(), [], broker or Broker()
    articles = chosen(items, wanted or Wanted(), known or Known(), tally, said.append)
    publish(articles, broker.send, tally, said.append, lambda: NOW)
    return broker.taken, tally, said


def test_every_item_ends_in_one_outcome_and_the_summary_adds_up():
    items = [found("1"), found("1"), Skipped("a", "no text"), Refused("b.jsonl line 7", "not JSON"), found("2")]
    taken, tally, said = filled(*items)
    assert taken == ["1", "2"]
    assert tally.line(dry=False) == {
        "read": 5, "published": 2, "skipped": 2, "refused": 1, "why": {"known": 1, "no text": 1},
    }  # fmt: skip
    assert said == ["b.jsonl line 7: not JSON"]


def test_what_is_on_the_topics_is_not_sent_again_unless_it_is_a_later_revision():
    known = Known()
    for one in (article("1"), article("2", revision=2)):
        known.record(one.id.encode(), encode(one))
    known.record(b"3", b"no json")
    known.record(b"4", None)
    later = [found("2", revision=3), found("2", revision=3), found("1", revision=2)]
    assert filled(found("1"), found("2"), found("3"), found("4"), *later, known=known)[0] == ["3", "4", "2", "1"]


def test_a_span_of_time_is_by_publication_and_else_by_when_it_was_fetched():
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    wanted = Wanted(since=datetime(2025, 3, 1, tzinfo=UTC), until=datetime(2026, 1, 1, tzinfo=UTC))
    items = [found("1", published_at=early), found("2", published_at=late), found("3"), found("4", fetched_at=late)]
    taken, tally, _ = filled(*items, wanted=wanted)
    assert taken == ["2", "4"]
    assert tally.skipped == {"before --since": 1, "after --until": 1}


def test_a_limit_ends_the_reading():
    def endless():
        n = 0
        while True:
            yield found(str(n := n + 1))

    assert filled(*[], wanted=Wanted(limit=3))[0] == []
    tally, broker = Tally(), Broker()
    publish(chosen(endless(), Wanted(limit=3), Known(), tally, print), broker.send, tally, print, lambda: NOW)
    assert broker.taken == ["1", "2", "3"]


def test_what_the_broker_refuses_costs_no_other_article():
    taken, tally, said = filled(*(found(str(n)) for n in range(5)), broker=Broker("3"))
    assert sorted(taken) == ["0", "1", "2", "4"]
    assert (tally.published, tally.refused) == (4, 1)
    assert said == ["a.jsonl line 3: news.backfill does not take it: MessageSizeTooLargeError"]


def test_articles_go_no_faster_than_asked():
    now = [0.0]

    def sleep(seconds):
        now[0] += seconds

    assert len(list(paced((found(str(n)) for n in range(101)), 10, lambda: now[0], sleep))) == 101
    assert now[0] == pytest.approx(10)


def read(*sources):
    told = []
    reading = Reading(NOW, told.append)
    try:
        items = list(reading.items(stores([str(s) for s in sources])))
    finally:
        reading.close()
    return items, sum(told)


def line(name, **more):
    return json.dumps({"id": name, "title": name, "content": "Text.", **more}).encode() + b"\n"


def ids(items):
    return [i.article.id for i in items if isinstance(i, Found)]


def test_a_folder_is_read_in_the_order_of_its_names_whatever_its_files_are(tmp_path):
    (tmp_path / "b.jsonl").write_bytes(line("b1") + b"\n" + line("b2"))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line("a1")))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "000_09419c7358869c74.txt").write_bytes(b"Compute is short\nAll of it.")
    (tmp_path / "picture.png").write_bytes(b"x")
    items, size = read(tmp_path)
    assert ids(items) == ["a1", "b1", "b2", "09419c7358869c74"]
    assert size == sum(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file() and p.suffix != ".png")


def test_lines_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + line("1") + b"no json\n" + line("2") + b'{"title": 1}\n')
    items, _ = read(tmp_path / "a.jsonl")
    assert ids(items) == ["1", "2"]
    refused = [i for i in items if isinstance(i, Refused)]
    assert [i.place.rpartition("/")[2] for i in refused] == ["a.jsonl line 2", "a.jsonl line 4"]


def test_a_packed_file_that_breaks_off_gives_what_is_whole(tmp_path):
    whole = gzip.compress(b"".join(line(str(n)) for n in range(20_000)))
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    items, _ = read(tmp_path / "a.jsonl.gz")
    assert len(ids(items)) > 1000
    assert items[-1].why.startswith("breaks off")


FEED = (
    b"<rss version='2.0'><channel><title>Example</title><item><title>GPUs are short, says NVIDIA</title>"
    b"<link>https://news.example/gpus</link><description>GPUs are short.</description></item></channel></rss>"
)
TEXT = "GPUs are short, says NVIDIA, and orders take eleven months. Nobody expects that to change. " * 8
PAGE = f"<html><head><title>GPUs are short</title></head><body><article><p>{TEXT}</p></article></body></html>".encode()


def warc(folder, *, close=True):
    file = WarcFile(folder, {"software": "test"}, NOW)
    for kind, url, mime, body in (
        ("feed", "https://news.example/feed.xml", "application/rss+xml", FEED),
        ("feed", "https://news.example/feed.xml", "application/rss+xml", FEED),
        ("page", "https://news.example/gpus", "text/html", PAGE),
    ):
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\n".encode()
        file.add(kind, Exchange(url, url, "", b"GET / HTTP/1.1\r\n", head, body, NOW))
    if close:
        file.close()
    return file


def test_our_own_archive_gives_the_articles_that_were_live_read_by_real_workers(tmp_path):
    warc(tmp_path)
    items, _ = read(tmp_path)
    (one,) = [i for i in items if isinstance(i, Found)]
    assert (one.article.title, one.article.extraction.method) == ("GPUs are short, says NVIDIA", "page")
    assert [i.why for i in items if isinstance(i, Skipped)] == ["the same as before"]


@pytest.mark.parametrize("open_", [True, False])
def test_an_archive_that_breaks_off_gives_what_is_whole_and_one_being_written_is_no_mistake(tmp_path, open_):
    file = warc(tmp_path, close=not open_)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-150])
    items, _ = read(path)
    assert ids(items)
    last = next(i for i in items if not isinstance(i, Found) and "same" not in i.why)
    assert isinstance(last, Skipped if open_ else Refused)
    if open_:
        file.close()


def test_a_file_of_nothing_but_noise_ends_in_refusals(tmp_path):
    noise = os.urandom(500)
    for name, data in (("a.warc.gz", b"\x1f\x8b" + noise), ("b.warc", b"WARC/1.0\r\n" + noise), ("c.jsonl", noise)):
        (tmp_path / name).write_bytes(data)
        items, _ = read(tmp_path / name)
        assert items
        assert {type(i) for i in items} == {Refused}


def test_a_file_that_is_packed_as_one_says_what_to_do(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n" + bytes(20 * 2**20)))
    items, _ = read(tmp_path / "a.warc.gz")
    assert [i.why for i in items] == ["all of it is compressed as one: `warcio recompress` makes a file of records of it"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_a_bar_shows_how_far_it_is_and_a_table_what_became_of_everything():
    tally, shown = Tally(), Terminal()
    tally.published = 1200
    tally.skipped["known"] = 34
    with backfilled.progress(2000, tally, shown) as tell:
        tell(1000)
    assert "1,200 published of 1,234" in shown.getvalue()
    assert "1.0/2.0" in shown.getvalue()
    table = io.StringIO()
    Console(file=table, width=80).print(backfilled.summary(tally.line(dry=True)))
    rows = [row.strip().split(maxsplit=1) for row in table.getvalue().splitlines()]
    assert rows == [["1,234", "read"], ["1,200", "would be published"], ["34", "skipped"], ["34", "known"], ["0", "refused"]]


def test_where_nobody_looks_no_bar_is_drawn():
    nobody = io.StringIO()
    with backfilled.progress(2000, Tally(), nobody) as tell:
        tell(1000)
    assert not nobody.getvalue()


def test_what_is_not_there_is_a_mistake_at_once(tmp_path):
    with pytest.raises(WrongInputError, match="No such file"):
        stores([str(tmp_path / "gone.jsonl")])
    with pytest.raises(WrongInputError, match="no file in it ends with"):
        stores([str(tmp_path)])


def test_without_kafka_it_says_where_it_looked(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(line("1"))
    env = {**os.environ, "NEWSLOOM_KAFKA": "127.0.0.1:1", "NEWSLOOM_ENV_FILE": "/dev/null"}
    command = [sys.executable, "-m", "newsloom_cli", "backfill", str(tmp_path / "a.jsonl")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "127.0.0.1:1" in done.stderr
