"""`newsloom index`: what people see, whose rights it has, and that nothing is deleted by accident."""

import io
import sys
from datetime import UTC, datetime

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import AuthorizationException
from newsloom_cli import __main__ as entry
from newsloom_cli.look import migrations
from newsloom_setup import migration, versions
from newsloom_setup.versions import Version
from rich.console import Console

OLD, NEW = "news-articles-v1-000001", "news-articles-v2-000001"
CHANGE = {"added": [f"field{n}" for n in range(12)], "changed": ["desk"], "left_out": [], "settings": []}
PLANNED = {
    "outcome": "would",
    "source": OLD,
    "target": NEW,
    "documents": 1234567,
    "bytes": 5_000_000,
    "resumes": False,
    **CHANGE,
}


def drawn(renderable):
    out = io.StringIO()
    Console(file=out, width=200, highlight=False, emoji=False).print(renderable)
    return out.getvalue()


def line(name, part, **more):
    return {
        "name": name,
        "part": part,
        "documents": 5,
        "bytes": 9,
        "created": "2026-11-24T06:00:00+00:00",
        "writable": True,
    } | more


def test_the_plan_says_what_becomes_of_which_fields_and_no_kind_that_is_empty():
    seen = drawn(migrations.planned(PLANNED))
    assert f"builds {NEW} from {OLD} (1,234,567 articles, 5.0 MB)" in seen
    assert "new fields, which older articles do not have: field0, field1" in seen
    assert "and 4 more" in seen
    assert "indexed in another way: desk" in seen
    assert "stay behind" not in seen
    assert "goes on with" in drawn(migrations.planned(PLANNED | {"resumes": True}))
    assert "nothing to migrate" in drawn(migrations.planned(PLANNED | {"outcome": "current"}))


def test_the_list_shows_which_takes_no_writes_and_an_index_that_cannot_be_counted_yet():
    seen = drawn(migrations.versions([line(OLD, "previous", writable=False), line(NEW, "live", documents=None)])).splitlines()
    assert [row.split()[:3] for row in seen[1:]] == [[OLD, "previous", "5"], [NEW, "live", "?"]]
    assert "none" in seen[1]
    assert "none" not in seen[2]


def test_what_was_done_says_how_to_undo_it():
    moved = migration.Moved(OLD, NEW, 10, 12, 4, 0.3, 2.0)._asdict()
    seen = drawn(migrations.moved(moved))
    assert f"{NEW} is live: 10 articles, 12 copied" in seen
    assert "newsloom index rollback" in seen


def test_a_key_that_may_only_read_is_told_the_command_for_docker(monkeypatch, capfd):
    def refuse(_):
        raise AuthorizationException("no", ApiResponseMeta(403, "1.1", HttpHeaders(), 0, NodeConfig("http", "h", 1)), {})

    monkeypatch.setattr(versions, "listed", refuse)
    assert entry.main(["index", "list"]) == 1
    assert "docker compose run --rm index" in capfd.readouterr().err


def test_a_secret_that_is_missing_is_one_line(monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("NEWSLOOM_SECRETS_DIR", str(tmp_path))
    assert entry.main(["index", "list"]) == 2
    assert capfd.readouterr().err == f"newsloom: {tmp_path}/elasticsearch/password: No such file or directory\n"


def test_set_up_signs_in_as_elastic_where_there_are_secrets_and_as_nobody_where_there_are_none(tmp_path):
    from newsloom_setup.settings import SetupSettings

    (tmp_path / "elasticsearch").mkdir()
    (tmp_path / "elasticsearch/password").write_text("secret\n")
    assert SetupSettings(secrets_dir=str(tmp_path)).credentials() == {"basic_auth": ("elastic", "secret")}
    assert SetupSettings().credentials() == {}


@pytest.mark.parametrize(("answer", "deleted"), [("y\n", [OLD]), ("n\n", []), ("\n", [])])
def test_an_index_is_deleted_only_when_somebody_says_so(monkeypatch, answer, deleted):
    gone = []

    def drop(_, name):
        gone.append(name)
        return Version(name, "previous", 5, 9, datetime(2026, 11, 24, tzinfo=UTC), writable=False)

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(migration, "drop", drop)
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert entry.main(["index", "drop", OLD]) == 0
    assert gone == deleted
