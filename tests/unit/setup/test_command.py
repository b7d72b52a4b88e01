"""The command: engines may take their time, a mistake is one line."""

import pytest
from newsloom_setup import SetupError, __main__
from newsloom_setup.__main__ import main, wait


def test_an_engine_that_starts_late_is_waited_for():
    answers = iter([OSError("not yet"), OSError("not yet"), None])

    def look():
        if error := next(answers):
            raise error

    pauses = []
    wait("Kafka", look, 60, pauses.append)

    assert len(pauses) == 2


def test_an_engine_that_never_answers_is_named_with_its_last_reason():
    def look():
        raise OSError("connection refused")

    with pytest.raises(SetupError, match="Kibana did not answer for 0 s: connection refused"):
        wait("Kibana", look, 0, lambda _: None)


@pytest.mark.parametrize("arguments", [["nonsense"], ["secrets", "twice"]])
def test_an_unknown_act_is_a_users_mistake(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_a_missing_secret_is_one_line_and_names_the_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEWSLOOM_SECRETS_DIR", str(tmp_path))

    assert main(["dashboards"]) == 2
    assert capsys.readouterr().err == f"newsloom-setup: {tmp_path}/elasticsearch/password: No such file or directory\n"


def test_a_refusal_is_one_line_and_not_the_users_mistake(monkeypatch, capsys):
    def refuse(_):
        raise SetupError("it cannot be")

    monkeypatch.setitem(__main__.ACTS, "engines", refuse)

    assert main([]) == 1
    assert capsys.readouterr().err == "newsloom-setup: it cannot be\n"
