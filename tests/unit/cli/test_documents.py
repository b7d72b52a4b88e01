"""docs/commands.md cannot lie: every command and option is in it and nothing else, and its examples are answered as shown."""

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
import pytest
from newsloom_cli import __main__ as entry
from newsloom_cli import expiry, query, saved, trying
from newsloom_cli.app import app
from newsloom_cli.backfilling import Tally
from newsloom_cli.ledger import Ledger
from newsloom_cli.pushing import PushSettings
from newsloom_cli.way import Step
from newsloom_cli.weighing import SearchSettings
from newsloom_common.settings import PREFIX
from newsloom_notifier.searches import read
from newsloom_query import parse
from newsloom_schemas.alerts import SavedSearch
from newsloom_schemas.codec import encode
from newsloom_schemas.types import TaggedArticle
from newsloom_setup.migration import Moved
from newsloom_setup.versions import Change, Version
from newsloom_tagger.taxonomy import ThemesSettings

PAGE = (Path(__file__).parents[3] / "docs/commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## newsloom ([a-z ]+)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))


def leaves(group=app, names=()):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


COMMANDS = dict(leaves())


def test_every_command_has_its_section_and_every_section_its_command():
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_is_documented_and_no_other(name):
    rows = re.findall(r"^\| `([^`]+)` \|", SECTIONS[name], flags=re.MULTILINE)
    told = {row.split()[0] for row in rows if row.startswith("--") or row.isupper()}
    has = {
        p.opts[0] if isinstance(p, click.Option) else p.make_metavar(click.Context(COMMANDS[name]))
        for p in COMMANDS[name].params
    }
    assert told == {re.sub(r"[\[\].]", "", metavar) if metavar[0] != "{" else "SHELL" for metavar in has}


def test_settings_and_their_defaults_are_those_of_the_code():
    told = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| `?([^`|]*?)`? \|", PAGE, flags=re.MULTILINE))
    assert told.pop("ENV_FILE") == "var/newsloom.env"
    defaults = {
        f.name.upper(): f.default for s in (PushSettings, SearchSettings, ThemesSettings) for f in msgspec.structs.fields(s)
    }
    assert told == {name: defaults[name] for name in told}


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def examples():
    """Return {what is typed: the JSON lines shown}."""
    shown = {}
    for block in blocks("console"):
        typed, *lines = block.removeprefix("$ ").splitlines()
        if lines and lines[0].startswith("{"):
            shown[typed] = [json.loads(line) for line in lines]
    return shown


def alike(told, said):
    """Whether two values have the same keys and types all the way down; what is empty on either side is like anything."""
    if isinstance(told, dict) and isinstance(said, dict):
        return set(told) == set(said) and all(alike(told[k], said[k]) for k in told)
    if isinstance(told, list) and isinstance(said, list):
        return not (told and said) or alike(told[0], said[0])
    return None in {told, said} or type(told) is type(said)


@pytest.mark.parametrize("typed", [t for t in examples() if t.split()[1] in {"tag", "parse", "themes"}])
def test_examples_without_engine_are_answered_as_shown(typed, tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    Path("articles.jsonl").write_text(blocks("json")[0], "utf-8")
    Path("feed.xml").write_text(blocks("xml")[0], "utf-8")
    assert entry.main(shlex.split(typed)[1:]) == 0
    answered = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    for told, said in zip(examples()[typed], answered, strict=False):
        assert alike(told, said), said
        assert told["id"] == said["id"]


def keys_of(typed):
    [found] = [lines for t, lines in examples().items() if t.startswith(f"newsloom {typed}")]
    return [set(line) for line in found]


def test_examples_of_the_engine_commands_have_the_keys_of_the_code():
    assert keys_of("status") == [{f.name for f in msgspec.structs.fields(Ledger)}]
    assert keys_of("backfill") == [set(Tally().line(dry=False))]
    assert set().union(*keys_of("trace")) <= {f.name for f in msgspec.structs.fields(Step)}
    source = {"article": {"title": "", "fetched_at": ""}, "language": ""}
    [hit] = query.hits({"hits": {"hits": [{"_id": "", "_score": 0, "_source": source}]}})
    assert keys_of("search") == [set(hit)]


def keys_typed(start):
    """Return the keys of each line of each example that begins so."""
    return [set(line) for typed, lines in examples().items() if typed.startswith(f"newsloom {start}") for line in lines]


def test_examples_of_alerts_have_the_keys_of_the_code():
    search = SavedSearch(name="a", query="b", about="c", created_at=datetime.now(UTC))
    assert keys_typed("alerts add") == [set(msgspec.to_builtins(search))]
    assert keys_typed("alerts list") == [set(saved.line(read(b"a", encode(search)), {}))]
    counted = {"stories": {"value": 0}, "lone": {"doc_count": 0}}
    empty = {"hits": {"total": {"value": 0}}, "aggregations": {**counted, "days": {"buckets": []}}}
    now = datetime.now(UTC)
    assert keys_typed("alerts try") == [set(trying.answer(parse("a", now), now, now, empty, []))]


def test_examples_of_index_and_export_have_the_keys_of_the_code():
    version, change = {"outcome", *Version._fields}, Change._fields
    assert keys_typed("index list") == [version - {"outcome"}] * 2
    assert keys_typed("index drop") == [version]
    assert keys_typed("index rollback") == keys_typed("index migrate --json") == [{"outcome", *Moved._fields}]
    empty = {"hits": {"total": {"value": 0}}, "aggregations": {"months": {"buckets": []}, "themes": {"buckets": []}}}
    would = set(expiry.planned(empty, datetime.now(UTC)))
    assert keys_typed("index expire --older-than 365d --dry-run") == [would]
    assert keys_typed("index expire --older-than 365d --yes") == [would | {"seconds"}]
    planned = {"outcome", "documents", "bytes", "source", "target", "resumes", *change}
    assert keys_typed("index migrate --dry-run") == [planned]
    [lines] = [lines for typed, lines in examples().items() if typed.startswith("newsloom export")]
    assert [msgspec.convert(line, TaggedArticle).language for line in lines] == ["en"]
