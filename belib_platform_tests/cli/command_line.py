"""Every command of `belib`, as its own declarations tell."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from belib_platform.cli.app import app
from belib_platform.cli.examples import EXAMPLES
from belib_platform.cli.help import explained

ROOT: Any = explained(typer.main.get_command(app), EXAMPLES)


def commands(command: Any = ROOT, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each command, groups aside, by its path."""
    if not isinstance(command, TyperGroup):
        yield path, command
        return
    for name, below in command.commands.items():
        yield from commands(below, f"{path} {name}".strip())


def needed(command: Any) -> list[str]:
    """Arguments without which a command would complain of them first."""
    words: list[str] = []
    for parameter in command.params:
        if parameter.required and isinstance(parameter, TyperArgument):
            words.append("." if parameter.metavar == "PATH" else "2026-01-31")
        elif parameter.required:
            words += [parameter.opts[0], "2026-01-31"]
    return words


def options(command: Any) -> Iterator[TyperOption]:
    """Options that take a value."""
    return (p for p in command.params if isinstance(p, TyperOption) and not p.is_flag)
