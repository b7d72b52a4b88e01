"""`python -m newsloom_tagger.learn`: labelled articles in, models out; mistakes in one line."""

import json
import sys
from pathlib import Path

import pytest
from newsloom_tagger import learn
from newsloom_tagger.model import load

LABELLED = Path(__file__).parents[2] / "quality" / "labelled"
LINE = {"id": "1", "title": "t", "text": "x", "required": ["chips"], "allowed": []}


def test_a_folder_gives_models_and_says_how_good_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("zh", "en"):
        (tmp_path / f"{language}-some.jsonl").write_bytes((LABELLED / f"{language}-train.jsonl").read_bytes())
    assert learn.main([str(tmp_path), str(tmp_path / "made")]) == 0
    assert load(tmp_path / "made" / "zh.npz").language == "zh"
    assert [line.split(" articles")[0] for line in capsys.readouterr().out.splitlines()] == ["zh: 160", "en: 180"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 1: "),
        (json.dumps(LINE | {"required": ["no-such"]}), "line 1: no theme 'no-such'"),
        (json.dumps({"id": "1"}), "line 1: Object missing required field"),
    ],
)
def test_what_is_wrong_with_an_article_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, why: str
) -> None:
    (tmp_path / "zh.jsonl").write_text(line, "utf-8")
    assert learn.main([str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1


def test_no_articles_and_no_arguments_are_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert learn.main([str(tmp_path)]) == learn.main([]) == 2
    said = capsys.readouterr().err.splitlines()
    assert "no zh*.jsonl" in said[0]
    assert said[1].startswith("usage: ")


def test_without_scikit_learn_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "newsloom_tagger.fitting", None)
    assert learn.main([str(LABELLED)]) == 2
    assert "scikit-learn" in capsys.readouterr().err
