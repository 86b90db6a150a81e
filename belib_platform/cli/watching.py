"""`belib watch FILE`: tell somebody when enough is free at a place."""

from pathlib import Path
from typing import Annotated

import typer

from belib_platform.cli.saying import say
from belib_platform.settings import load_settings

WatchFile = Annotated[Path, typer.Argument(metavar="FILE", help="The watches, as TOML; docs/watch.md describes it.")]


def watch(file: WatchFile) -> None:
    """Send a message when charge points, bikes or docks become free at places of your choice, until Ctrl-C.

    One message when a watch becomes true, and none while it stays true. It reads the warehouse with a role that cannot
    write; something else polls, such as `belib up`.
    """
    settings = load_settings()
    from belib_platform.local.watch import watch as follow

    follow(settings, file, say)
