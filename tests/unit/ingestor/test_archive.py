"""The raw archive: what was fetched is in it as it came, whatever ends the process or fills the disk."""

import gzip
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from newsloom_common.settings import SettingsError, load
from newsloom_ingestor import archive, warc, warcread
from newsloom_ingestor.archive import Archive, Room
from newsloom_ingestor.exchange import Exchange
from newsloom_ingestor.settings import IngestorSettings
from prometheus_client import REGISTRY
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WHO = {"software": "newsloom/test", "operator": "desk@news.example"}
BODY = "<rss>算力</rss>".encode()
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX-Café: déjà vu\r\nContent-Length: {}\r\n"


def exchange(url="https://news.example/feed.xml", body=BODY, head=None, **changes):
    block = (head or HEAD.format(len(body))).encode("latin-1")
    request = b"GET /feed.xml HTTP/1.1\r\nHost: news.example\r\n"
    return Exchange(url, url, "192.0.2.7", request, block, body, NOW)._replace(**changes)


class Log:
    def __init__(self):
        self.said = []

    def info(self, event, **_):
        self.said.append(event)

    warning = info


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def read(folder):
    """Return the records of all finished files as they were written: type, WARC header, HTTP header, body."""
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                http = record.http_headers
                found.append((record.rec_type, record.rec_headers, http, record.raw_stream.read()))
    return found


def responses(folder):
    return [record for record in read(folder) if record[0] in {"response", "revisit"}]


def kept(folder, *exchanges, room=Room(10**9), clock=None, log=None):  # noqa: B008
    opened = Archive(folder, WHO, room._replace(reserve=0), log or Log(), clock or (lambda: NOW))
    for one in exchanges:
        opened.put("feed", one)
    opened.close()


def missed():
    return REGISTRY.get_sample_value("newsloom_ingestor_archive_missed_total") or 0


class Args:
    def __init__(self, path):
        self.inputs, self.verbose = [str(path)], False


def test_an_answer_is_kept_as_it_came_with_who_asked_and_who_answered(tmp_path):
    kept(tmp_path, exchange())
    info, response, request = read(tmp_path)
    assert [one[0] for one in (info, response, request)] == ["warcinfo", "response", "request"]
    assert b"operator: desk@news.example" in info[3]
    assert response[1]["WARC-Target-URI"] == "https://news.example/feed.xml"
    assert response[1]["WARC-Date"] == "2026-11-24T12:00:00.000000Z"
    assert (response[1]["WARC-IP-Address"], response[1]["Newsloom-Kind"]) == ("192.0.2.7", "feed")
    assert response[2].statusline == "200 OK"
    assert response[3] == BODY
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    (path,) = tmp_path.glob("*")
    assert Checker(Args(path)).process_all() == 0, "the tool of those who made the format finds no fault"


def test_headers_are_kept_byte_for_byte(tmp_path):
    kept(tmp_path, exchange())
    (path,) = tmp_path.glob("*")
    assert exchange().head + b"\r\n" + BODY in gzip.decompress(path.read_bytes())


def test_a_header_that_no_longer_fits_the_body_says_so(tmp_path):
    chunked = exchange(
        head="HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 4711\r\nContent-Encoding: gzip\r\n"
    )
    kept(tmp_path, chunked._replace(body=gzip.compress(BODY)))
    (path,) = tmp_path.glob("*")
    with path.open("rb") as file:
        (record, body) = next((r, r.content_stream().read()) for r in ArchiveIterator(file) if r.rec_type == "response")
    assert body == BODY, "readers undo the coding that is still there, and no other"
    assert record.http_headers["X-Archive-Orig-Transfer-Encoding"] == "chunked"
    assert record.http_headers["X-Archive-Orig-Content-Length"] == "4711"


def test_the_same_body_again_is_a_revisit_and_in_another_file_whole(tmp_path):
    clock = Clock()
    opened = Archive(tmp_path, WHO, Room(10**9, reserve=0), Log(), clock)
    for moment in (NOW, NOW + timedelta(hours=1), NOW + timedelta(days=2)):
        _drained(opened)
        clock.now = moment
        opened.put("feed", exchange(at=moment))
    opened.close()
    first, again, other = responses(tmp_path)
    assert [first[0], again[0], other[0]] == ["response", "revisit", "response"]
    assert again[1]["WARC-Refers-To-Date"] == first[1]["WARC-Date"]
    assert again[3] == b""


def _drained(opened):
    deadline = time.monotonic() + 5
    while opened.waiting and time.monotonic() < deadline:
        time.sleep(0.005)


def test_where_redirects_led_elsewhere_the_address_that_was_asked_is_kept(tmp_path):
    kept(tmp_path, exchange(asked="https://old.example/rss"))
    ((_, header, _, _),) = responses(tmp_path)
    assert header["Newsloom-Asked"] == "https://old.example/rss"


