"""How `--help` shows a command: names without Python's types, and examples that one can copy."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.exceptions import TyperException

if TYPE_CHECKING:
    from typer._click import Command


def explained(command: "Command", examples: Mapping[str, Sequence[str]], path: str = "") -> "Command":
    """The command and all below it, with these examples by path, such as `archive make`, in place."""
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
    """What is wrong with the command line, and where to read how it is right; nothing where the help was shown."""
    said = error.format_message().replace("Value error, ", "").rstrip(". ")
    context = getattr(error, "ctx", None)
    if not said or context is None:
        return f"{said}." if said else ""
    end = "" if said.endswith("?") else "."
    return f"{said}{end} `{context.command_path} --help` explains it."


def _show_no_type(parameter: object) -> None:
    """An option shows its metavar alone; a flag and an argument, whose name is its metavar, show nothing more."""
    if isinstance(parameter, TyperArgument):
        name = parameter.display_name_raw if parameter.required else f"[{parameter.display_name_raw}]"
        vars(parameter).update(display_type_rich=lambda ctx: None, get_usage_pieces=lambda ctx: [name])  # noqa: ARG005
    elif isinstance(parameter, TyperOption) and parameter.is_flag:
        parameter.metavar = ""
