"""The JDK: found where it usually lies, never an older one than Elasticsearch takes."""

import pytest
from newsloom_native import NativeError, java


@pytest.fixture
def jdk(tmp_path):
    """Make a Java home; what ``java -version`` prints is given where there is no release file."""

    def make(name, release=None, says=None):
        home = tmp_path / name
        (home / "bin").mkdir(parents=True)
        (home / "bin/java").write_text(f"#!/bin/sh\necho '{says}' >&2\n")
        (home / "bin/java").chmod(0o755)
        if release:
            (home / "release").write_text(f'IMPLEMENTOR="Somebody"\nJAVA_VERSION="{release}"\n')
        return home

    return make


@pytest.mark.parametrize(
    ("release", "expected"), [("21", 21), ("21.0.3", 21), ("25.0.3", 25), ("17.0.15", 17), ("1.8.0_402", 8), ("24-ea", 24)]
)
def test_the_release_file_tells_the_version(jdk, release, expected):
    assert java.version(jdk("home", release)) == expected


def test_without_a_release_file_java_is_asked(jdk):
    assert java.version(jdk("home", says='openjdk version "22.0.1" 2024-04-16')) == 22


def test_a_folder_without_java_is_no_java_home(tmp_path):
    assert java.version(tmp_path) == 0


def test_a_java_that_cannot_be_run_is_none(jdk):
    home = jdk("home")
    (home / "bin/java").chmod(0o644)
    assert java.version(home) == 0


def test_java_home_wins_where_it_is_new_enough(jdk):
    given = jdk("given", "21.0.1")
    assert java.find({"JAVA_HOME": str(given)}) == given


def test_an_older_java_home_is_passed_over(jdk, monkeypatch):
    good = jdk("good", "25.0.1")
    monkeypatch.setattr(java, "usual", lambda _: [good])
    assert java.find({"JAVA_HOME": str(jdk("old", "17.0.1"))}) == good


def test_the_newest_tried_version_is_taken_before_newer_and_older_ones(jdk):
    homes = {v: jdk(f"j{v}", str(v)) for v in (17, 21, 24, 27, 26)}
    assert java.choose(homes.values(), lambda _: True) == homes[24]
    assert java.choose([homes[27], homes[26]], lambda _: True) == homes[26]
    assert java.choose([homes[17]], lambda _: True) is None


def test_a_jdk_that_the_engines_user_cannot_read_is_passed_over(jdk):
    hidden, open_to_all = jdk("hidden", "25"), jdk("open", "21")
    assert java.choose([hidden, open_to_all], lambda home: home != hidden) == open_to_all


def test_no_jdk_is_one_sentence_that_says_what_to_do(monkeypatch):
    for place in ("usual", "on_path", "macos"):
        monkeypatch.setattr(java, place, lambda *_: [])
    with pytest.raises(
        NativeError, match=r"no JDK of 21 or newer.*apt|no JDK of 21 or newer.*openjdk-21.*docker compose up"
    ) as caught:
        java.find({})
    assert caught.value.code == 2
    assert "\n" not in str(caught.value)


def test_links_to_one_jdk_are_one(jdk, tmp_path):
    home = jdk("jdk-21", "21")
    (tmp_path / "jdk-default").symlink_to(home)
    assert java.usual([f"{tmp_path}/jdk-*"]) == [home.resolve()]
