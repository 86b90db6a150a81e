"""The command as a user runs it: a process of its own, on stores that only one test has."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from belib_platform.local.urls import Urls
from belib_platform.search.client import Search
from belib_platform_tests.deployment.least_rights import Roles, roles_on
from belib_platform_tests.forks import Fork

Belib = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def roles(stores: Urls) -> Iterator[Roles]:
    """Users whose database has every table."""
    with roles_on(stores, with_tables=True) as made:
        yield made


@pytest.fixture
def variables(
    mongo_url: str, postgres_url: str, dagster_url: str, search: Search, stores: Urls, tmp_path: Path
) -> dict[str, str]:
    """The environment of a command on these stores."""
    return {
        **os.environ,
        "BELIB_HOME": str(tmp_path / "home"),
        "BELIB_MONGO_URL": mongo_url,
        "BELIB_POSTGRES_URL": postgres_url,
        "BELIB_DAGSTER_URL": dagster_url,
        "BELIB_ELASTICSEARCH_URL": stores.elasticsearch,
        "BELIB_SEARCH_PREFIX": search.prefix,
        "COLUMNS": "160",
    }


@pytest.fixture
def belib(variables: dict[str, str], tmp_path: Path) -> Belib:
    """Runs `belib` with these arguments; `environ` adds variables."""

    def run(*arguments: str, **environ: str) -> CompletedProcess[str]:
        return Fork("belib_platform.cli", *arguments, env=variables | environ, cwd=tmp_path).ended()

    return run


@pytest.fixture
def fresh_belib(variables: dict[str, str], tmp_path: Path) -> Belib:
    """The same in a new interpreter, which has not loaded the definitions before the command begins."""

    def run(*arguments: str, **environ: str) -> CompletedProcess[str]:
        command = [sys.executable, "-m", "belib_platform.cli", *arguments]
        return subprocess.run(
            command, env=variables | environ, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
        )

    return run
