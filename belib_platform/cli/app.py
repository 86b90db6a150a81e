"""`belib`: the commands, and how their errors are shown."""

import errno
import socket
import sys
from datetime import UTC, datetime
from importlib import metadata
from typing import Annotated

import typer
from typer.exceptions import TyperException

from belib_platform.cli import (
    alerting,
    archiving,
    assisting,
    demo,
    doctoring,
    exporting,
    importing,
    kafka,
    kibana,
    page_files,
    rebuilding,
    serving,
    simulating,
    sql,
    tidying,
    watching,
)
from belib_platform.cli.examples import EXAMPLES
from belib_platform.cli.help import explained, sentence_of
from belib_platform.cli.unknown_settings import warnings
from belib_platform.settings import SettingsError

DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
"""Errors of the disk; they name no file if an open file is written."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Record the history of Paris's Belib' charging points and Vélib' bike stations on this machine.",
)
app.command()(serving.up)
app.command()(serving.down)
app.command()(serving.status)
app.command()(serving.metrics)
app.command()(serving.api)
app.command()(kafka.kafka)
app.command()(watching.watch)
app.command()(page_files.page)
app.command()(demo.demo)
app.command("import")(importing.import_)
app.command()(rebuilding.rebuild)
app.command()(rebuilding.migrate)
app.command()(doctoring.doctor)
app.command(context_settings=sql.COMMENTS_ARE_QUERIES)(sql.sql)
app.command()(assisting.mcp)
app.command()(exporting.export)
app.command()(tidying.tidy)
app.add_typer(kibana.app, name="kibana")
app.add_typer(archiving.app, name="archive")
app.add_typer(simulating.app, name="simulate")
app.add_typer(alerting.app, name="alerts")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"belib {metadata.version('belib-platform')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit.")
]


@app.callback()
def belib(*, version: Version = False) -> None:  # noqa: ARG001 - handled by the callback
    """Warn about unknown settings before every command."""
    for warning in warnings():
        typer.echo(f"warning: {warning}", err=True)


def main() -> None:
    """Run the command line. Prints the platform's own errors as a sentence on stderr; others keep their traceback.

    A failure names the machine and the time in UTC, for those who read it in a mail or a log.
    Exit codes: 0 success, 1 refused or failed, 2 wrong setting or argument.
    """
    command = explained(typer.main.get_command(app), EXAMPLES)
    try:
        code = command(prog_name="belib", standalone_mode=False)
    except TyperException as error:
        _say(sentence_of(error))
        code = error.exit_code
    except OSError as error:
        if error.filename is None and error.errno not in DISK:
            raise
        _say(_failure(f"{error.filename or 'A file cannot be written'}: {error.strerror}."))
        code = 1
    except Exception as error:
        if not type(error).__module__.startswith("belib_platform."):
            raise
        code = 2 if isinstance(error, SettingsError) else 1
        _say(str(error) if code == 2 else _failure(str(error)))
    sys.exit(code)


def _failure(sentence: str) -> str:
    return f"belib on {socket.gethostname()}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {sentence}"


def _say(sentence: str) -> None:
    """Print on stderr; the sentence is empty if the help was shown because no command was given."""
    if sentence:
        typer.echo(sentence, err=True)
