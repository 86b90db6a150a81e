"""`belib api` as a process of its own, whose memory can be told."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Serving:
    """A process that answers at a URL."""

    url: str
    process: psutil.Process

    @property
    def resident_mib(self) -> float:
        """Its resident memory, MiB."""
        return float(self.process.memory_info().rss) / 2**20


@contextmanager
def serving(reader_url: str, port: int | None = None) -> Iterator[Serving]:
    """The command for the time of the block. Raises AssertionError if it wrote anything to stderr."""
    with tempfile.TemporaryDirectory(prefix="belib-api-") as home, tempfile.TemporaryFile("w+") as complaints:
        variables = {**os.environ, "BELIB_HOME": home, "BELIB_READER_URL": reader_url}
        command = [sys.executable, "-m", "belib_platform.cli", "api", *([] if port is None else [f"--port={port}"])]
        with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=complaints, text=True) as process:
            assert process.stdout
            page, _ = (process.stdout.readline().strip() for _ in ("page", "API"))
            url = page.removeprefix("Page: ").removesuffix("/")
            try:
                yield Serving(url, psutil.Process(process.pid))
            finally:
                process.terminate()
        complaints.seek(0)
        said = complaints.read()
        assert said == "", said
