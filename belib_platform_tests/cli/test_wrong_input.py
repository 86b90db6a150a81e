"""Whatever is wrong with a command line is one sentence on stderr, and never a trace; nothing is started for it."""

import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from belib_platform.cli.app import main
from belib_platform.local.ports import LOOPBACK
from belib_platform_tests.cli.command_line import commands, needed, options
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.forks import Fork

COMMANDS = dict(commands())

DAYS: dict[str, list[str]] = {
    "a word": ["yesterday"],
    "a day that does not exist": ["2026-02-30"],
    "a day without its zeros": ["2026-1-31"],
    "a time": ["2026-01-31T12:00:00"],
    "an empty text": [""],
    "LAST before FIRST": ["2026-01-02", "2026-01-01"],
    "the future": ["2999-01-01"],
    "a range into the future": ["2026-01-01", "2999-01-01"],
    "three days": ["2026-01-01", "2026-01-02", "2026-01-03"],
    "the year 1": ["0001-01-01"],
}
OF_DAYS = ["rebuild", "doctor", "archive make", "archive restore"]

ELSEWHERE = {
    "import": [["nowhere"], []],
    "import . --source": [["citybikes"], [""]],
    "import . --fetched-at": [["noon"], ["2026-01-31"], ["2026-01-31T12:00:00"], ["2026-02-30T12:00:00Z"]],
    "import . --time-format": [["%H"], ["%Q"], ["%Y%Y%m%d"]],
    "import . --time-zone": [["Paris"], ["Mars/Olympus"]],
    "import . --time-field": [["last_updated"]],
    "import . --fetched-at 2026-01-31T12:00:00Z --time-field": [["when"]],
    "rebuild 2026-01-31 --only": [["charge_points"], ["raw_belib"], [""]],
    "archive verify --head": [["abc"], [""], ["g" * 64]],
    "simulate write": [["a_file", "--first-day", "2026-01-31"], ["folder"], ["folder", "--first-day", "soon"]],
    "metrics": [["--host", "nowhere.invalid"], ["--host", "256.0.0.1"], ["--host", "8.8.8.8"]],
    "api": [["--host", "nowhere.invalid"]],
    "page": [[], ["--out", "a_file"]],
    "page --out folder --api": [["belib.example"], ["ftp://belib.example"], ["https://"], ["https://a/?b"], [""]],
    "": [["nonsense"], ["--nonsense"]],
    "archive": [["nonsense"]],
}


def _numbers() -> Iterator[list[str]]:
    """Each option of each command with a number just outside what it takes, and with none."""
    for path, command in COMMANDS.items():
        for option in options(command):
            bounds = [option.min - 1 if option.min is not None else None, option.max and option.max + 1]
            for wrong in [
                *(str(bound) for bound in bounds if bound is not None),
                *(["x", "1.5"] if any(bounds) else []),
            ]:
                yield [*path.split(), *needed(command), option.opts[0], wrong]


WRONG = [
    *([*path.split(), *days] for path in OF_DAYS for days in DAYS.values()),
    *([*path.split(), *words] for path, all_words in ELSEWHERE.items() for words in all_words),
    # to `belib sql` it is a query that begins with a comment
    *([*path.split(), *needed(command), "--nonsense"] for path, command in COMMANDS.items() if path != "sql"),
    *([*path.split(), *needed(command), "one", "too", "many"] for path, command in COMMANDS.items()),
    *(
        [*path.split(), *needed(command), option.opts[0]]
        for path, command in COMMANDS.items()
        for option in options(command)
    ),
    *_numbers(),
]


def settings_in(folder: Path) -> dict[str, str]:
    """An empty home, and stores that do not answer."""
    return {
        "BELIB_HOME": str(folder / "home"),
        "BELIB_MONGO_URL": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200",
        "BELIB_POSTGRES_URL": "postgresql://127.0.0.1:1/belib",
        "BELIB_ELASTICSEARCH_URL": "http://127.0.0.1:1",
    }


