"""docs/pushing.md cannot lie: settings, fields, outcomes and figures are the code's, and its example is answered as shown."""

import json
import re
import shlex
from pathlib import Path
from typing import get_args, get_type_hints

import httpx
import msgspec
from newsloom_ingestor import inbound, inboundqueue, push, websub
from newsloom_ingestor.settings import IngestorSettings
from support.shell import TOKEN, Shell

PAGE = (Path(__file__).parents[3] / "docs/pushing.md").read_text("utf-8")


def rows(head):
    """First cells of the table under this head, in which several names may stand."""
    table = re.search(rf"^\| {re.escape(head)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)[1]
    return [name for row in table.splitlines() for name in re.findall(r"`([^`]+)`|(\d{3})", row.split("|")[1])]


def names(head):
    return [code or status for code, status in rows(head)]


def test_settings_and_their_defaults_are_those_of_the_code():
    told = dict(re.findall(r"^\| `NEWSLOOM_(\w+)` \| `?([^`|]*?)`? ?\|", PAGE, flags=re.MULTILINE))
    fields = {f.name.upper(): str(f.default) for f in msgspec.structs.fields(IngestorSettings)}
    assert told == {name: fields[name] for name in told}
    assert {name for name in fields if name.startswith(("PUSH", "WEBSUB"))} == set(told)


def test_fields_kinds_and_outcomes_are_those_of_the_code():
    assert set(names("field")) == set(push.Pushed.__struct_fields__)
    assert set(names("`Content-Type`")) <= set(push.KINDS)
    assert set(names("`outcome`")) == set(get_args(get_type_hints(push.Outcome)["outcome"]))


def test_the_figures_are_those_of_the_code():
    assert f"{push.MAX_LINES:,}" in PAGE
    assert inbound.GUARDS.body_bytes == 8 * 1024 * 1024
    assert inbound.GUARDS.body_s == 60
    assert inboundqueue.PATIENCE_S == 20
    assert (websub.RELAXED, websub.RELAXED_MOST_S, websub.RENEW_AT, websub.REST_S) == (4, 6 * 3600, 0.8, 7 * 86400)


def test_the_example_is_answered_as_shown(tmp_path):
    typed, shown = (re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)[1] for kind in ("sh", "json"))
    words = shlex.split(typed.replace("\\\n", " ").replace("$(cat var/push-token)", TOKEN))
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    with Shell(tmp_path) as shell:
        url = words[2].replace("http://127.0.0.1:8090", shell.url)
        answer = httpx.post(url, content=words[words.index("-d") + 1].encode(), headers=headers, trust_env=False)
    assert answer.json() == json.loads(shown)
