"""OPML in: folders become categories, bombs are refused; and the list of feeds that we ship is in order."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from newsloom_common.settings import SettingsError, load
from newsloom_ingestor import opml, sources
from newsloom_ingestor.opml import OpmlError, Source
from newsloom_ingestor.settings import IngestorSettings

ROOT = Path(__file__).parents[3]


def document(body):
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def settings(**given):
    return load(
        IngestorSettings, {"NEWSLOOM_ENV_FILE": "/dev/null", **{"NEWSLOOM_" + k.upper(): str(v) for k, v in given.items()}}
    )


def test_folders_become_a_path():
    found = opml.read(
        document(
            '<outline text="labs"><outline text="open  source">'
            '<outline text="A" title="Feed A" xmlUrl=" https://a.org/f " language="en"/>'
            '</outline></outline><outline text="B" xmlUrl="https://b.org/f"/><outline text="empty"/>'
            '<outline text="again" xmlUrl="https://a.org/f"/>'
        )
    )
    assert found == (Source("https://a.org/f", "Feed A", "labs/open source", "en"), Source("https://b.org/f", "B"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no element found"),
        (b"<opml><body>", "no element found"),
        (b"<html/>", "not an OPML"),
        (b"<opml/>", "not an OPML"),
        (
            b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;"/></body></opml>',
            "document type",
        ),
        (b'<!DOCTYPE opml SYSTEM "http://e.org/x.dtd"><opml><body/></opml>', "document type"),
        (document("<outline text='f'>" * 60 + "</outline>" * 60), "nested"),
        (b" " * (opml.MAX_BYTES + 1), "larger"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml><body/></opml>', "encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data, reason):
    with pytest.raises(OpmlError, match=reason):
        opml.read(data)


def test_settings_name_feeds_files_and_addresses(tmp_path):
    (tmp_path / "one.opml").write_bytes(document('<outline text="A" xmlUrl="https://a.org/f"/>'))
    (tmp_path / "two.opml").write_bytes(document('<outline text="x"><outline text="B" xmlUrl="https://b.org/f"/></outline>'))
    found = sources.feeds(
        settings(feeds_file=tmp_path / "one.opml", feeds=f"https://a.org/f {tmp_path / 'two.opml'}\n file:x.xml http://c.org")
    )
    assert [s.url for s in found] == ["https://a.org/f", "https://b.org/f", "file:x.xml", "http://c.org"]
    assert sources.feeds(settings(feeds_file="")) == ()


def test_a_feed_that_somebody_names_is_polled_before_the_long_list(tmp_path):
    listed = (
        '<outline text="x"><outline text="B" xmlUrl="https://b.org/f"/><outline text="A" xmlUrl="https://a.org/f"/></outline>'
    )
    (tmp_path / "list.opml").write_bytes(document(listed))
    found = sources.feeds(settings(feeds_file=tmp_path / "list.opml", feeds="file:x.xml https://a.org/f"))
    assert [s.url for s in found] == ["file:x.xml", "https://a.org/f", "https://b.org/f"]
    assert found[1].category == "x"


@pytest.mark.parametrize("feeds", ["/nowhere.opml", "ftp://e.org/feed", "https://"])
def test_feeds_that_cannot_be_used_are_one_line(feeds):
    with pytest.raises(SettingsError, match=r"NEWSLOOM_FEEDS|not an http"):
        sources.feeds(settings(feeds_file="", feeds=feeds))


def test_the_shipped_list_has_real_feeds_in_both_languages():
    found = opml.read((ROOT / "seeds/feeds.opml").read_bytes())
    raw = (ROOT / "seeds/feeds.opml").read_text("utf-8")
    assert len(found) == raw.count("xmlUrl=") >= 60, "each address once"
    assert all(s.url.startswith(("https://", "http://")) and urlsplit(s.url).hostname for s in found)
    assert all(s.title and s.category and s.language in {"en", "zh"} for s in found)
    assert min(Counter(s.language for s in found).values()) >= 20
    assert len({s.category for s in found}) >= 8


def test_the_seed_is_whole_to_the_byte(tmp_path):
    from datetime import UTC, datetime

    (seed,) = sources.seeds(settings(seeds_dir=ROOT / "seeds"), datetime(2026, 1, 1, tzinfo=UTC))
    assert (seed.id, seed.origin) == ("09419c7358869c74", "seed")
    assert f"{seed.title}\n{seed.content}".encode() == next((ROOT / "seeds").glob("*.txt")).read_bytes()
    assert sources.seeds(settings(seeds_dir=""), datetime.now(UTC)) == ()
    with pytest.raises(SettingsError, match="no seed"):
        sources.seeds(settings(seeds_dir=tmp_path), datetime.now(UTC))
    (tmp_path / "000_nonsense.txt").write_text("x")
    with pytest.raises(SettingsError, match="NUMBER_HASH"):
        sources.seeds(settings(seeds_dir=tmp_path), datetime.now(UTC))
