"""Who runs the engines: never root."""

import os

import pytest
from newsloom_native import NativeError, users


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_root_hands_the_engines_to_nobody(as_root):
    user = users.engines({})
    assert (user.name, user.switch) == ("nobody", True)
    assert user.popen()["user"] == user.uid != 0


def test_anyone_else_runs_them_as_himself(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert users.engines({"NEWSLOOM_RUN_AS": "nobody"}).popen() == {}


@pytest.mark.parametrize(("name", "reason"), [("root", "refuses to run as root"), ("no-such-user", "there is no such user")])
def test_a_user_that_cannot_run_them_is_refused(as_root, name, reason):
    with pytest.raises(NativeError, match=f"NEWSLOOM_RUN_AS={name}: .*{reason}"):
        users.engines({"NEWSLOOM_RUN_AS": name})


def test_a_folder_behind_a_closed_one_cannot_be_read(tmp_path):
    other = users.User("somebody", 54321, 54321, switch=True)
    (tmp_path / "inner").mkdir()
    tmp_path.chmod(0o700)
    assert not other.reads(tmp_path / "inner")
    assert not other.reads(tmp_path / "missing")
