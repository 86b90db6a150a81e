"""Recognize processes of an earlier version of belib, which kept no process records, by their command lines.

The executable and all arguments must be those of that version, so that an editor or a backup with the home's path among
its arguments is not mistaken for them.
"""

from pathlib import Path
from typing import NamedTuple

import psutil

from belib_platform.dagster_internals.code_location import DAEMON


class Shape(NamedTuple):
    """The beginning of an executable's name, and its first and last arguments."""

    executable: str
    first: list[str]
    last: list[str]


def find_unrecorded(home: Path, name: str) -> psutil.Process | None:
    """The running process with this name that the earlier version started for the home (absolute path), if any."""
    shape = _shapes(home).get(name)
    return next((p for p in psutil.process_iter(["exe", "cmdline"]) if shape and _fits(p.info, shape)), None)


def _shapes(home: Path) -> dict[str, Shape]:
    mongo = ["-c", "from nx_27017.nx_27017 import main; main()", "-d"]
    files = ["--pid-file", str(home / "mongo.pid"), "--log-file", str(home / "logs" / "mongo.log")]
    workspace = str(home / "dagster" / "workspace.yaml")
    return {
        "MongoDB": Shape("python", mongo, ["--data-dir", str(home / "mongo"), *files]),
        "PostgreSQL": Shape("postgres", ["-D", str(home / "postgres" / "data")], []),
        "Elasticsearch": Shape("osmem-server", ["-addr"], ["-seed", str(home / "search")]),
        "webserver": Shape("python", ["-m", "belib_platform.guard"], ["--workspace", workspace]),
        "daemon": Shape("python", ["-m", DAEMON], ["-w", workspace]),
        "observer": Shape("python", ["-m", "belib_platform.observability"], [workspace]),
    }


def _fits(info: dict[str, object], shape: Shape) -> bool:
    executable, command = info["exe"], info["cmdline"]
    if not isinstance(executable, str) or not isinstance(command, list):
        return False
    arguments = command[1:]
    return (
        Path(executable).name.startswith(shape.executable)
        and arguments[: len(shape.first)] == shape.first
        and arguments[len(arguments) - len(shape.last) :] == shape.last
    )
