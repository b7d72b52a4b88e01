"""Fetching: half a fetch is never taken for a whole one, two at once do not collide, another build is refused."""

import io
import re
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest
import yaml
from newsloom_native import NativeError, digests, fetch, maven
from newsloom_native.progress import Progress

MEGABYTE = 1_000_000
ROOT = Path(__file__).parents[3]


def archive(path, *files):
    with zipfile.ZipFile(path, "w") as z:
        for name, mode in files:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            z.writestr(entry, name)
    return path


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its standard input is closed."""
    code = "import sys, pathlib\nfrom newsloom_native import fetch\n"
    code += "with fetch.lock(pathlib.Path(sys.argv[1]), print):\n    print('held', flush=True)\n    input()"
    command = [sys.executable, "-c", code, str(tmp_path / "lock")]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_broken_fetch_leaves_nothing_that_looks_finished(tmp_path):
    target = tmp_path / "kafka"
    with suppress(KeyboardInterrupt), fetch.staged(target) as folder:
        (folder / "half.jar").touch()
        raise KeyboardInterrupt
    assert not target.exists()
    with fetch.staged(target) as folder:
        (folder / "whole.jar").touch()
    assert [p.name for p in target.iterdir()] == ["whole.jar"]


def test_a_second_fetch_waits_for_the_first_and_says_so(tmp_path, holder):
    said = []

    def say(sentence):
        said.append(sentence)
        holder.stdin.close()

    with fetch.lock(tmp_path / "lock", say):
        assert said == ["Another process fetches the engines already: waiting for it"]


def test_a_killed_fetch_does_not_hold_the_lock(tmp_path, holder):
    holder.kill()
    holder.wait(20)
    said = []
    with fetch.lock(tmp_path / "lock", said.append):
        assert said == []


def test_only_what_is_wanted_is_unpacked_and_stays_executable(tmp_path):
    source = archive(
        tmp_path / "a.zip", ("es/modules/have/x.jar", 0o644), ("es/modules/new/y.jar", 0o644), ("es/modules/new/run", 0o755),
        ("es/bin/tool", 0o755), ("es/modules/new/../../../evil", 0o644),
    )  # fmt: skip
    fetch.unpack(source, "es/modules/", tmp_path / "out", lambda name: not name.startswith("have/"))
    found = {
        str(p.relative_to(tmp_path / "out")): p.stat().st_mode & 0o777 for p in (tmp_path / "out").rglob("*") if p.is_file()
    }
    assert found == {"new/y.jar": 0o644, "new/run": 0o755}
    assert not (tmp_path.parent / "evil").exists()


def test_modules_of_another_build_are_refused(tmp_path):
    source = archive(tmp_path / "sonar.zip", ("sonar/elasticsearch/lib/elasticsearch-9.4.2.jar", 0o644))
    with pytest.raises(NativeError, match=r"carries another Elasticsearch than 9\.4\.3"):
        fetch.check_build(source, "sonar/elasticsearch/", "9.4.3")
    fetch.check_build(source, "sonar/elasticsearch/", "9.4.2")


def test_another_archive_under_the_same_name_is_refused_and_fetched_anew(tmp_path):
    path = archive(tmp_path / "server.zip", ("a", 0o644))
    digests.check(path, digests.of_file(path))
    with pytest.raises(NativeError, match=r"server\.zip: its SHA-256 is .* it is not used"):
        digests.check(path, "0" * 64)
    assert not path.exists()


def test_one_changed_jar_among_many_is_noticed(tmp_path):
    for name in ("b.jar", "a.jar"):
        (tmp_path / name).write_text(name)
    printed = subprocess.run(
        "LC_ALL=C sha256sum * | sha256sum", shell=True, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    digests.check(tmp_path, printed.stdout.split()[0])
    (tmp_path / "a.jar").write_text("other")
    with pytest.raises(NativeError, match="it is not used"):
        digests.check(tmp_path, printed.stdout.split()[0])


def test_another_recipe_is_another_folder(tmp_path):
    changed = tmp_path / "pom.xml"
    changed.write_text(maven.POM.read_text().replace("2.24.3", "2.24.4"))
    assert fetch.software(tmp_path, changed).kafka != fetch.software(tmp_path).kafka


def test_removal_takes_the_engines_and_nothing_else(tmp_path):
    for folder in (fetch.software(tmp_path).kafka, fetch.software(tmp_path).elasticsearch, tmp_path / "photos"):
        folder.mkdir()
    fetch.remove(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["photos"]


def test_without_maven_one_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NativeError, match=r"^Maven \(mvn\) is not found: install it .* docker compose up$") as caught:
        fetch.fetch(tmp_path / "cache", tmp_path, print)
    assert caught.value.code == 2


def test_a_full_disk_is_told_before_the_download(tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "ROOM", 10**18)
    monkeypatch.setattr(maven, "find", lambda: "mvn")
    with pytest.raises(NativeError, match="of free disk are needed"):
        fetch.fetch(tmp_path / "cache", tmp_path, print)


def test_maven_is_quoted_where_it_fails(tmp_path):
    (tmp_path / "mvn").write_text("#!/bin/sh\necho 'Scanning'\necho '[ERROR] no route to the mirror'\nexit 1\n")
    (tmp_path / "mvn").chmod(0o755)
    tool = maven.Maven(str(tmp_path / "mvn"), tmp_path, tmp_path / "repository", Progress("downloaded", 1, out=io.StringIO()))
    with pytest.raises(NativeError, match="Maven failed: no route to the mirror"):
        tool.run("dependency:get")


def test_progress_is_a_line_now_and_then_where_there_is_no_terminal():
    now, out = iter([0.0, 1.0, 16.0, 16.0, 17.0]), io.StringIO()
    progress = Progress("downloaded", 1_150 * MEGABYTE, before=100 * MEGABYTE, out=out, clock=lambda: next(now))
    for size in (100, 412, 500):
        progress.show(size * MEGABYTE)
    assert out.getvalue() == "  downloaded: 312 of about 1,150 MB\n"


def test_docker_runs_the_same_versions():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    tags = {name: re.search(r":([^:]+)$", services[name]["image"])[1] for name in ("kafka", "elasticsearch")}
    assert tags == {name: fetch.pinned()[f"{name}.version"] for name in tags}
