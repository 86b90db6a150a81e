"""Whatever fails, no secret is written anywhere: planted in every setting that has one, looked for in all that is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import zstandard
from pymongo import MongoClient

from belib_platform.deployment.entrypoint import dagster_environment
from belib_platform.embedded.ports import any_free
from belib_platform.embedded.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.deployment.compose import DOCKER
from belib_platform_tests.deployment.least_rights import Roles
from belib_platform_tests.end_to_end.platform import Platform, new_platform
from belib_platform_tests.security.traces import in_files, in_mongo, in_postgres
from belib_platform_tests.sources.local_server import Handler, answering, serving

WORD = "c4n4ry"
LOGIN = f"belib:{WORD}%2F%40@127.0.0.1"

KEYS = {
    "BELIB_WEATHER_PROVIDER": "open_meteo,infoclimat,openweathermap",
    "BELIB_INFOCLIMAT_AUTH": f"{WORD}/auth+é",
    "BELIB_INFOCLIMAT_C": f"{WORD}c",
    "BELIB_OPENWEATHERMAP_KEY": f"{WORD}key",
}
"""Every setting that is secret and no URL."""


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
        self.variables = {**os.environ, **KEYS, **stores, **dagster}

    def run(self, program: str, *arguments: str, told: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a module; what it says is kept in the folder."""
        done = subprocess.run(
            [sys.executable, "-m", program, *arguments],
            env={**self.variables, **variables},
            input=told,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd=self.folder / "home",
        )
        with (self.folder / "said").open("a", encoding="utf-8") as said:
            said.write(done.stdout + done.stderr)
        return done

    def traces(self) -> list[str]:
        """Wherever the word is."""
        return [
            *in_postgres(self.roles.dagster, WORD),
            *in_postgres(self.roles.writer, WORD),
            *in_mongo(self.platform.mongo_url, WORD),
            *in_files(self.folder, WORD),
        ]


@pytest.fixture
def place(stores: Urls, tmp_path: Path) -> Iterator[Place]:
    """A place whose users' passwords have the word in them."""
    roles = Roles(stores, password=f"{WORD}/w@:%é")
    roles.make()
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


def test_failures_of_every_store_and_source_show_no_secret(place: Place) -> None:
    away = any_free()
    wrong = place.roles.writer.replace(WORD, f"{WORD}wrong")
    with serving(echo) as refusing, serving(echo_soundly) as mistaken, serving(answering({}, 401)) as closed:
        failing = [
            *[("weather_hourly", apis(url)) for url in (refusing.url, mistaken.url, f"http://127.0.0.1:{away}")],
            ("belib_five_minutely", apis(refusing.url)),
            *[
                ("rebuild", {variable: url})
                for variable, url in [
                    ("BELIB_MONGO_URL", f"mongodb://{LOGIN}:{away}/belib?serverSelectionTimeoutMS=200"),
                    ("BELIB_MONGO_URL", place.platform.mongo_url.replace("//", f"//belib:{WORD}@")),
                    ("BELIB_MONGO_URL", f"mongodb://belib:{WORD}/@127.0.0.1/belib"),
                    ("BELIB_POSTGRES_URL", f"postgresql://{LOGIN}:{away}/belib"),
                    ("BELIB_POSTGRES_URL", wrong),
                    ("BELIB_POSTGRES_URL", f"{place.roles.writer}?sslmode=require"),
                    ("BELIB_POSTGRES_URL", f"postgresql://belib:{WORD}%zz@127.0.0.1/belib"),
                    ("BELIB_ELASTICSEARCH_URL", f"http://{LOGIN}:{away}"),
                    ("BELIB_ELASTICSEARCH_URL", f"https://{LOGIN}:{refusing.server_port}"),
                    ("BELIB_ELASTICSEARCH_URL", closed.url.replace("//", f"//belib:{WORD}@")),
                ]
            ],
        ]
        done = place.run("belib_platform_tests.security.run_jobs", told=json.dumps(failing))
    assert json.loads(done.stdout.splitlines()[-1]) == [False] * len(failing), done.stderr[-3000:]
    assert refusing.asked
    assert any(WORD in path for path in refusing.asked), "the keys were not sent"
    assert place.traces() == []


def test_commands_that_fail_show_no_secret(place: Place) -> None:
    away = any_free()
    mongo, postgres = f"mongodb://{LOGIN}:{away}/belib", f"postgresql://{LOGIN}:{away}/belib"
    today = ["2024-01-01"]
    for arguments in (["status"], ["rebuild", *today], ["migrate"], ["export"]):
        for wrong in (
            {"BELIB_POSTGRES_URL": postgres},
            {"BELIB_DAGSTER_URL": postgres},
            {"BELIB_MONGO_URL": f"{mongo}?serverSelectionTimeoutMS=200"},
            {"BELIB_MONGO_URL": mongo.replace("%2F", "/")},
        ):
            done = place.run("belib_platform.cli", *arguments, **wrong)
            assert done.stdout + done.stderr
    place.run("belib_platform.deployment.roles", POSTGRES_PASSWORD=WORD, **dict.fromkeys(OTHERS, WORD))
    assert place.traces() == []


OTHERS = ("MONGO_PASSWORD", "ELASTIC_PASSWORD", "READER_PASSWORD", "KIBANA_PASSWORD")


def test_a_secret_that_was_written_would_be_found(place: Place) -> None:
    with psycopg.connect(place.roles.writer) as connection:
        connection.execute("CREATE TABLE clean.told AS SELECT %s::text AS x", [WORD.upper()])
    client: MongoClient[dict[str, object]] = MongoClient(place.platform.mongo_url)
    with client:
        told = client.get_default_database()["told"]
        told.insert_one({"_id": "in a field", "x": {"y": [f"… {WORD} …"]}})
        told.insert_one({"_id": "in a body", "body": zstandard.compress(WORD.encode())})
    (place.folder / "home" / "log").write_text(f"at {WORD}", encoding="utf-8")
    assert len(place.traces()) == 4
