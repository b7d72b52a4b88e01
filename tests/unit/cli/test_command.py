"""The command as a whole: how it starts, what it says of mistakes, what it completes."""

import os
import statistics
import subprocess
import sys
import time

import pytest
from newsloom_cli import __main__ as entry
from newsloom_cli.app import app

HEAVY = ("kafka", "elasticsearch", "faust", "aiokafka", "rich", "structlog")


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "newsloom_cli", *arguments],
        capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
        env={**os.environ, "NEWSLOOM_ENV_FILE": "/dev/null", **environment},
    )  # fmt: skip


MISTAKES = {
    "tga": "unknown command 'tga': did you mean tag",
    "tag --foo": "No such option: --foo",
    "tail --theme compute": "Invalid value for '--theme': unknown theme 'compute': did you mean compute-scarcity?",
    "tail --theme zzz": "Invalid value for '--theme': unknown theme 'zzz': `newsloom themes` lists them",
    "tail --max 0": "Invalid value for '--max'",
    "search": "Missing argument 'QUERY'",
    "search x --since yesterday": "Invalid value for '--since': 'yesterday' is neither a span",
    "search x --since 2026-02-30": "Invalid value for '--since': ",
    "search x --size 0": "Invalid value for '--size'",
    "search theem:chips": "no field is called 'theem': did you mean theme? Put it in quotation marks to look for the ",
    "search NVIDIA |": "nothing stands behind this | (character 8)",
    "export --query (a": "this parenthesis is not closed (character 1)",
    "tail --query amount>5": "an amount needs one currency",
    "parse feed.xml": "Missing option '--url'",
    "parse /no/such --url http://x": "/no/such: No such file or directory",
    "dead show x:y": "Invalid value for 'POSITION': 'x:y' is not OFFSET or PARTITION:OFFSET",
    "dead lists": "unknown command 'lists': did you mean list",
    "completion tcsh": "Invalid value for '{bash|zsh|fish}'",
}


@pytest.mark.parametrize(("typed", "said"), MISTAKES.items())
def test_a_mistake_is_one_line_and_exit_code_2(typed, said, capsys):
    assert entry.main(typed.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith(f"newsloom: {said}")


@pytest.mark.parametrize("group", ["", "feeds", "dead", "index", "alerts"])
def test_the_list_of_commands_is_in_whole_sentences(group, capsys):
    assert entry.main([*group.split(), "--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert listed.count(".\n") + listed.endswith(".") >= len((app.commands[group] if group else app).commands)
    assert "..." not in listed


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("NEWSLOOM_KAFKA", "localhost:port", "NEWSLOOM_KAFKA='localhost:port': HOST:PORT is expected"),
        ("NEWSLOOM_LOG_LEVEL", "loud", "NEWSLOOM_LOG_LEVEL='loud': log level 'loud': one of debug, info, warning, error"),
        ("NEWSLOOM_HEALTH_PORT", "many", "NEWSLOOM_HEALTH_PORT='many': "),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(setting, value, said):
    ended = run("tail", **{setting: value})
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(f"newsloom: {said}")


def test_an_address_of_elasticsearch_that_is_none_is_one_line():
    ended = run("search", "x", NEWSLOOM_ELASTICSEARCH="somewhere")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert ended.stderr.startswith("newsloom: NEWSLOOM_ELASTICSEARCH='somewhere': ")


def test_an_engine_that_is_down_is_one_line_that_says_how_to_start_it():
    ended = run("search", "x", NEWSLOOM_ELASTICSEARCH="http://127.0.0.1:1")
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith("newsloom: Elasticsearch does not answer at http://127.0.0.1:1: start it with `make demo`")


def test_without_a_command_help_is_shown():
    ended = run()
    assert ended.returncode == 2
    assert "newsloom tail --theme compute-scarcity" in ended.stderr


def commands(group=app, names=()):
    for name, command in group.commands.items():
        yield (*names, name), command
        yield from commands(command, (*names, name)) if hasattr(command, "commands") else ()


@pytest.mark.parametrize("names", [n for n, _ in commands()])
def test_every_command_has_help_with_an_example(names, capsys):
    assert entry.main([*names, "--help"]) == 0
    out = capsys.readouterr().out
    groups = {("alerts",), ("dead",), ("feeds",), ("index",)}
    assert names in groups or f"newsloom {' '.join(names)}" in out.split("Examples:")[1]


@pytest.mark.parametrize("arguments", [["--help"], ["tag"], ["tag", "--help"], ["status", "--help"], ["--version"]])
def test_nothing_heavy_is_loaded_before_it_is_needed(arguments):
    code = f"import sys; from newsloom_cli.__main__ import main; main({arguments!r}); print(*sys.modules, file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {m.split(".")[0] for m in ended.stderr.split()}
    assert loaded.isdisjoint(HEAVY)


def test_tag_and_parse_work_where_no_engine_client_is_installed(tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_text(FEED, "utf-8")
    article = tmp_path / "a.jsonl"
    article.write_text('{"id":"1","title":"H100仍缺货","content":""}\n', "utf-8")
    blocked = "import sys; sys.modules.update(dict.fromkeys(('kafka', 'elasticsearch', 'faust', 'aiokafka'))); "
    for arguments in (["tag", str(article)], ["parse", str(feed), "--url", "https://n.invalid/feed"]):
        code = blocked + f"from newsloom_cli.__main__ import main; sys.exit(main({arguments!r}))"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
        assert (ended.returncode, len(ended.stdout.splitlines())) == (0, 1), ended.stderr
        assert ended.stdout.count("\n") == 1


FEED = """<rss version="2.0"><channel><title>f</title><item><title>算力</title><link>https://n.invalid/1</link>
<description>缺货</description></item></channel></rss>"""


def seconds(*command):
    def once():
        begun = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
        return time.perf_counter() - begun

    return statistics.median(once() for _ in range(5))


def test_start_takes_little_longer_than_its_library():
    assert seconds("-m", "newsloom_cli", "tag") < 5 * seconds("-c", "import click")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("newsloom ta", {"tag", "tail"}),
        ("newsloom tail --theme comp", {"compute-scarcity"}),
        ("newsloom dead ", {"list", "show", "replay", "purge"}),
    ],
)
def test_the_shell_completes_commands_and_themes(words, offered):
    ended = run(_NEWSLOOM_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(words.count(" ")))
    assert {line.partition(",")[2] for line in ended.stdout.splitlines()} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_ask_this_command(shell):
    ended = run("completion", shell)
    assert ended.returncode == 0
    assert f"_NEWSLOOM_COMPLETE={shell}_complete" in ended.stdout
