"""`newsloom tag` as a process: what scripts rely on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SEED = next(Path(__file__).parents[3].joinpath("seeds").glob("*.txt"))
SPAN = {"field": str, "start": int, "end": int, "text": str}
PROMISED = {
    "id": str,
    "language": str,
    "themes": [{"id": str, "score": float, "evidence": [SPAN], "telling": SPAN}],
    "entities": [{"id": str, "name": str, "type": str, "mentions": [SPAN]}],
    "amounts": [{**SPAN, "value": float, "currency": str}],
    "quantities": [{**SPAN, "value": float, "unit": str}],
    "quotes": [{**SPAN, "speaker": (str, type(None))}],
}
GOOD = {
    "id": "1",
    "title": "据NVIDIA发布，H100仍缺货",
    "content": "黄仁勋说：“算力仍然供不应求。”公司计划投资50亿美元，采购3万张GPU。",
}


def command(*arguments, **options):
    environment = {**os.environ, "NEWSLOOM_ENV_FILE": "/dev/null", "NEWSLOOM_KAFKA": "no engine", "PYTHONIOENCODING": "ascii"}
    return subprocess.Popen([sys.executable, "-m", "newsloom_cli", *arguments], env=environment, **options)


def run(*arguments, given=b""):
    pipe = subprocess.PIPE
    with command(*arguments, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        out, err = process.communicate(given, timeout=60)
    return process.returncode, [json.loads(x) for x in out.decode("utf-8").splitlines()], err.decode()


def lines(*articles):
    return b"".join(a if isinstance(a, bytes) else json.dumps(a).encode() + b"\n" for a in articles)


def assert_shape(found, promised, where="line"):
    if isinstance(promised, list):
        assert isinstance(found, list), where
        for one in found:
            assert_shape(one, promised[0], where)
    elif isinstance(promised, dict):
        assert set(promised) <= set(found), where
        for key, kind in promised.items():
            assert_shape(found[key], kind, f"{where}.{key}")
    else:
        assert isinstance(found, promised), where


def assert_spans_are_of_the_text(found, article):
    spans = [s for t in found["themes"] for s in t["evidence"]] + [s for e in found["entities"] for s in e["mentions"]]
    spans += [t["telling"] for t in found["themes"]] + found["amounts"] + found["quantities"] + found["quotes"]
    assert spans
    for span in spans:
        assert article[span["field"]][span["start"] : span["end"]] == span["text"]


def test_every_promised_key_is_there_in_its_promised_shape():
    code, [line], err = run("tag", given=lines(GOOD))
    assert (code, err) == (0, "")
    assert set(line) == {*PROMISED, "quantities"}
    assert_shape(line, PROMISED)
    assert_spans_are_of_the_text(line, GOOD)
    assert "compute-scarcity" in {t["id"] for t in line["themes"]}
    assert all(line[part] for part in ("amounts", "quantities", "quotes"))


def test_words_as_they_are_indexed_are_told_where_asked_for():
    english = {"id": "2", "title": "GPUs are sold out", "content": ""}
    code, [chinese, other], _ = run("tag", "--words", given=lines(GOOD, english))
    assert code == 0
    assert {"nvidia", "h100", "缺货"} <= set(chinese["words"]["title"].split())
    assert {"算力", "投资"} <= set(chinese["words"]["content"].split())
    assert other["words"] is None


def test_the_seed_is_about_what_it_is_about():
    title, content = SEED.read_text("utf-8").split("\n", 1)
    article = {"id": "seed", "title": title, "content": content}
    _, [line], _ = run("tag", given=lines(article))
    expected = {"compute-scarcity", "commercialization", "model-race", "talent"}
    assert expected <= {t["id"] for t in line["themes"]}
    assert_spans_are_of_the_text(line, article)


def test_bad_lines_are_told_and_cost_nothing_else():
    given = lines(GOOD, b"not json\n", b"\n", {"id": "2", "title": "t"}, {**GOOD, "id": "3"}, b'"\xff"\n')
    code, out, err = run("tag", "-", given=given)
    assert code == 2
    assert [x["id"] for x in out] == ["1", "3"]
    assert err.splitlines() == [
        "newsloom: standard input line 2: not JSON: Expecting value at character 1",
        'newsloom: standard input line 4: "content" is missing',
        "newsloom: standard input line 6: not UTF-8: byte 0xff at 2",
    ]


def test_file_is_named_in_its_errors(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_bytes(lines(b"{}\n", GOOD))
    code, out, err = run("tag", str(path))
    assert (code, len(out), err) == (2, 1, f'newsloom: {path} line 1: "id" is missing\n')


@pytest.mark.parametrize("file", ["/no/such/file", "/"])
def test_file_that_cannot_be_read_is_one_line_and_exit_code_2(file):
    code, out, err = run("tag", file)
    assert (code, out, err.count("\n")) == (2, [], 1)
    assert err.startswith(f"newsloom: {file}: ")


def test_nothing_in_is_nothing_out():
    assert run("tag") == (0, [], "")


def test_strange_texts_come_through_in_order_and_in_utf_8():
    strange = ["\ud800", "a\u0000b", "👩‍🚀" * 50, "\u202e", "x" * 300_000, "算力\r\n短缺", ""]
    articles = [{"id": text[:5], "title": text, "content": f"H100 {text} 缺货"} for text in strange]
    code, out, err = run("tag", given=lines(*articles))
    assert (code, err) == (0, "")
    assert [x["id"] for x in out] == [a["id"] for a in articles]


def test_each_line_is_answered_at_once():
    with command("tag", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for n in range(3):
            process.stdin.write(lines({**GOOD, "id": str(n)}))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(n)
        process.stdin.close()
        assert process.wait(30) == 0


def test_reader_that_has_enough_ends_the_command_quietly():
    with command("tag", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write(lines(GOOD))
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(lines(GOOD) * 3)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_explain_says_what_spoke_for_and_against_each_theme_that_came_near():
    code, out, _ = run("tag", "--explain", "1", given=lines({**GOOD, "id": "0"}, GOOD))
    assert code == 0
    assert {x["id"] for x in out} == {"1"}
    assert out == sorted(out, key=lambda x: -x["score"])
    [scarcity] = [x for x in out if x["theme"] == "compute-scarcity"]
    assert scarcity["tagged"] is True
    assert scarcity["score"] >= scarcity["threshold"]
    assert {"field", "start", "end", "text", "rule", "weight"} <= set(scarcity["for"][0])
    around = [(x, x["sentence"]) for t in out for x in t["for"] if "sentence" in x]
    assert around
    assert all(s["start"] <= x["start"] < x["end"] <= s["end"] for x, s in around)
    assert all("against" in x for x in out)


def test_explain_of_an_id_that_is_not_there_says_so():
    assert run("tag", "--explain", "9", given=lines(GOOD)) == (1, [], "newsloom: standard input: no article has the id '9'\n")


def test_a_defect_of_the_analysis_costs_its_article_only(monkeypatch):
    from click.testing import CliRunner
    from newsloom_cli import app
    from newsloom_tagger.analysis import Analyser

    real = Analyser.analyse
    monkeypatch.setattr(Analyser, "analyse", lambda self, t, c: real(self, t, c) if t != "boom" else 1 // 0)
    given = lines({**GOOD, "title": "boom"}, {**GOOD, "id": "2"})
    result = CliRunner().invoke(app.app, ["tag"], input=given)
    assert result.exit_code == 2
    assert json.loads(result.stdout)["id"] == "2"
    assert "line 1: cannot be tagged, which is a defect: ZeroDivisionError" in result.stderr
