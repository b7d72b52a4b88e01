"""docker-compose.yml can be read from top to bottom, and opens nothing to the network that nobody asked for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
SPEC = yaml.safe_load(COMPOSE.read_text("utf-8"))
SERVICES = SPEC["services"]
OURS = {name: s for name, s in SERVICES.items() if "build" in s}
STAYING = {name: s for name, s in SERVICES.items() if s.get("restart") == "unless-stopped"}
UNITS = {"m": 1, "g": 1024}


def tool(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_it_follows_the_compose_specification():
    done = tool("check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))

    assert done.returncode == 0, done.stdout + done.stderr


def test_our_yaml_is_clean():
    done = tool("yamllint", "--strict", "docker-compose.yml", "deploy/kibana")

    assert done.returncode == 0, done.stdout


def test_services_stand_in_the_order_in_which_things_happen():
    before, ours = "secrets kafka elasticsearch kibana setup dashboards", "ingestor tagger indexer notifier newsloom index"
    assert " ".join(SERVICES) == f"{before} {ours}"


def test_every_published_port_is_bound_to_loopback_and_can_be_chosen():
    ports = [port for s in SERVICES.values() for port in s.get("ports", [])]

    assert len(ports) == 4
    assert all(re.fullmatch(r"127\.0\.0\.1:\$\{NEWSLOOM_[A-Z]+_PORT:-\d+\}:\d+", port) for port in ports), ports


def test_every_image_is_pinned():
    for service in SERVICES.values():
        assert re.search(r":(\d+\.\d+\.\d+|local)$", service["image"]), service["image"]
    bases = re.findall(r"^FROM (\S+)", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert set(bases) == {"python:3.13-slim"}


@pytest.mark.parametrize("name", STAYING)
def test_what_stays_up_is_watched_and_may_finish_its_work(name):
    assert STAYING[name]["healthcheck"]["test"]
    assert STAYING[name]["stop_grace_period"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_has_limits(name):
    service = SERVICES[name]

    assert service["mem_limit"]
    assert service["logging"]["options"]["max-size"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_write_only_where_they_must(name):
    assert OURS[name]["read_only"] is True
    assert "user" not in OURS[name]  # the image's own user is not root
    assert re.search(r"^USER 1000:1000$", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def test_what_stays_up_fits_a_laptop_of_8_gb():
    limits = [re.fullmatch(r"(\d+)([mg])", s["mem_limit"]).groups() for s in STAYING.values()]

    assert sum(int(number) * UNITS[unit] for number, unit in limits) <= 5.5 * 1024  # the rest is the user's


def test_a_service_sees_only_the_secrets_that_it_needs():
    def holders(volume):
        return {name for name, s in SERVICES.items() for v in s.get("volumes", []) if v.startswith(f"{volume}:")}

    assert holders("elasticsearch-secrets") == {"secrets", "elasticsearch", "setup", "dashboards", "index"}
    assert holders("kibana-secrets") == {"secrets", "kibana", "setup"}
    assert holders("indexer-key") == {"setup", "indexer"}
    assert holders("cli-key") == {"setup", "newsloom"}
    assert holders("push-secrets") == {"secrets", "ingestor", "newsloom"}


def test_secrets_are_mounted_read_only_where_they_are_only_read():
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            secret = re.match(r"(elasticsearch-secrets|kibana-secrets|push-secrets|indexer-key|cli-key):", volume)
            writer = name == "secrets" or (name == "setup" and "key:" in volume)
            assert not secret or writer or volume.endswith(":ro"), (name, volume)


def test_feeds_are_changed_by_the_command_line_and_polled_by_the_ingestor_from_one_volume():
    place = "/var/lib/newsloom/feeds"
    mounted = {name: v for name, s in SERVICES.items() for v in s.get("volumes", []) if v.startswith("feeds:")}
    files = {SERVICES[name]["environment"]["NEWSLOOM_FEEDS_FILE"] for name in mounted}

    assert mounted == {"ingestor": f"feeds:{place}:ro", "newsloom": f"feeds:{place}"}
    assert files == {f"${{NEWSLOOM_FEEDS_FILE-{place}/feeds.opml}}"}
    assert f"seeds/feeds.opml {place}/feeds.opml" in (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), "its first content"


def test_the_stream_does_not_wait_for_kibana():
    assert all(set(SERVICES[name]["depends_on"]) == {"setup"} for name in ("ingestor", "tagger", "indexer", "notifier"))
    assert set(SERVICES["setup"]["depends_on"]) == {"kafka", "elasticsearch"}


def test_no_topic_is_made_by_a_typo():
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_the_example_of_env_names_every_variable_that_the_file_reads_with_its_default():
    read = dict(re.findall(r"\$\{(NEWSLOOM_\w+):?-([^}]*)\}", COMPOSE.read_text("utf-8")))
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    shown = dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#NEWSLOOM_\w+=", line))

    assert shown == read


def test_themes_of_the_users_own_reach_whoever_reads_them_as_the_documents_say():
    page = (ROOT / "docs/retagging.md").read_text("utf-8")
    override = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1])
    assert set(override["services"]) == {"setup", "tagger", "notifier", "newsloom"} <= set(OURS)
    for more in override["services"].values():
        (mount,) = more["volumes"]
        assert more["environment"] == {"NEWSLOOM_THEMES_DIR": mount.split(":")[1]}
