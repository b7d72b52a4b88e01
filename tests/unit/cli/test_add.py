"""newsloom add: what it makes of what it is given, and what it says of what became of that."""

import json
import shlex
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from newsloom_cli import __main__ as entry
from newsloom_cli import adding, pushing
from newsloom_cli.adding import Said
from newsloom_cli.errors import Problem, WrongInputError
from newsloom_cli.pushing import Desk
from support.shell import Shell

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PAGE = Path(__file__).parents[3] / "docs/commands.md"
PROSE = "<p>" + "Customers wait for eleven months, said the company. " * 8 + "</p>"


def items(data, name="-", **said):
    return list(adding.items(name, BytesIO(data if isinstance(data, bytes) else data.encode()), Said(**said), NOW))


def article(data, name="note.md", **said):
    (one,) = items(data, name, **said)
    return json.loads(one.body)


def test_json_lines_go_on_as_they_are_with_the_number_that_an_editor_shows():
    found = items(b'\n{"a":1}\r\n\n{broken\n', "a.jsonl")
    assert [(i.place, i.body) for i in found] == [("a.jsonl, line 2", b'{"a":1}'), ("a.jsonl, line 4", b"{broken")]


@pytest.mark.parametrize("data", ['{\n "title": "x"\n}', '[{"title": "x"}]'])
def test_json_may_stand_on_several_lines(data):
    assert article(data, "a.json") == {"title": "x"}
    assert article('[\n  {"title": "x"}\n]', "standard input") == {"title": "x"}


def test_a_text_has_its_title_in_its_first_line():
    assert article("\ufeff\n# Chips are short\n\nUntil *autumn*.\n") == {
        "title": "Chips are short",
        "content": "Until *autumn*.",
    }
    assert article("Until autumn.", title="Chips")["content"] == "Until autumn."
    assert article("[Chips](https://e.org) are short", "-")["title"] == "[Chips](https://e.org) are short"


def test_what_is_said_of_a_text_is_told_with_it():
    told = article("Chips\nLong.", url="https://e.org/a", published=NOW, language="en")
    assert (told["url"], told["published_at"], told["language"]) == ("https://e.org/a", "2026-11-24T00:00:00Z", "en")


def test_a_saved_page_is_read_as_the_ingestor_reads_pages():
    body = f"<body><nav>Home</nav><article>{PROSE}</article></body>"
    told = article(f"<!DOCTYPE html><html lang=de><head><title>Chips</title></head>{body}</html>", "saved")
    assert (told["title"], told["language"]) == ("Chips", "de")
    assert told["content"].startswith("Customers wait")
    assert "Home" not in told["content"]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\xff\xfe\x00", "x.txt", "neither JSON nor text in UTF-8"),
        (b" \n", "x.txt", "nothing is in it"),
        (b"{", "x.json", "truncated"),
        (b"<html><body>Hi</body></html>", "x.html", "no article is found"),
        (b"x" * 8_400_000, "x.txt", "larger than"),
    ],
)
def test_what_can_be_no_article_is_one_line_with_the_name(data, name, said):
    with pytest.raises(WrongInputError) as wrong:
        items(data, name)
    assert said in str(wrong.value)
    assert str(wrong.value).startswith(name)


def test_requests_are_of_one_kind_and_not_too_large():
    large = b'{"a":"' + b"x" * 3_000_000 + b'"}\n'
    many = [*items(b'{"a":1}\n' * 700), *[adding.address("https://e.org/")] * 3, *items(large * 2)]
    assert [len(batch) for batch in adding.batches(many)] == [500, 200, 3, 1, 1]


# with an ingestor


def run(shell, monkeypatch, *typed):
    monkeypatch.setenv("NEWSLOOM_PUSH", shell.url + "/")
    monkeypatch.setenv("NEWSLOOM_PUSH_TOKEN_FILE", str(shell.token_file))
    return entry.main(["add", *map(str, typed)])


