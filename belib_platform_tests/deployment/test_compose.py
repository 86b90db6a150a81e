"""The compose files: valid, pinned, limited, closed; no Docker is asked."""

import json
import re
import subprocess
import tomllib
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml

from belib_platform.jobs import rebuild
from belib_platform.local.dagster_home import INSTANCE
from belib_platform.local.urls import reader_environment
from belib_platform.settings import Settings
from belib_platform_tests.deployment.compose import (
    BASE,
    DOCKER,
    OVERLAYS,
    ROOT,
    STACKS,
    TOGETHER,
    stack,
    variables_of,
    written,
)

GIVEN = {"DOCKER_GID": "998"}
DERIVED = {"is_simulated": "home", "gap_limit": "cadence_s"}
"""Properties of the settings, by what they are made of."""

SCHEMA = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
ONE_SHOT = {"roles"}
WRITABLE = {"elasticsearch"}
"""Why is said where it is written."""


def services() -> list[Any]:
    """Every service of every stack."""
    return [
        pytest.param(name, service, id=f"{'+'.join(names)}:{name}")
        for names in STACKS
        for name, service in stack(*names, **GIVEN)["services"].items()
    ]


@pytest.mark.family
@pytest.mark.parametrize("names", STACKS, ids="+".join)
def test_a_stack_is_what_the_compose_specification_allows(names: tuple[str, ...]) -> None:
    jsonschema.validate(stack(*names, **GIVEN), json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "service"), services())