def run(folder: Path, *arguments: str, **environ: str) -> CompletedProcess[str]:
    """Run it in a folder with an empty home, where no store answers."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    return Fork("belib_platform.cli", *arguments, env=clean | settings_in(folder) | environ, cwd=folder).ended()


def sentence_of(result: CompletedProcess[str], codes: tuple[int, ...] = (1, 2)) -> str:
    """The one line of stderr."""
    assert "Traceback" not in result.stdout + result.stderr, result.stderr
    assert result.returncode in codes, result.stdout + result.stderr
    [line] = result.stderr.splitlines()
    return line


def codes_of(arguments: list[str]) -> tuple[int, ...]:
    """A host is looked for, all else is known at once to be wrong."""
    return (1,) if arguments[0] in ("metrics", "api") and arguments[1:2] == ["--host"] and len(arguments) > 2 else (2,)


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_command_line_is_one_sentence(
    tmp_path: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a_file").touch()
    monkeypatch.chdir(tmp_path)
    for name, value in settings_in(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["belib", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    result = CompletedProcess(arguments, int(str(ended.value.code)), said.out, said.err)
    assert sentence_of(result, codes_of(arguments)).endswith(".")
    assert not (tmp_path / "folder").exists()


def test_a_slip_is_followed_by_the_nearest_command(tmp_path: Path) -> None:
    assert sentence_of(run(tmp_path, "upp")) == "No such command 'upp'. Did you mean 'up'? `belib --help` explains it."


@pytest.mark.parametrize("command", [["sql", "SELECT 1"], ["rebuild", "2026-01-31"]])
def test_a_warehouse_that_does_not_answer_is_one_sentence(tmp_path: Path, command: list[str]) -> None:
    said = sentence_of(run(tmp_path, *command, BELIB_POSTGRES_URL="postgresql://u:canary@127.0.0.1:1/belib"), (1,))
    machine = re.escape(socket.gethostname())
    assert re.match(rf"belib on {machine}, \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC: PostgreSQL does not answer: ", said)
    assert "canary" not in said


SERVERS = [["up"], ["metrics"], ["api"], ["simulate", "serve"], ["metrics", "--host", "127.0.0.1"]]


@pytest.mark.parametrize("command", SERVERS)
def test_a_port_in_use_is_named(tmp_path: Path, command: list[str]) -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        said = sentence_of(run(tmp_path, *command, "--port", str(port)))
    assert f"Port {port} of 127.0.0.1 cannot be used: Address already in use" in said
    assert not (tmp_path / "home").exists()


@pytest.mark.family
@pytest.mark.parametrize("path", COMMANDS)
def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path, path: str) -> None:
    if path in {"demo", "kibana validate", "simulate serve", "simulate write"}:
        return  # they have no home, or one of their own
    (tmp_path / "home").touch()
    said = sentence_of(run(tmp_path, *path.split(), *needed(COMMANDS[path])), (2,))
    assert "BELIB_HOME" in said


@pytest.mark.parametrize("home", ["/proc/nowhere", "/sys/nowhere"])
@pytest.mark.parametrize("path", ["up", "export", "rebuild", "tidy", "doctor", "archive make", "alerts show"])
def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path, path: str, home: str) -> None:
    sentence_of(run(tmp_path, *path.split(), *needed(COMMANDS[path]), BELIB_HOME=home))


@pytest.mark.parametrize(
    ("path", "in_the_way", "why"),
    [
        pytest.param("export", "exports", "File exists", marks=pytest.mark.slow),
        ("archive make", "archive", "Not a directory"),
    ],
)
def test_a_file_where_a_command_writes_is_one_sentence(
    belib: Belib, tmp_path: Path, path: str, in_the_way: str, why: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / in_the_way).touch()
    said = sentence_of(belib(*path.split(), *needed(COMMANDS[path])))
    assert why in said