def test_old_files_make_room_and_strangers_are_left_alone(tmp_path):
    (tmp_path / "other.warc.gz").write_bytes(b"x" * 10**6)
    log = Log()
    clock = Clock()
    opened = Archive(tmp_path, WHO, Room(200_000, reserve=0), log, clock)
    for n in range(20):
        clock.now += timedelta(seconds=1)
        opened.put("page", exchange(f"https://news.example/{n}", os.urandom(30_000)))
        _drained(opened)
    opened.close()
    ours = list(tmp_path.glob("newsloom-*"))
    assert sum(path.stat().st_size for path in ours) <= 200_000
    assert len(ours) > 1
    assert "archive file removed, the oldest" in log.said
    assert (tmp_path / "other.warc.gz").exists()


def test_a_full_disk_is_said_once_counted_and_spoils_nothing(tmp_path):
    log, clock, before = Log(), Clock(), missed()
    opened = Archive(tmp_path, WHO, Room(10**9, reserve=0), log, clock)
    opened.put("feed", exchange())
    _drained(opened)
    with no_file_larger_than(next(tmp_path.iterdir()).stat().st_size + 1000):  # of which the disk takes what it can
        for n in range(3):
            opened.put("feed", exchange(f"https://news.example/{n}", os.urandom(5000)))
            _drained(opened)
    assert log.said == ["nothing is archived"]
    assert missed() - before == 3
    clock.now += timedelta(minutes=2)
    opened.put("feed", exchange("https://news.example/later"))
    opened.close()
    assert log.said == ["nothing is archived", "archiving again"]
    assert [header["WARC-Target-URI"] for _, header, _, _ in responses(tmp_path)] == [
        exchange().url,
        "https://news.example/later",
    ]


def test_a_disk_without_any_room_does_not_fill_with_beginnings(tmp_path):
    clock = Clock()
    opened = Archive(tmp_path, WHO, Room(10**9, reserve=0), Log(), clock)
    with no_file_larger_than(100):
        for _ in range(3):
            opened.put("feed", exchange())
            _drained(opened)
            clock.now += timedelta(minutes=2)
    opened.close()
    assert list(tmp_path.iterdir()) == []


def test_the_last_of_a_disk_is_left_to_others(tmp_path):
    log = Log()
    opened = Archive(tmp_path, WHO, Room(10**9, reserve=10**18), log, lambda: NOW)
    opened.put("feed", exchange())
    opened.close()
    assert log.said == ["nothing is archived"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said_and_nobody_who_fetches_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    log = Log()
    kept(tmp_path / "file" / "warc", exchange(), exchange(), log=log)
    assert log.said[-1] == "nothing is archived"


def test_a_disk_that_hangs_holds_nobody_up(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "WAITING_BYTES", 10_000)
    monkeypatch.setattr(Archive, "_keep", lambda *_: time.sleep(1))
    before, started = missed(), time.monotonic()
    opened = Archive(tmp_path, WHO, Room(10**9, reserve=0), Log(), lambda: NOW)
    for _ in range(50):
        opened.put("feed", exchange(body=b"z" * 1000))
    assert time.monotonic() - started < 0.5
    assert missed() - before >= 35


@contextmanager
def no_file_larger_than(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


WRITER = """
import sys, os
from datetime import UTC, datetime
from pathlib import Path
sys.path[:0] = {path!r}
from newsloom_ingestor.exchange import Exchange
from newsloom_ingestor.warc import WarcFile
file = WarcFile(Path({folder!r}), {{"software": "test"}}, datetime.now(UTC))
for n in range(10**6):
    file.add("page", Exchange(f"https://news.example/{{n}}", f"https://news.example/{{n}}", "", b"GET / HTTP/1.1\\r\\n",
        b"HTTP/1.1 200 OK\\r\\n", os.urandom(20_000), datetime.now(UTC)))
    print(n, flush=True)
"""


def test_after_a_kill_all_that_was_written_can_be_read_and_the_file_gets_its_name(tmp_path):
    script = WRITER.format(path=sys.path, folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if int(line) == 50:
                assert warc.recover(tmp_path) == [], "what somebody writes is left alone"
                process.send_signal(signal.SIGKILL)
                break
        process.stdout.read()
    (path,) = warc.recover(tmp_path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1000)  # and the power went, too
    with path.open("rb") as file:
        *whole, last = warcread.documents(file)
    assert len(whole) >= 50
    assert all(isinstance(one, warcread.Document) for one in whole)
    assert isinstance(last, warcread.Broken)


def test_without_a_folder_nothing_is_archived_and_within_the_state_it_is_by_default(tmp_path):
    assert archive.opened(IngestorSettings(archive_dir=""), Log()).keep("feed") is None
    opened = archive.opened(IngestorSettings(state_dir=str(tmp_path)), Log())
    opened.put("feed", exchange())
    opened.close()
    assert [path.parent.name for path in tmp_path.rglob("*.warc.gz")] == ["warc"]


@pytest.mark.parametrize("gigabytes", ["0", "-1", "many"])
def test_a_size_that_is_none_is_refused(gigabytes):
    with pytest.raises(SettingsError, match="NEWSLOOM_ARCHIVE_GB"):
        load(IngestorSettings, {"NEWSLOOM_ARCHIVE_GB": gigabytes})
