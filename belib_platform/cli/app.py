"""`belib`: the commands, and what happens to the errors a user can do something about."""

import sys

import typer

from belib_platform.cli import (
    alerting,
    archiving,
    demo,
    doctoring,
    exporting,
    importing,
    kibana,
    rebuilding,
    serving,
    simulating,
    sql,
    tidying,
)
from belib_platform.settings import SettingsError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A history of Paris's Belib' charging points, on this machine.",
)
app.command()(serving.up)
app.command()(serving.down)
app.command()(serving.status)
app.command()(serving.metrics)
app.command()(demo.demo)
app.command("import")(importing.import_)
app.command()(rebuilding.rebuild)
app.command()(rebuilding.migrate)
app.command()(doctoring.doctor)
app.command(context_settings=sql.COMMENTS_ARE_QUERIES)(sql.sql)
app.command()(exporting.export)
app.command()(tidying.tidy)
app.add_typer(kibana.app, name="kibana")
app.add_typer(archiving.app, name="archive")
app.add_typer(simulating.app, name="simulate")
app.add_typer(alerting.app, name="alerts")


def main() -> None:
    """Run the command line; an error of our own is a sentence on stderr, any other keeps its traceback.

    Exit codes: 0 done, 1 refused or failed, 2 a setting or an argument is wrong.
    """
    try:
        app()
    except Exception as error:
        if not type(error).__module__.startswith("belib_platform."):
            raise
        typer.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, SettingsError) else 1)
