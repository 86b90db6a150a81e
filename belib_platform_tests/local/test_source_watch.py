"""Reports of `belib up` when requests fail to start, or when MongoDB does not answer."""

import os
from pathlib import Path

import pytest

from belib_platform.local.home import Home
from belib_platform.local.ports import any_free
from belib_platform.local.processes import wait_until
from belib_platform.local.source_watch import watching_sources
from belib_platform_tests.local.homes import new_home, settings_for

pytestmark = pytest.mark.slow

WAIT_S = 300.0
NO_MODULE = ["no.such.module", "workspace.yaml"]
BLIND = "MongoDB at 127.0.0.1:{port} does not answer; the sources' answers are reported once it does."


def test_failed_first_requests_are_reported_with_their_log(mongo_url: str, tmp_path: Path) -> None:
    said: list[str] = []
    with watching_sources(settings_for(tmp_path), {**os.environ, "BELIB_MONGO_URL": mongo_url}, NO_MODULE, said.append):
        assert wait_until(lambda: len(said) == 2, WAIT_S)
    log = tmp_path / "logs/asking.log"
    assert said[1] == f"The first requests ended with code 1; the log is {log}."
    assert "DAGSTER_HOME" in log.read_text()


def test_an_unreachable_mongodb_is_reported_once_and_the_sources_are_requested_later() -> None:
    said: list[str] = []
    with new_home() as settings:
        mongo, port = Home(settings.home).mongo, any_free()
        variables = {**os.environ, "BELIB_MONGO_URL": mongo.url(port, "belib")}
        settings.home.mkdir(exist_ok=True)
        with watching_sources(settings, variables, NO_MODULE, said.append):
            assert wait_until(lambda: said == [BLIND.format(port=port)], WAIT_S)
            mongo.start(port)
            assert wait_until(lambda: len(said) == 3, WAIT_S)
        mongo.stop()
    assert said[1].startswith("Requesting api.open-meteo.com (weather forecast) and opendata.paris.fr (")
