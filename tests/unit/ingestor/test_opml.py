"""OPML in: folders become categories, bombs are refused; and the list of feeds that we ship is in order."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
        (b"<opml><body><outline text='a' text='b'/></body></opml>", "duplicate attribute"),
        (b"<opml><head><body/></head></opml>", "not an OPML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data, reason):
    with pytest.raises(OpmlError, match=reason):
        opml.read(data)


OTHERS = b"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="x.css"?>
<opml version="2.0" xmlns:my="urn:mine">
  <head>
    <title>Mine &amp; yours</title><ownerEmail>a@e.org</ownerEmail>
  </head>
  <!-- feeds > "folders" -->
  <body>
    <outline text='labs' my:colour="blue">
      <outline text="A" type="rss" xmlUrl="https://a.org/f" description="1 > 0" my:unread='3' />
      <outline text="open" />
    </outline>
    <outline text="note without a feed"/>
    <my:thing><outline text="not ours" xmlUrl="https://x.org/f"/></my:thing>
    <outline text="A again" xmlUrl="https://a.org/f"></outline>
  </body>
</opml>
"""


def test_a_feed_is_added_at_the_end_of_its_folder_and_nothing_else_changes():
    new = Source("https://n.org/f?a=1&b=2", "新的", "labs", "zh")
    line = '      <outline type="rss" text="新的" title="新的" xmlUrl="https://n.org/f?a=1&amp;b=2" language="zh"/>\n'
    changed = opml.add(OTHERS, new)
    assert changed == OTHERS.replace(b'"open" />\n', b'"open" />\n' + line.encode())
    assert new in opml.read(changed)
    assert opml.remove(changed, new.url) == OTHERS


def folders(path):
    names = path.split("/") if path else []
    return ["/".join(names[: n + 1]) for n in range(len(names))]


@pytest.mark.parametrize(
    ("category", "found_in"),
    [
        ("", ""),
        ("labs/open", "labs/open"),
        ("labs/new/deep", "labs/new/deep"),
        ("labsx", "labsx"),
        ("/labs//", "labs"),
        ("x" * 9, "x" * 9),
    ],
)
@pytest.mark.parametrize(
    "document", [OTHERS, OTHERS.replace(b"\n", b""), OTHERS.replace(b"\n", b"\r\n"), b"<opml><body/></opml>"]
)
def test_folders_are_found_or_made(document, category, found_in):
    new = Source("https://n.org/f", "N", found_in)
    changed = opml.add(document, new._replace(category=category))
    assert set(opml.read(changed)) == {*opml.read(document), new}
    there = {"labs", "labs/open"} if b"labs" in document else set()
    assert changed.count(b"<outline") - document.count(b"<outline") == 1 + len(set(folders(found_in)) - there)


def test_a_feed_that_is_there_already_is_not_added_again():
    assert opml.add(OTHERS, Source("https://a.org/f", "other name", "elsewhere")) == OTHERS
    assert opml.remove(OTHERS, "https://nowhere.org/") == OTHERS


def test_a_feed_is_removed_everywhere_and_what_is_in_it_stays():
    left = opml.remove(OTHERS, "https://a.org/f")
    lines = [line for line in OTHERS.splitlines(keepends=True) if b"https://a.org/f" not in line]
    assert left == b"".join(lines)
    nested = b'<opml><body><outline text="A" xmlUrl="https://a.org/"><outline text="B" xmlUrl="https://b.org/"/></outline></body></opml>'
    assert opml.remove(nested, "https://a.org/") == b'<opml><body><outline text="B" xmlUrl="https://b.org/"/></body></opml>'


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_list_in_another_encoding_is_read_and_becomes_utf8_when_it_changes(encoding):
    written = encoding.replace("-sig", "")
    given = f'<?xml version="1.0" encoding="{written}"?><opml><body><outline text="新闻网站"/></body></opml>'.encode(encoding)
    new = Source("https://n.org/f", "电脑", "新闻网站")
    assert opml.read(opml.add(given, new)) == (new,)
    assert opml.add(given, new).decode("utf-8-sig").startswith('<?xml version="1.0" encoding="')


names = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\ufffe\uffff"), max_size=12)
feeds_of_anyone = st.builds(
    Source,
    st.integers(0, 30).map("https://e.org/?a=1&n={}".format),
    names.map(lambda t: " ".join(t.split()) or "T"),
    st.lists(names.map(lambda t: " ".join(t.split())).filter(bool), max_size=3).map("/".join),
    st.sampled_from(["", "en", "zh"]),
)


@given(st.lists(feeds_of_anyone, max_size=12), feeds_of_anyone)
def test_what_is_written_is_read_again_and_what_is_added_can_be_taken_out(feeds, another):
    once = {s.url: s for s in reversed(feeds)}
    document = opml.write(feeds, "a <title> & more")
    assert sorted(opml.read(document)) == sorted(once.values())
    added = opml.add(document, another)
    assert sorted(opml.read(added)) == sorted({another.url: another, **once}.values())
    if another.url not in once:
        assert opml.read(opml.remove(added, another.url)) == opml.read(document)


@given(st.binary(max_size=200))
def test_any_bytes_are_feeds_or_a_named_error(data):
    for document in (data, b"<opml><body><outline xmlUrl='" + data + b"'/></body></opml>"):
        with suppress(OpmlError):
            assert opml.read(opml.add(document, Source("https://n.org/", "N", "x")))[-1].url


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
