"""Adapt `--help`: names of options without Python's types, and examples to copy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from typer._click import Command


def explained(command: "Command", examples: Mapping[str, Sequence[str]], path: str = "") -> "Command":
    """Add the examples, given by path such as `archive make`, to the command and all its subcommands."""
    for parameter in [*command.params, command.get_help_option(typer.Context(command))]:
        _show_no_type(parameter)
    if command.help:
        command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in command.help.split("\n\n"))
    if path in examples:
        lines = [" ".join(filter(None, ("belib", path, arguments))) for arguments in examples[path]]
        command.epilog = "\n\n".join(["Examples:", *(f"  {line}" for line in lines)])
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            explained(below, examples, f"{path} {name}".strip())
    return command


def sentence_of(error: TyperException) -> str:
    """What is wrong with the command line, and which help explains it; empty if the help was shown."""
    text = error.format_message().replace("Value error, ", "").rstrip(". ")
    context = getattr(error, "ctx", None)
    if not text or context is None:
        return f"{text}." if text else ""
    end = "" if text.endswith("?") else "."
    return f"{text}{end} `{context.command_path} --help` explains it."


def _show_no_type(parameter: object) -> None:
    """Show an option with its metavar only, and a flag or an argument with its name only."""
    if isinstance(parameter, TyperArgument):
        name = parameter.display_name_raw if parameter.required else f"[{parameter.display_name_raw}]"
        vars(parameter).update(display_type_rich=lambda ctx: None, get_usage_pieces=lambda ctx: [name])  # noqa: ARG005
    elif isinstance(parameter, TyperOption) and parameter.is_flag:
        parameter.metavar = ""
