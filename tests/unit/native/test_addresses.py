"""Ports: what is configured is kept to, what subscribers know from the last run stays, nothing collides."""

import socket

import pytest
from newsloom_native import NativeError, addresses, ports


def all_free(_):
    return True


def none_of(*taken):
    return lambda port: port not in taken


def test_the_usual_ports_are_taken_where_they_are_free():
    chosen = addresses.choose({}, "", all_free)
    assert (chosen.kafka, chosen.elasticsearch, chosen.push) == (9092, 9200, 8090)


def test_a_taken_port_gives_way_to_a_free_one():
    chosen = addresses.choose({}, "", none_of(9092, 9200, 8090))
    assert {chosen.kafka, chosen.elasticsearch, chosen.push} & {9092, 9200, 8090} == set()
    assert len({chosen.kafka, chosen.controller, chosen.elasticsearch, chosen.push}) == 4


def test_subscribers_find_kafka_where_it_was_last_time():
    last = addresses.settings("127.0.0.1:21001", "http://127.0.0.1:21002", "var/ingestor") | addresses.pushing(21003, "token")
    chosen = addresses.choose({}, addresses.render(last), all_free)
    assert (chosen.kafka, chosen.elasticsearch, chosen.push) == (21001, 21002, 21003)


def test_configured_ports_go_before_those_of_last_time():
    environ = {"NEWSLOOM_KAFKA_PORT": "21003", "NEWSLOOM_ELASTICSEARCH_PORT": "21004"}
    chosen = addresses.choose(environ, "NEWSLOOM_KAFKA=127.0.0.1:21001\n", all_free)
    assert (chosen.kafka, chosen.elasticsearch) == (21003, 21004)


def test_a_configured_port_that_is_taken_is_an_error_and_not_silently_another_one():
    with pytest.raises(NativeError, match="NEWSLOOM_KAFKA_PORT=21003: another program listens there"):
        addresses.choose({"NEWSLOOM_KAFKA_PORT": "21003"}, "", none_of(21003))


def test_the_same_port_for_both_engines_is_an_error():
    with pytest.raises(NativeError, match="NEWSLOOM_ELASTICSEARCH_PORT=21003"):
        addresses.choose({"NEWSLOOM_KAFKA_PORT": "21003", "NEWSLOOM_ELASTICSEARCH_PORT": "21003"}, "", all_free)


@pytest.mark.parametrize("wrong", ["kafka", "0", "65536", "-1", "9092.5"])
def test_a_port_that_is_no_port_is_named_in_the_error(wrong):
    with pytest.raises(NativeError, match=f"NEWSLOOM_KAFKA_PORT={wrong}: a port is a number"):
        ports.choose("NEWSLOOM_KAFKA_PORT", wrong, (), all_free)


def test_free_ports_lie_below_those_of_outgoing_connections():
    drawn = iter([30_000, 30_001, 30_002])
    assert ports.free(none_of(30_000, 30_001), lambda *_: next(drawn)) == 30_002
    assert ports.LOWEST <= ports.free(all_free) <= ports.HIGHEST


def test_a_port_that_somebody_listens_on_is_not_free():
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        assert not ports.is_free(server.getsockname()[1])


def test_the_command_line_knows_the_feeds_that_the_services_poll():
    told = addresses.render(addresses.settings("127.0.0.1:1", "http://127.0.0.1:2", "var/ingestor", "file:a.xml b.opml"))
    assert addresses.named(told, "FEEDS") == "file:a.xml b.opml"
    assert "NEWSLOOM_FEEDS" not in addresses.render(addresses.settings("127.0.0.1:1", "http://127.0.0.1:2", "var/ingestor"))


def test_what_the_ingestor_is_told_of_pushing_the_command_line_understands():
    from newsloom_cli.pushing import PushSettings
    from newsloom_common.settings import load
    from newsloom_ingestor.settings import IngestorSettings

    told = {**addresses.pushing(21003, "var/push-token"), "NEWSLOOM_ENV_FILE": "/dev/null"}
    ours, theirs = load(IngestorSettings, told), load(PushSettings, told)
    assert theirs.push == f"http://{ours.push_host}:{ours.push_port}"
    assert ours.push_token_file == theirs.push_token_file == "var/push-token"


def test_themes_of_the_users_own_are_those_of_last_time_until_something_else_is_said(tmp_path):
    first = addresses.themes({"NEWSLOOM_THEMES_DIR": str(tmp_path)}, "")
    assert first == {"NEWSLOOM_THEMES_DIR": str(tmp_path)}
    assert addresses.themes({}, addresses.render(first)) == first
    assert addresses.themes({"NEWSLOOM_THEMES_DIR": ""}, addresses.render(first)) == addresses.themes({}, "") == {}