def test_each_article_has_its_line_and_what_is_refused_is_said_on_standard_error(tmp_path, monkeypatch, capsys):
    file = tmp_path / "a.jsonl"
    file.write_text('{"id":"1","title":"a","content":"b"}\n{"title":"c"}\n{"id":"1","title":"a","content":"b"}\n')
    with Shell(tmp_path) as shell:
        assert run(shell, monkeypatch, file) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["outcome"] for line in out.splitlines()] == ["new", "refused", "duplicate"]
    assert json.loads(out.splitlines()[0]) == {"source": f"{file}, line 1", "outcome": "new", "id": "1"}
    assert err == f"newsloom: {file}, line 2: Object missing required field `content`\n"


def test_the_example_of_the_page_is_answered_as_shown(tmp_path, monkeypatch, capsys):
    text = PAGE.read_text("utf-8")
    typed, shown = text.partition("$ newsloom add ")[2].split("\n")[:2]
    monkeypatch.chdir(tmp_path)
    Path("articles.jsonl").write_text(text.partition("```json\n")[2].partition("```")[0], "utf-8")
    with Shell(tmp_path) as shell:
        assert run(shell, monkeypatch, *shlex.split(typed)) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(shown)


def test_addresses_without_a_contact_are_refused_with_the_sentence(tmp_path, monkeypatch, capsys):
    with Shell(tmp_path) as shell:
        assert run(shell, monkeypatch, "https://e.org/a") == 1
    assert "NEWSLOOM_CONTACT" in capsys.readouterr().err


def test_no_ingestor_and_no_token_are_one_line_each(tmp_path, monkeypatch, capsys):
    note = tmp_path / "n.txt"
    note.write_text("Chips\nare short")
    shell = Shell(tmp_path)
    assert run(shell, monkeypatch, note) == 1
    assert f"no ingestor takes articles at {shell.url}" in capsys.readouterr().err
    shell.token_file.unlink()
    assert run(shell, monkeypatch, note) == 2
    assert "NEWSLOOM_PUSH_TOKEN_FILE" in capsys.readouterr().err
    monkeypatch.setenv("NEWSLOOM_PUSH_TOKEN_FILE", "")
    assert entry.main(["add", str(note)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("typed", [("https://e.org", "--title", "x"), ("a.txt", "b.txt", "--url", "https://e.org")])
def test_what_is_said_of_one_text_is_not_said_of_several(typed, tmp_path, monkeypatch, capsys):
    assert run(Shell(tmp_path), monkeypatch, *typed) == 2
    assert "for one file with one article" in capsys.readouterr().err


def desk(*answers, paused):
    given = iter(answers)
    client = httpx.Client(transport=httpx.MockTransport(lambda _request: next(given)))
    return Desk("http://x", client, paused.append)


def test_it_comes_back_when_it_is_asked_to_but_not_for_ever(capsys):
    busy, paused = httpx.Response(503, json={"reason": "waiting for Kafka"}, headers={"retry-after": "5"}), []
    well = httpx.Response(200, content=b'{"outcome":"new"}\n')
    assert desk(busy, busy, well, paused=paused).bring("lines", [b"{}"]) == [{"outcome": "new"}]
    assert paused == [5, 5]
    assert capsys.readouterr().err == "newsloom: waiting: waiting for Kafka\n"
    with pytest.raises(Problem, match="waiting for Kafka"):
        desk(*[busy] * 100, paused=paused).bring("lines", [b"{}"])
    assert sum(paused) - 10 <= pushing.PATIENCE_S


@pytest.mark.parametrize(
    "answer", [httpx.Response(404, text="<html>"), httpx.Response(200, json={"well": "yes"}), httpx.Response(500)]
)
def test_what_is_no_ingestor_is_told_apart(answer):
    with pytest.raises(Problem, match="http://x: "):
        desk(answer, paused=[]).bring("lines", [b"{}", b"{}"])


def test_one_article_that_is_too_large_does_not_end_the_others():
    large = httpx.Response(413, json={"reason": "larger than 8388608 bytes"})
    assert desk(large, paused=[]).bring("lines", [b"{}"]) == [{"outcome": "refused", "reason": "larger than 8388608 bytes"}]
