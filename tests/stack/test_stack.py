"""`docker compose up`, for real: the seed becomes searchable, what was promised about the containers holds, nothing doubles.

One stack for all of them, in this order.
"""

import json
import subprocess
from pathlib import Path

import pytest
from newsloom_schemas.codec import decode
from newsloom_schemas.topics import expand, theme_topic
from newsloom_schemas.types import TaggedArticle
from newsloom_tagger.taxonomy import theme_ids
from support import records

pytestmark = [pytest.mark.stack, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]
SEED = "09419c7358869c74"
SEED_THEMES = ["compute-scarcity", "commercialization", "model-race", "talent"]
OURS = ["ingestor", "tagger", "indexer", "notifier"]
ENGINES = ["kafka", "elasticsearch", "kibana"]
MB = 1024 * 1024


def test_the_seed_is_found_by_its_themes_within_two_minutes_of_up(stack, capsys):
    with capsys.disabled():
        print(f"\nup to searchable: {stack.seconds_to_seed:.0f} s; memory: {memory(stack)}")

    assert stack.seconds_to_seed < 120
    assert {theme: stack.found(theme) for theme in SEED_THEMES} == {theme: [SEED] for theme in SEED_THEMES}


def memory(stack):
    used = {name: stack.container(name).stats(stream=False)["memory_stats"]["usage"] // MB for name in ENGINES + OURS}
    return ", ".join(f"{name} {megabytes} MB" for name, megabytes in used.items())


def test_a_program_on_this_machine_reads_the_seed_from_its_theme_topic(stack):
    (record,) = records.read(stack.kafka, theme_topic("compute-scarcity"))

    tagged = decode(TaggedArticle, record.value)
    (theme,) = [t for t in tagged.themes if t.id == "compute-scarcity"]
    assert record.key == SEED.encode()
    assert all(getattr(tagged.article, e.field)[e.start : e.end] == e.text for e in theme.evidence)


def test_the_command_line_finds_the_seed_with_a_key_that_only_reads(stack):
    done = stack.compose("run", "--rm", "-T", "newsloom", "search", "算力", "--theme", "compute-scarcity", "--json")

    assert SEED in done.stdout


def test_nothing_was_dead_lettered(stack):
    assert records.count(stack.kafka, "news.dead") == 0


def test_the_login_that_is_printed_opens_elasticsearch(stack):
    command = " ".join([*stack.command, "--project-name", stack.project])
    environment = {**stack.environment, "NEWSLOOM_COMPOSE": command}
    done = subprocess.run([ROOT / "deploy" / "password"], env=environment, capture_output=True, text=True, check=True)

    said = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert said["Kibana"] == stack.kibana
    answer = stack.web.get(f"{stack.elasticsearch}/_security/_authenticate", auth=(said["user"], said["password"]))
    assert answer.json()["username"] == "elastic"


def test_kibana_holds_our_dashboards_sessions_tags_and_data_view(stack):
    shipped = [json.loads(line) for line in (ROOT / "deploy/kibana/newsloom.ndjson").read_text("utf-8").splitlines()]
    recorded = stack.web.get(f"{stack.kibana}/_recorded", follow_redirects=False)

    if recorded.status_code == 200:  # a stand-in, which says what it was sent
        imports = [r for r in recorded.json() if r["path"] == "/api/saved_objects/_import?overwrite=true"]
        assert imports
        assert all(r["objects"] == shipped and r["authorization"] for r in imports)
        return
    for saved in shipped:
        path = f"{stack.kibana}/api/saved_objects/{saved['type']}/{saved['id']}"
        name = "name" if saved["type"] == "tag" else "title"
        assert stack.web.get(path, **stack.login()).json()["attributes"][name] == saved["attributes"][name]


@pytest.mark.parametrize("service", ENGINES + OURS)
def test_a_container_is_healthy_is_not_root_and_has_no_capability(stack, service):
    container = stack.container(service)

    assert container.health == "healthy"
    assert stack.inside(service, "id", "-u") != "0"
    status = dict(line.split(":\t") for line in stack.inside(service, "cat", "/proc/1/status").splitlines() if ":\t" in line)
    assert int(status["CapEff"], 16) == 0
    assert status["NoNewPrivs"] == "1"
    assert 0 < container.attrs["HostConfig"]["Memory"] <= 1536 * MB


@pytest.mark.parametrize("service", OURS)
def test_our_containers_cannot_change_their_own_files(stack, service):
    assert stack.container(service).attrs["HostConfig"]["ReadonlyRootfs"] is True
    with pytest.raises(LookupError, match="Read-only file system"):
        stack.inside(service, "sh", "-c", "LC_ALL=C touch /app/x")


def test_every_port_is_published_to_this_machine_only(stack):
    bindings = [b for c in stack.containers() for b in (c.attrs["NetworkSettings"]["Ports"] or {}).values() if b]

    assert len(bindings) == len(stack.ports)
    assert {host["HostIp"] for hosts in bindings for host in hosts} == {"127.0.0.1"}


@pytest.mark.parametrize("service", OURS)
def test_a_service_cannot_see_the_password_of_elastic(stack, service):
    with pytest.raises(LookupError, match="No such file"):
        stack.inside(service, "cat", "/secrets/elasticsearch/password")


def test_the_indexers_key_deletes_nothing_and_sees_nothing_else(stack):
    key = {"Authorization": f"ApiKey {stack.inside('indexer', 'cat', '/keys/indexer/api-key')}"}
    stack.web.put(f"{stack.elasticsearch}/somebody-elses/_doc/1?refresh=true", json={}, **stack.login()).raise_for_status()

    def status(method, path):
        return stack.web.request(method, stack.elasticsearch + path, headers=key).status_code

    assert status("GET", f"/news-articles/_doc/{SEED}") == 200
    assert status("DELETE", f"/news-articles/_doc/{SEED}") == 403
    assert status("DELETE", "/news-articles-v1-000001") == 403
    assert status("GET", "/somebody-elses/_doc/1") == 403
    assert status("POST", "/somebody-elses/_search") == 403
    assert status("GET", "/_security/user") == 403


FEEDS = "/var/lib/newsloom/feeds/feeds.opml"
FEED = "https://news.invalid/added"


def test_a_feed_that_is_added_reaches_the_ingestor_which_cannot_change_the_list(stack):
    given = ("-e", f"NEWSLOOM_FEEDS_FILE={FEEDS}")
    stack.compose("run", "--rm", "-T", *given, "newsloom", "feeds", "add", "--unchecked", FEED)

    assert FEED in stack.inside("ingestor", "cat", FEEDS)
    with pytest.raises(LookupError, match="Read-only file system"):
        stack.inside("ingestor", "sh", "-c", f"LC_ALL=C touch {FEEDS}")


def test_the_command_line_may_push_articles_in_and_nobody_without_the_token(stack):
    told = stack.compose("run", "--rm", "-T", "newsloom", "add", "https://news.invalid/1", check=False)
    assert told.returncode == 1
    assert "NEWSLOOM_CONTACT" in told.stderr, "the ingestor answers what it would to whoever may, but fetches no pages"
    address = f"http://127.0.0.1:{stack.ports['push']}/v1/articles"
    assert stack.web.post(address, json={"title": "x", "content": ""}).status_code == 401


def holdings(stack):
    """How many records each topic ever got, and how many documents there are."""
    topics = {t.name: records.count(stack.kafka, t.name) for t in expand(theme_ids())}
    return topics, stack.search("/news-articles/_count", {}, stack.login()).json()["count"]


def test_everything_made_anew_over_its_old_data_doubles_nothing_and_keeps_the_keys(stack):
    before, key = holdings(stack), stack.inside("indexer", "cat", "/keys/indexer/api-key")
    assert before[0]["news.raw"] == before[0]["news.tagged"] == before[1] == 1

    stack.compose("rm", "--force", "--stop", *stack.replaceable())
    stack.up()
    stack.wait_until_healthy(OURS)

    assert holdings(stack) == before
    assert stack.inside("indexer", "cat", "/keys/indexer/api-key") == key
    assert FEED in stack.inside("ingestor", "cat", FEEDS)


def test_services_end_by_themselves_when_asked_to(stack):
    stack.compose("stop", *OURS)

    codes = {name: stack.container(name).attrs["State"]["ExitCode"] for name in OURS}
    assert codes == dict.fromkeys(OURS, 0)


def test_down_with_volumes_leaves_nothing_behind(stack):
    stack.down()

    mine = {"label": f"com.docker.compose.project={stack.project}"}
    assert stack.containers() == []
    assert stack.engine.volumes.list(filters=mine) == []
    assert stack.engine.networks.list(filters=mine) == []
