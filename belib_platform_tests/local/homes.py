"""Homes for tests, and other processes that use them."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from belib_platform.local.home import Home
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings


def settings_for(home: str | Path) -> Settings:
    """Settings of a home that brings its own servers, whatever the environment says."""
    return Settings(home=Path(home), mongo_url=None, postgres_url=None, elasticsearch_url=None, _env_file=None)


@contextmanager
def new_home() -> Iterator[Settings]:
    """A home in a folder that disappears, with what runs on it."""
    with tempfile.TemporaryDirectory(prefix="belib-", ignore_cleanup_errors=True) as folder:
        settings = settings_for(folder)
        try:
            yield settings
        finally:
            Home(settings.home).stop_unused()


def serving(path: Path) -> list[psutil.Process]:
    """The processes with this path among their arguments, whoever started them and whatever is noted of them."""
    return [process for process in psutil.process_iter(["cmdline"]) if str(path) in (process.info["cmdline"] or [])]


def lives(pid: int) -> bool:
    """Whether the process has not ended, be it that the system has not buried it yet."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def running(settings: Settings) -> int:
    """How many of the home's servers run."""
    home = Home(settings.home)
    return sum(len(serving(server.data)) for server in (home.mongo, home.postgres, home.search))


class Member:
    """Another process that uses the home's servers."""

    def __init__(self, settings: Settings) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "belib_platform_tests.local.member", str(settings.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout
        self.pid = self._process.pid
        self.urls = Urls(**json.loads(self._process.stdout.readline()))

    def leave(self) -> None:
        """Let it end in order."""
        self._process.communicate(timeout=300)
        assert self._process.returncode == 0

    def kill(self) -> None:
        """End it as a crash would."""
        self._process.kill()
        self._process.communicate(timeout=300)
