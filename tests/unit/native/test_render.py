"""Configuration files: on loopback only, with room for the largest record, typos in topic names fail."""

from pathlib import Path

import yaml
from newsloom_native import render
from newsloom_schemas.topics import TOPICS

BROKER = dict(line.split("=", 1) for line in render.kafka_properties(Path("/data"), 21001, 21002).splitlines())


def elasticsearch(folder="/data"):
    return yaml.safe_load(render.elasticsearch_yml(Path(folder), Path("/logs"), Path("/snapshots"), 21003))


def test_nothing_listens_beyond_loopback():
    addresses = [part.split("://")[1] for part in (BROKER["listeners"] + "," + BROKER["advertised.listeners"]).split(",")]
    assert {a.split(":")[0] for a in addresses} == {"127.0.0.1"}
    assert elasticsearch()["network.host"] == "127.0.0.1"


def test_the_largest_record_of_the_contract_fits():
    assert int(BROKER["message.max.bytes"]) > max(t.max_message_bytes for t in TOPICS)


def test_a_mistyped_topic_is_not_created():
    assert BROKER["auto.create.topics.enable"] == "false"


def test_the_quorum_names_the_port_that_the_controller_listens_on():
    assert BROKER["controller.quorum.voters"] == "1@127.0.0.1:21002"
    assert "CONTROLLER://127.0.0.1:21002" in BROKER["listeners"]


def test_a_nearly_full_laptop_disk_still_gets_an_index():
    levels = [elasticsearch()[f"cluster.routing.allocation.disk.watermark.{n}"] for n in ("low", "high", "flood_stage")]
    assert [level.removesuffix("mb").isdecimal() for level in levels] == [True] * 3


def test_folders_with_odd_names_survive_yaml():
    assert elasticsearch("/home/o'neil/news: loom #1")["path.data"] == "/home/o'neil/news: loom #1"


def test_what_stays_gets_the_full_compiler_and_tests_start_quickly():
    assert render.QUICK in render.jvm(quick=True)
    assert render.QUICK not in render.jvm(quick=False)
