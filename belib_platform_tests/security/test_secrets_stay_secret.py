"""Whatever fails, no secret is written anywhere: planted in every setting that has one, looked for in all that is."""

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import zstandard
from pymongo import MongoClient

from belib_platform.deployment.entrypoint import dagster_environment
from belib_platform.local.ports import any_free
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.deployment.compose import DOCKER
from belib_platform_tests.deployment.least_rights import Roles
from belib_platform_tests.end_to_end.platform import Platform, new_platform
from belib_platform_tests.forks import Fork
from belib_platform_tests.security.traces import in_files, in_mongo, in_postgres
from belib_platform_tests.sources.local_server import Handler, LocalServer, answering, serving

pytestmark = pytest.mark.slow

WORD = "c4n4ry"
LOGIN = f"belib:{WORD}%2F%40@127.0.0.1"

KEYS = {
    "BELIB_WEATHER_PROVIDER": "open_meteo,infoclimat,openweathermap",
    "BELIB_INFOCLIMAT_AUTH": f"{WORD}/auth+é",
    "BELIB_INFOCLIMAT_C": f"{WORD}c",
    "BELIB_OPENWEATHERMAP_KEY": f"{WORD}key",
}
"""Every setting that is secret and no URL."""

PASSWORDS = (
    "POSTGRES_PASSWORD",
    "MONGO_PASSWORD",
    "ELASTIC_PASSWORD",
    "READER_PASSWORD",
    "METRICS_PASSWORD",
    "KIBANA_PASSWORD",
)

AT_ONCE = 8


class Failing(NamedTuple):
    """A job that will fail, its assets (none: all), and the variables that make it fail."""

    job: str
    assets: list[str]
    variables: dict[str, str]


