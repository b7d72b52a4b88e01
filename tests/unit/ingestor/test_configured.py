"""Which feeds are configured, while people change the files that say so."""

import pytest
from newsloom_common.settings import SettingsError
from newsloom_ingestor import opml
from newsloom_ingestor.configured import LOOK_S, Configured
from newsloom_ingestor.opml import Source
from newsloom_ingestor.settings import IngestorSettings

A, B = "https://a.org/feed", "https://b.org/feed"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "feeds.opml"


def write(file, *urls, folder=""):
    file.write_bytes(opml.write([Source(url, "Title", folder) for url in urls]))


def configured(file, more=""):
    return Configured(IngestorSettings(kafka="", feeds_file=str(file), feeds=more))


def test_a_changed_file_is_noticed_within_seconds_and_an_unchanged_one_is_no_change(file):
    write(file, A)
    feeds = configured(file)
    assert not feeds.changed(0.0)
    write(file, A, B)
    assert not feeds.changed(LOOK_S / 2), "not at every turn"
    assert feeds.changed(LOOK_S)
    assert list(feeds.feeds) == [A, B]
    assert not feeds.changed(3 * LOOK_S)


def test_a_file_of_the_extra_feeds_is_watched_too(file, tmp_path):
    write(file, A)
    write(tmp_path / "more.opml", A)
    feeds = configured(file, more=f"{tmp_path / 'more.opml'} https://c.org/feed")
    write(tmp_path / "more.opml", A, B)
    assert feeds.changed(LOOK_S)
    assert set(feeds.feeds) == {A, B, "https://c.org/feed"}


def test_another_folder_is_a_change_and_another_time_of_the_file_is_none(file):
    write(file, A)
    feeds = configured(file)
    file.touch()
    assert not feeds.changed(LOOK_S)
    write(file, A, folder="Labs")
    assert feeds.changed(2 * LOOK_S)
    assert feeds.feeds[A].category == "Labs"


@pytest.mark.parametrize("spoil", [lambda f: f.write_text("<opml>"), lambda f: f.unlink()])
def test_a_file_that_cannot_be_read_is_told_once_and_changes_nothing(file, spoil):
    write(file, A)
    feeds = configured(file)
    spoil(file)
    with pytest.raises(SettingsError, match="NEWSLOOM_FEEDS_FILE"):
        feeds.changed(LOOK_S)
    assert not feeds.changed(2 * LOOK_S)
    assert list(feeds.feeds) == [A]
    write(file, A, B)
    assert feeds.changed(3 * LOOK_S)
