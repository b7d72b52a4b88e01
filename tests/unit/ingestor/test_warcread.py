"""Files of WARC, ours and others': what is whole is given, what is not is said, wherever a file is cut."""

import gzip
import io
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsloom_ingestor import warcread
from newsloom_ingestor.exchange import Exchange
from newsloom_ingestor.warc import WarcFile
from newsloom_ingestor.warcread import Broken, Document, Passed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PACKED = gzip.compress(b"<rss/>", mtime=0)
URL = "https://news.example/feed.xml"


def read(data):
    return list(warcread.documents(io.BufferedReader(io.BytesIO(data))))


def others(*records, packed=True):
    """A file as other tools write it: (type, status, headers, body), or what is not HTTP at all."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "other"}))
    for kind, status, headers, body in records:
        http = StatusAndHeaders(status, headers, protocol="HTTP/1.1") if status else None
        fields = {"WARC-Date": "2026-11-24T12:00:00Z", **({} if status else {"Content-Type": headers})}
        url = "dns:news.example" if headers == "text/dns" else URL
        stream, size = io.BytesIO(body), len(body)
        one = writer.create_warc_record(url, kind, payload=stream, length=size, http_headers=http, warc_headers_dict=fields)
        writer.write_record(one)
    return out.getvalue()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([], b"<rss/>"),
        ([("Content-Encoding", "gzip")], PACKED),
        ([("Transfer-Encoding", "chunked")], b"3;x=1\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n"),
        ([("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], b"1a\r\n%b\r\n0\r\n\r\n" % PACKED),
        ([("Transfer-Encoding", "chunked")], b"<rss/>"),  # many tools join the chunks and leave the header
        ([("Content-Type", "application/gzip")], PACKED),
    ],
)
def test_bodies_are_read_whatever_coding_a_tool_left_on_them(headers, body, packed):
    (found,) = read(others(("response", "200 OK", headers, body), packed=packed))
    assert (found.data, found.url, found.asked, found.at, found.kind) == (b"<rss/>", URL, URL, NOW, "")


def test_what_is_no_document_is_passed_with_its_reason_and_what_accompanies_one_in_silence():
    found = read(
        others(
            ("response", "404 Not Found", [], b"sorry"),
            ("response", "200 OK", [("Content-Encoding", "br")], b"?"),
            ("response", "", "text/dns", b"20261124\nnews.example. 300 IN A 192.0.2.7"),
            ("request", "GET / HTTP/1.1", [], b""),
            ("metadata", "", "application/warc-fields", b"via: x"),
            ("resource", "", "application/rss+xml", b"<rss/>"),
        )
    )
    assert [one.why if isinstance(one, Passed) else type(one).__name__ for one in found] == [
        "no HTTP 200",
        "cannot be read: content encoding 'br' was not asked for",
        "no HTTP 200",
        "Document",
    ]
    assert (found[-1].data, found[-1].content_type) == (b"<rss/>", "application/rss+xml")


def test_a_bomb_is_passed():
    bomb = gzip.compress(bytes(100 * 2**20))
    (found,) = read(others(("response", "200 OK", [("Content-Encoding", "gzip")], bomb)))
    assert found.why.startswith("cannot be read: larger than")


def test_a_record_that_is_too_large_is_passed_and_the_next_one_read():
    huge = ("response", "200 OK", [], bytes(warcread.LIMIT + 1))
    found = read(others(huge, ("response", "200 OK", [], b"<rss/>")))
    assert [type(one) for one in found] == [Passed, Document]


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("warc")
    file = WarcFile(folder, {"software": "test"}, NOW)
    head = b"HTTP/1.1 200 OK\r\nX-Robots-Tag: noindex\r\nContent-Type: text/html\r\n"
    for body in (b"<rss>1</rss>", b"<rss>1</rss>", b"<rss>2</rss>"):
        file.add("feed", Exchange("https://old.example/", URL, "192.0.2.7", b"GET / HTTP/1.1\r\n", head, body, NOW))
    file.close()
    return file.path.read_bytes()


def ends(data):
    """Where the gzip members of a file end."""
    found, rest = [0], data
    while rest:
        unpacker = zlib.decompressobj(31)
        unpacker.decompress(rest)
        rest = unpacker.unused_data
        found.append(len(data) - len(rest))
    return found


def test_our_own_records_say_what_they_are(ours):
    first, again, other = read(ours)
    assert (first.kind, first.asked, first.url, first.robots) == ("feed", "https://old.example/", URL, ("noindex",))
    assert again.why == "the same as before"
    assert other.data == b"<rss>2</rss>"


def test_wherever_a_file_is_cut_what_is_whole_is_read_and_the_rest_is_named(ours):
    places = ends(ours)
    responses = places[2::2]  # warcinfo, then a response and a request each
    for cut in range(2, len(ours) + 1):
        found = read(ours[:cut])
        assert sum(isinstance(one, Document | Passed) for one in found) == sum(cut >= end for end in responses), cut
        assert any(isinstance(one, Broken) for one in found) == (cut not in places), cut


@settings(max_examples=200, deadline=None)
@given(noise=st.binary(max_size=300), at=st.integers(0, 3000))
def test_noise_in_a_file_raises_nothing(ours, noise, at):
    for data in (ours, b"".join(gzip.decompress(ours[a:b]) for a, b in zip(ends(ours), ends(ours)[1:], strict=False))):
        for one in read(data[:at] + noise + data[at + len(noise) :]):
            assert isinstance(one, Document | Passed | Broken)
