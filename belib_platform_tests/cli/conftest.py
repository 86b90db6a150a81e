"""The command as a user runs it: a process of its own, on stores that only one test has."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from belib_platform.embedded.urls import Urls
from belib_platform.search.client import Search

Belib = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def belib(mongo_url: str, postgres_url: str, dagster_url: str, search: Search, stores: Urls, tmp_path: Path) -> Belib:
    """Runs `belib` with these arguments; `environ` adds variables."""
    variables = {
        **os.environ,
        "BELIB_HOME": str(tmp_path / "home"),
        "BELIB_MONGO_URL": mongo_url,
        "BELIB_POSTGRES_URL": postgres_url,
        "BELIB_DAGSTER_URL": dagster_url,
        "BELIB_ELASTICSEARCH_URL": stores.elasticsearch,
        "BELIB_SEARCH_PREFIX": search.prefix,
        "COLUMNS": "160",
    }

    def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "belib_platform.cli", *arguments],
            env=variables | environ,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
