"""Each help screen: what the command does, names without Python's types, and examples that can be run."""

import re
import shlex
from typing import Any

import pytest
import typer
from typer.core import TyperArgument
from typer.exceptions import TyperException
from typer.testing import CliRunner

from belib_platform.cli import examples
from belib_platform.cli.app import app
from belib_platform_tests.cli.command_line import ROOT, commands, options

COMMANDS = dict(commands())
SCREENS = ["", *COMMANDS, *sorted({path.split()[0] for path in COMMANDS if " " in path})]
REDIRECTION = re.compile(r"(^| )[<>] [\w.]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def screen_of(path: str) -> str:
    command, context = ROOT, typer.Context(ROOT, info_name="belib")
    for name in path.split():
        command = command.commands[name]
        context = typer.Context(command, info_name=name, parent=context)
    return str(command.get_help(context))


@pytest.mark.parametrize("path", SCREENS)
def test_no_screen_shows_types_of_python(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    screen = screen_of(path) + capsys.readouterr().out
    assert f"Usage: belib {path}".strip() in screen
    assert not re.search(r"<\w+|[{}]|<%|\bTEXT\b|INTEGER|BOOLEAN", screen)
    assert path not in COMMANDS or "Examples:" in screen


@pytest.mark.parametrize("path", COMMANDS)
def test_every_argument_and_option_is_named_in_capitals_and_explained(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    for parameter in [*options(command), *(p for p in command.params if isinstance(p, TyperArgument))]:
        assert re.fullmatch("[A-Z]+", parameter.metavar or ""), parameter.name
        assert parameter.help
        assert parameter.help.endswith((".", "…"))


def test_every_command_has_examples_and_every_example_is_one_of_a_command() -> None:
    assert set(examples.EXAMPLES) == {"", *COMMANDS}


@pytest.mark.parametrize(("path", "arguments"), [(p, a) for p, all_ in examples.EXAMPLES.items() for a in all_ if p])
def test_every_example_is_one_that_the_command_takes(
    path: str, arguments: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in re.findall(r"^[\w.]+(?:/|\.\w+)", arguments):
        (tmp_path / name).mkdir()
    with COMMANDS[path].make_context(path, shlex.split(REDIRECTION.sub("", arguments))):
        pass
    assert all(day < "2026-02" for day in DAY.findall(arguments))


def test_an_example_with_a_slip_would_be_found() -> None:
    with pytest.raises(TyperException):
        COMMANDS["rebuild"].make_context("rebuild", ["2026-01-32"])


def test_the_version_is_that_of_the_project() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert re.fullmatch(r"belib \d+\.\d+\.\d+\n", shown.stdout)