class Place:
    """Stores of their own, Dagster's instance as in a container, and a folder for all that is written to files."""

    def __init__(self, platform: Platform, roles: Roles, folder: Path, elasticsearch: str) -> None:
        self.platform, self.roles, self.folder = platform, roles, folder
        (folder / "home").mkdir()
        (folder / "instance").mkdir()
        (folder / "instance" / "dagster.yaml").write_bytes((DOCKER / "dagster.yaml").read_bytes())
        stores = {
            "BELIB_HOME": str(folder / "home"),
            "BELIB_MONGO_URL": platform.mongo_url,
            "BELIB_POSTGRES_URL": roles.writer,
            "BELIB_DAGSTER_URL": roles.dagster,
            "BELIB_ELASTICSEARCH_URL": elasticsearch,
        }
        given = {name.removeprefix("BELIB_").lower(): value for name, value in stores.items()}
        dagster = {**dagster_environment(Settings(**given, _env_file=None)), "DAGSTER_HOME": str(folder / "instance")}
        self.said: list[str] = []
        self.variables = {**os.environ, **KEYS, **stores, **dagster}

    def run(self, program: str, *arguments: str, told: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a module; what it says is kept."""
        env = {**self.variables, **variables}
        done = Fork(program, *arguments, env=env, cwd=self.folder / "home", told=told).ended()
        self.said.append(done.stdout + done.stderr)
        return done

    def traces(self) -> list[str]:
        """Wherever the word is."""
        return [
            *in_postgres(self.roles.dagster, WORD),
            *in_postgres(self.roles.writer, WORD),
            *in_mongo(self.platform.mongo_url, WORD),
            *in_files(self.folder, WORD),
            *[said for said in self.said if WORD in said.lower()],
        ]


@pytest.fixture
def place(stores: Urls, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place whose users' passwords have the word in them, with Dagster's storage made.

    Made by several processes at once, it may fail the one whose migration meets another's first run.
    """
    roles = Roles(stores, password=f"{WORD}/w@:%é")
    roles.make()
    with instance_at(roles.dagster, tmp_path_factory.mktemp("dagster")):
        pass
    with new_platform(stores) as platform:
        yield Place(platform, roles, tmp_path, stores.elasticsearch)
    roles.drop()


def echo(handler: Handler) -> None:
    """Answer as some do: refuse the key, and repeat what was asked."""
    handler.send(json.dumps({"cod": 401, "message": f"not accepted: {handler.path}"}).encode(), 401)


def echo_soundly(handler: Handler) -> None:
    """Repeat what was asked as if it were an answer."""
    handler.send(json.dumps({"path": handler.path}).encode())


def apis(url: str) -> dict[str, str]:
    """Every source at one address."""
    return {f"BELIB_{name}_URL": url for name in ("OPENDATASOFT", "OPEN_METEO", "INFOCLIMAT", "OPENWEATHERMAP")}


def failures(place: Place, refusing: LocalServer, mistaken: LocalServer, closed: LocalServer) -> list[list[Failing]]:
    """Jobs that will fail, for as many processes: those whose stores are asked again and again wait for long."""
    away = any_free()
    mongo = [
        f"mongodb://{LOGIN}:{away}/belib?serverSelectionTimeoutMS=200",
        place.platform.mongo_url.replace("//", f"//belib:{WORD}@"),
    ]
    postgres = [
        f"postgresql://{LOGIN}:{away}/belib",
        place.roles.writer.replace(WORD, f"{WORD}wrong"),
        f"postgresql://belib:{WORD}%zz@127.0.0.1/belib",
    ]
    elasticsearch = [
        f"http://{LOGIN}:{away}",
        f"https://{LOGIN}:{refusing.server_port}",
        closed.url.replace("//", f"//belib:{WORD}@"),
    ]
    sources = [refusing.url, mistaken.url, f"http://127.0.0.1:{away}"]
    return [
        [Failing("weather_hourly", [], apis(url)) for url in sources],
        [Failing("belib_five_minutely", ["raw_belib"], apis(refusing.url))],
        [Failing("rebuild", ["belib_charge_points"], {"BELIB_ELASTICSEARCH_URL": url}) for url in elasticsearch],
        *[[Failing("rebuild", ["poll"], {"BELIB_MONGO_URL": url})] for url in mongo],
        *[[Failing("rebuild", ["poll"], {"BELIB_POSTGRES_URL": url})] for url in postgres],
    ]


def test_failures_of_every_store_and_source_show_no_secret(place: Place) -> None:
    unwanted = answering({"error": {"reason": "unable to authenticate"}}, 401)
    with (
        serving(echo) as refusing,
        serving(echo_soundly) as mistaken,
        serving(unwanted) as closed,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):

        def fail(jobs: list[Failing]) -> tuple[list[bool], str]:
            done = place.run("belib_platform_tests.security.run_jobs", told=json.dumps(jobs))
            assert done.returncode == 0, done.stderr[-3000:]
            return json.loads(done.stdout.splitlines()[-1]), done.stderr

        jobs = failures(place, refusing, mistaken, closed)
        for wanted, (outcomes, log) in zip(jobs, pool.map(fail, jobs), strict=True):
            assert outcomes == [False] * len(wanted), log[-3000:]
        assert any(WORD in path for path in refusing.asked), "the keys were not sent"
    assert len(place.said) == len(jobs)
    assert place.traces() == []


def test_commands_that_fail_show_no_secret(place: Place) -> None:
    away = any_free()
    mongo, postgres = f"mongodb://{LOGIN}:{away}/belib", f"postgresql://{LOGIN}:{away}/belib"
    quickly = f"{mongo}?serverSelectionTimeoutMS=200"
    failing = [
        (["belib_platform.cli", "status"], {"BELIB_MONGO_URL": quickly, "BELIB_POSTGRES_URL": postgres}),
        (["belib_platform.cli", "rebuild", "2024-01-01"], {"BELIB_DAGSTER_URL": postgres}),
        (["belib_platform.cli", "migrate"], {"BELIB_POSTGRES_URL": postgres}),
        (["belib_platform.cli", "export"], {"BELIB_MONGO_URL": mongo.replace("%2F", "/")}),
        (["belib_platform.cli", "sql", "SELECT 1"], {}),  # without a reader, it asks the writer how to make one
        (["belib_platform.cli", "sql", "SELECT 1"], {"BELIB_READER_URL": postgres}),
        (["belib_platform.cli", "sql", f"SELECT {WORD[:3]}"], {"BELIB_READER_URL": place.roles.reader}),
        (["belib_platform.deployment.roles"], dict.fromkeys(PASSWORDS, WORD)),
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(lambda command: place.run(*command[0], **command[1]), failing))
    assert [process.returncode != 0 for process in done] == [False, *[True] * 7]
    assert "does not answer" in done[2].stderr or "connection failed" in done[2].stderr
    assert place.traces() == []


def test_a_secret_that_was_written_would_be_found(place: Place) -> None:
    with psycopg.connect(place.roles.writer) as connection:
        connection.execute("CREATE TABLE clean.told AS SELECT %s::text AS x", [WORD.upper()])
    client: MongoClient[dict[str, object]] = MongoClient(place.platform.mongo_url)
    with client:
        told = client.get_default_database()["told"]
        told.insert_one({"_id": "in a field", "x": {"y": [f"… {WORD} …"]}})
        told.insert_one({"_id": "in a body", "body": zstandard.compress(WORD.encode())})
    (place.folder / "home" / "log").write_text(f"at {WORD}", encoding="utf-8")
    place.said.append(f"is {WORD}")
    assert len(place.traces()) == 5
