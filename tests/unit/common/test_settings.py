"""Settings come from the environment, then a file, then defaults; a wrong one is named."""

import pytest
from newsloom_common.elastic import client
from newsloom_common.settings import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_defaults_hold_where_nothing_is_said():
    assert load(Settings, {}).kafka == "127.0.0.1:9092"


def test_environment_wins_over_the_file_and_the_file_over_defaults(tmp_path):
    (tmp_path / "e.env").write_text("# engines\nNEWSLOOM_KAFKA=file:1\n\nNEWSLOOM_ELASTICSEARCH=http://file:2\n")
    found = load(Settings, {"NEWSLOOM_ENV_FILE": str(tmp_path / "e.env"), "NEWSLOOM_KAFKA": "env:3"})
    assert (found.kafka, found.elasticsearch, found.log_level) == ("env:3", "http://file:2", "info")


def test_the_file_of_a_local_run_is_found_by_itself(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var/newsloom.env").write_text("NEWSLOOM_HEALTH_PORT=8099\n")
    assert load(Settings, {}).health_port == 8099


def test_a_wrong_value_is_named_with_the_reason():
    with pytest.raises(SettingsError, match=r"NEWSLOOM_HEALTH_PORT='soon': Expected `int`"):
        load(Settings, {"NEWSLOOM_KAFKA": "a:1", "NEWSLOOM_HEALTH_PORT": "soon"})


def test_an_unreadable_key_file_is_named():
    with pytest.raises(SettingsError, match=r"NEWSLOOM_ELASTICSEARCH_API_KEY_FILE=absent: No such file"):
        client(load(Settings, {"NEWSLOOM_ELASTICSEARCH_API_KEY_FILE": "absent"}))
