"""Processes: engines stop last, restart when they die, and get neither root nor the user's Java options."""

import configparser
from pathlib import Path

from newsloom_native import engines, supervise
from newsloom_native.users import User

NOBODY = User("nobody", 65534, 65534, switch=True)
KAFKA = engines.Engine(
    "kafka", "127.0.0.1:1", Path("/d/100% news"), ("/jdk/bin/java", "-cp", "/libs/*"), {"HOME": "/d/100% news"}, bool, 1
)


def config(*programs, root=True):
    text = supervise.render(programs, Path("/var"), Path("/logs"), Path("/run/s.sock"), root=root)
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.read_string(text.replace("%%", "%"))
    return parser


def test_engines_run_as_their_user_with_an_environment_of_their_own():
    kafka = config(supervise.engine(1, KAFKA, NOBODY))["program:kafka"]
    assert kafka["user"] == "nobody"
    assert kafka["command"] == "/usr/bin/env -i 'HOME=/d/100% news' /jdk/bin/java -cp '/libs/*'"


def test_a_user_who_is_not_root_changes_to_nobody_else():
    parser = config(supervise.engine(1, KAFKA, User("lin", 1000, 1000, switch=False)), root=False)
    assert "user" not in parser["program:kafka"]
    assert "user" not in parser["supervisord"]


def test_services_wait_for_set_up_and_stop_before_the_engines():
    parser = config(supervise.engine(1, KAFKA, NOBODY), supervise.service("indexer", 12, Path("/checkout")))
    kafka, indexer = parser["program:kafka"], parser["program:indexer"]
    assert (kafka["autostart"], indexer["autostart"]) == ("true", "false")
    assert int(kafka["priority"]) < int(indexer["priority"])  # supervisor stops the highest first
    assert indexer["autorestart"] == "true"


def test_percent_signs_are_not_taken_for_supervisors_variables():
    text = supervise.render([supervise.engine(1, KAFKA, NOBODY)], Path("/v"), Path("/l"), Path("/s"), root=True)
    assert "directory=/d/100%% news" in text


def test_where_nothing_runs_there_are_no_states(tmp_path):
    assert supervise.Supervisor(tmp_path / "none.sock").states() == []


def test_a_process_that_gave_up_is_not_well():
    assert not supervise.State("tagger", "FATAL", 0, "Exited too quickly").well
    assert supervise.State("tagger", "RUNNING", 12, "pid 12").well