def test_a_service_is_pinned_limited_watched_and_closed(name: str, service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.]+)?", service["image"])
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert ("test" in service["healthcheck"]) is (name not in ONE_SHOT)
    assert service["read_only"] is (name not in WRITABLE)
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("names", STACKS, ids="+".join)
def test_what_a_service_needs_is_there_and_healthy_first(names: tuple[str, ...]) -> None:
    whole = stack(*names, **GIVEN)
    for service in whole["services"].values():
        for needed, how in service.get("depends_on", {}).items():
            ends = "service_completed_successfully" if needed in ONE_SHOT else "service_healthy"
            assert how == {"condition": ends}
            assert needed in whole["services"]
        asked = service.get("secrets", [])
        assert {s["source"] if isinstance(s, dict) else s for s in asked} <= set(whole["secrets"])
        assert set(service["networks"]) <= set(whole["networks"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", []) if volume[0] not in "./"}
        assert named <= set(whole["volumes"])


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
def test_no_password_is_in_an_environment_or_a_command(names: tuple[str, ...]) -> None:
    for service in stack(*names, **GIVEN)["services"].values():
        environment = service.get("environment", {})
        assert all(name.endswith("_FILE") for name in environment if "PASSWORD" in name or "URL" in name)


def test_stores_cannot_reach_out_and_only_the_launcher_overlay_has_the_socket() -> None:
    base = stack(BASE)
    for store in ("mongo", "postgres", "elasticsearch"):
        assert all(base["networks"][network]["internal"] for network in base["services"][store]["networks"])
    assert "docker.sock" not in json.dumps(base)
    assert "docker.sock" not in json.dumps(stack(BASE, "compose.celery.yaml", "compose.login.yaml"))


@pytest.mark.parametrize("names", STACKS, ids="+".join)
def test_the_read_api_reaches_postgresql_alone_and_has_no_secret_but_the_readers(names: tuple[str, ...]) -> None:
    whole = stack(*names, **GIVEN)
    services, api = whole["services"], whole["services"]["api"]
    near = {name for name, service in services.items() if set(service["networks"]) & set(api["networks"])}
    assert near == {"api", "postgres"}
    assert "published" not in services["postgres"]["networks"]
    assert whole["networks"]["reading"]["internal"] is True
    assert (api["secrets"], api["volumes"], api["env_file"]) == (["belib_reader_url"], [], [])
    assert not {name for name in api["environment"] if "URL" in name}


def test_the_read_api_is_given_every_setting_that_it_reads() -> None:
    """It has no .env."""
    files = (path for part in ("api", "page") for path in (ROOT / "belib_platform" / part).rglob("*.py"))
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    of_this_machine = {"model_fields_set", "ui_url"}  # the page links to a UI on the same machine only
    read = {DERIVED.get(name, name) for name in re.findall(r"\bsettings\.(\w+)", code)} - of_this_machine
    given = {"secrets_dir", *(name.removeprefix("BELIB_").lower() for name in reader_environment("", Settings()))}
    assert read
    assert read <= given
    environment = {"BELIB_READER_URL", *stack(BASE)["services"]["api"]["environment"]}
    assert {f"BELIB_{name.upper()}" for name in read} <= environment


def test_redis_asks_for_a_password_and_has_neither_a_port_nor_a_way_out() -> None:
    redis = stack(BASE, "compose.celery.yaml")["services"]["redis"]
    assert redis["networks"] == ["stores"]
    assert "ports" not in redis
    assert "requirepass $(sed" in redis["command"][2]


def test_kafka_has_no_port_and_shares_its_network_with_the_publisher_alone() -> None:
    """It asks nobody for a password."""
    whole = stack(BASE, "compose.kafka.yaml")
    services, broker = whole["services"], whole["services"]["broker"]
    assert "ports" not in broker
    assert broker["networks"] == ["changes"]
    assert whole["networks"]["changes"]["internal"] is True
    assert [name for name, service in services.items() if "changes" in service["networks"]] == ["broker", "publisher"]
    assert services["publisher"]["secrets"] == ["belib_reader_url", "belib_kafka_url"]


def test_celery_has_as_many_places_as_dagster_starts_runs_at_once_and_a_place_for_each_rebuilder() -> None:
    """A run that is started and finds no worker would wait unseen."""
    services, instance = stack(BASE, "compose.celery.yaml")["services"], written("dagster.celery.yaml")
    places = {
        name: int(option.partition("=")[2]) * services[name]["deploy"].get("replicas", 1)
        for name in ("worker", "rebuilder")
        for option in services[name]["command"]
        if option.startswith("--concurrency=")
    }
    runs = instance["concurrency"]["runs"]
    assert runs["max_concurrent_runs"] == sum(places.values())
    queue = {"key": "dagster-celery/queue", "value": "rebuild", "limit": places["rebuilder"]}
    assert queue in runs["tag_concurrency_limits"]
    assert rebuild.tags["dagster-celery/queue"] == queue["value"]
    assert f"--queues={queue['value']}" in services["rebuilder"]["command"]


def test_redis_gives_a_run_to_another_worker_only_after_its_longest_time() -> None:
    instance = written("dagster.celery.yaml")
    celery = instance["run_launcher"]["config"]["config_source"]
    visible_after_s = celery["broker_transport_options"]["visibility_timeout"]
    assert visible_after_s > instance["run_monitoring"]["max_runtime_seconds"]


def test_celery_changes_of_the_instance_only_how_runs_are_started_counted_and_resumed() -> None:
    changed, base = written("dagster.celery.yaml"), written("dagster.yaml")
    for instance in (changed, base):
        instance.pop("run_launcher", None)
        del instance["run_monitoring"]["start_timeout_seconds"]
        del instance["concurrency"]["runs"]["max_concurrent_runs"]
    limits = changed["concurrency"]["runs"]["tag_concurrency_limits"]
    limits.remove(next(limit for limit in limits if limit["key"] == "dagster-celery/queue"))
    assert changed["run_monitoring"].pop("max_resume_run_attempts") > 0
    assert changed == base


def test_mongodb_is_asked_as_its_user_where_the_image_does_not_serve_without_one() -> None:
    mongo = stack(BASE)["services"]["mongo"]
    kind, asked = mongo["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    assert "mongodb://root:" in asked
    assert mongo["environment"]["MONGO_INITDB_ROOT_PASSWORD_FILE"] in asked
    assert not {"127.0.0.1", "localhost"} & set(re.findall(r"[\w.]+", asked))
    assert subprocess.run(["sh", "-n", "-c", asked], check=False).returncode == 0


def test_kibana_has_the_memory_that_it_needs() -> None:
    assert stack(BASE)["services"]["kibana"]["deploy"]["resources"]["limits"]["memory"] == "2g"


def test_behind_the_login_the_ui_has_no_port_of_its_own() -> None:
    services = stack(BASE, "compose.login.yaml")["services"]
    assert services["webserver"]["ports"] == []
    assert services["login"]["ports"] == ["127.0.0.1:3000:8080"]


def test_every_variable_is_in_the_example_with_its_default() -> None:
    lines = (DOCKER / ".env.example").read_text(encoding="utf-8").splitlines()
    listed = dict(line.removeprefix("# ").split("=", 1) for line in lines if re.match(r"(# )?[A-Z_]+=", line))
    for name in (BASE, *OVERLAYS):
        for variable, default in variables_of(name).items():
            assert listed[variable] == (default or "")


def test_elasticsearch_and_kibana_are_of_one_version_and_ask_nobody_outside() -> None:
    images = [service["image"] for service in stack(BASE, ELASTIC_VERSION="9.9.9")["services"].values()]
    assert sum(image.endswith(":9.9.9") for image in images) == 2
    major, minor, _ = map(int, str(variables_of(BASE)["ELASTIC_VERSION"]).split("."))
    assert (major, minor) >= (8, 15)
    kibana = written("kibana.yml")
    assert kibana["map.includeElasticMapsService"] is False
    assert kibana["telemetry.optIn"] is False


def test_our_image_has_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    image = f"belib-platform:{version}"
    services = stack(BASE, "compose.celery.yaml", "compose.kafka.yaml")["services"]
    assert {services[name]["image"] for name in ("code", "worker", "rebuilder", "publisher")} == {image}
    assert written("dagster.docker-launcher.yaml")["run_launcher"]["config"]["image"] == image


def test_the_dockerfile_pins_what_it_starts_from_and_drops_root() -> None:
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    stages = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert stages
    assert all(re.search(r":\d+\.\d+\.\d+", stage) for stage in stages)
    user = max(number for number, line in enumerate(lines) if line == "USER 10001:10001")
    assert not any(line.startswith(("RUN", "COPY")) for line in lines[user:])
    commands = [line for line in lines if line.startswith(("CMD", "ENTRYPOINT"))]
    assert all(isinstance(json.loads(line.partition(" ")[2]), list) for line in commands)


def test_dagster_is_in_containers_what_it_is_in_a_home() -> None:
    in_containers = written("dagster.yaml")
    where_files_are = {name: in_containers.pop(name) for name in ("local_artifact_storage", "compute_logs")}
    assert in_containers == yaml.safe_load(INSTANCE)
    assert all(place["config"] == {"base_dir": {"env": "BELIB_DAGSTER_FILES"}} for place in where_files_are.values())


def test_the_launcher_overlay_changes_nothing_but_the_launcher() -> None:
    launching = written("dagster.docker-launcher.yaml")
    del launching["run_launcher"]
    assert launching == written("dagster.yaml")
