"""One fetch from a server that misbehaves in every named way: always a value, soon, within its limits."""

import gzip
import time
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsloom_ingestor.fetch import Fetched, FetchFailed, Limits, NotModified, Validators, fetch
from newsloom_ingestor.guard import is_public
from newsloom_ingestor.inflate import BodyError, inflate
from support.feeds import FeedServer, rss

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMITS = Limits("newsloom/test", allow_private=True, total_s=1.5, max_bytes=100_000)
FEED = rss("https://e.org/1")


@pytest.fixture(scope="module")
def server():
    running = FeedServer()
    yield running
    running.close()


def get(server, path, held=Validators(), limits=LIMITS):  # noqa: B008 - a value
    return fetch(server.url(path), held, limits, NOW)


def test_a_document_comes_with_its_validators_and_who_asked_is_said(server):
    validators = {"etag": 'W/"x-\u00e9"', "last_modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
    server.ok("/a", FEED, content_type="application/rss+xml", **validators)
    answer = get(server, "/a")
    assert (answer.data, answer.content_type, answer.url) == (FEED, "application/rss+xml", server.url("/a"))
    assert answer.validators[:2] == tuple(validators.values())
    (headers,) = server.asked("/a")
    assert headers["User-Agent"] == "newsloom/test"
    assert "If-None-Match" not in headers


def test_validators_are_given_back_byte_for_byte(server):
    server.ok("/etag", FEED, etag='"odd value; ,,\u00ff"', last_modified="not a date at all")
    held = get(server, "/etag").validators
    assert get(server, "/etag", held) == NotModified("304")
    assert server.asked("/etag")[1]["If-None-Match"] == '"odd value; ,,\u00ff"'
    assert server.asked("/etag")[1]["If-Modified-Since"] == "not a date at all"


def test_the_same_bytes_are_not_modified_though_the_server_does_not_say_so(server):
    server.ok("/same", FEED)
    assert get(server, "/same", get(server, "/same").validators) == NotModified("the same bytes")


KINDS = {404: "soft", 410: "gone", 500: "soft", 503: "soft", 403: "hard", 401: "hard", 204: "hard"}


@pytest.mark.parametrize(("code", "kind"), KINDS.items())
def test_statuses_are_failures_of_a_kind(server, code, kind):
    server.status(f"/{code}", code)
    assert get(server, f"/{code}") == FetchFailed(f"HTTP {code}", kind)


WAITS = {
    "120": 120,
    "Tue, 24 Nov 2026 12:10:00 GMT": 600,
    "Mon, 01 Jan 2001 00:00:00 GMT": 0,
    "soon": 0,
    "-5": 0,
    "9" * 40: 999_999_999,
}


@pytest.mark.parametrize(("value", "seconds"), WAITS.items())
def test_retry_after_is_read(server, value, seconds):
    server.status("/wait", 503, retry_after=value)
    assert get(server, "/wait").retry_after_s == seconds


def test_redirects_are_followed_but_not_for_ever(server):
    server.ok("/end", FEED)
    server.redirect("/r1", "/r2", 301)
    server.redirect("/r2", server.url("/end"), 307)
    assert get(server, "/r1").url == server.url("/end")
    server.redirect("/loop", "/loop")
    answer = get(server, "/loop")
    assert (answer.kind, "TooManyRedirects" in answer.reason) == ("soft", True)
    assert len(server.asked("/loop")) == 6


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://e.org/x", "gopher://e.org", "http://[bad"])
def test_redirects_lead_to_http_only(server, to):
    server.redirect("/away", to)
    assert isinstance(get(server, "/away"), FetchFailed)


@pytest.mark.parametrize("path", ["/direct", "/redirected"])
def test_private_addresses_are_refused_before_a_byte_is_sent(server, path):
    server.redirect("/redirected", server.url("/secret", "localhost"))
    answer = get(server, path, limits=LIMITS._replace(allow_private=False))
    assert answer.kind == "hard"
    assert answer.reason.endswith("127.0.0.1 is not a public address; NEWSLOOM_ALLOW_PRIVATE_ADDRESSES=true allows it")
    assert server.asked(path) == server.asked("/secret") == []


def test_a_name_that_leads_to_a_private_address_is_told_with_it(server):
    answer = fetch(server.url("/secret", "localhost"), Validators(), LIMITS._replace(allow_private=False), NOW)
    assert "localhost is at " in answer.reason
    assert ", which is not a public address" in answer.reason


def test_a_slow_body_ends_at_the_limit(server):
    server.slow("/slow", FEED, 0.05)
    assert_ended_in_time(server, "/slow")


def test_slow_headers_end_at_the_limit(server):
    server.slow_headers("/headers", 0.1)
    assert_ended_in_time(server, "/headers")


def assert_ended_in_time(server, path):
    started = time.monotonic()
    answer = get(server, path)
    assert time.monotonic() - started < LIMITS.total_s + 1
    assert (answer.kind, answer.reason.split(":")[0]) == ("soft", "ReadTimeout")


def test_a_truncated_body_is_a_failure(server):
    server.truncated("/cut", FEED)
    assert get(server, "/cut").kind == "soft"
    server.ok("/cutgzip", gzip.compress(FEED)[:-20], content_encoding="gzip")
    assert get(server, "/cutgzip") == FetchFailed("BodyError: the compressed body breaks off", "hard")


def test_a_gzip_bomb_is_stopped_at_the_limit(server):
    server.bomb("/bomb", 50_000_000)
    assert get(server, "/bomb") == FetchFailed("BodyError: larger than 100000 bytes", "hard")
    server.ok("/large", b"x" * 200_000)
    assert get(server, "/large") == FetchFailed("BodyError: larger than 100000 bytes", "hard")


PACKED = {"gzip": gzip.compress(FEED), "deflate": zlib.compress(FEED), "identity": FEED}


@pytest.mark.parametrize(("encoding", "packed"), PACKED.items())
def test_compressed_bodies_are_unpacked(server, encoding, packed):
    server.ok("/" + encoding, packed, content_encoding=encoding)
    assert get(server, "/" + encoding).data == FEED


def test_what_was_not_asked_for_is_refused(server):
    server.ok("/br", b"?", content_encoding="br")
    assert "not asked for" in get(server, "/br").reason
    server.ok("/lie", FEED, content_encoding="gzip")
    assert "not what its content encoding says" in get(server, "/lie").reason


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://name.invalid/x"])
def test_hosts_that_are_not_there_are_the_network_s_fault(url):
    assert fetch(url, Validators(), LIMITS, NOW).kind == "network"


def test_files_of_this_machine_are_read_where_configured(tmp_path, monkeypatch):
    (tmp_path / "a b.xml").write_bytes(FEED)
    answer = fetch(f"file://{tmp_path}/a%20b.xml", Validators(), LIMITS, NOW)
    assert isinstance(answer, Fetched)
    assert answer.data == FEED
    assert fetch(f"file://{tmp_path}/a%20b.xml", answer.validators, LIMITS, NOW) == NotModified("the same bytes")
    monkeypatch.chdir(tmp_path)
    assert fetch("file:a b.xml", Validators(), LIMITS, NOW).data == FEED
    assert fetch("file:gone.xml", Validators(), LIMITS, NOW).kind == "soft"


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_private_addresses_are_not(address):
    assert not is_public(address)


@given(st.lists(st.binary(max_size=50), max_size=8), st.integers(1, 7))
def test_a_body_is_the_same_however_it_is_cut(parts, size):
    body = b"".join(parts)
    packed = gzip.compress(body[:20]) + gzip.compress(body[20:])  # two members, as some servers send
    for encoding, data in (("", body), ("gzip", packed), ("deflate", zlib.compress(body))):
        chunks = [data[i : i + size] for i in range(0, len(data), size)]
        assert inflate(chunks, encoding, len(body)) == body
        if body:
            with pytest.raises(BodyError, match="larger"):
                inflate(chunks, encoding, len(body) - 1)
