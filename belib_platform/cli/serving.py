"""`belib up`, `belib down`, `belib status`, `belib metrics`: what runs on this machine."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from belib_platform.embedded.ports import LOOPBACK, METRICS_PORT, UI_PORT
from belib_platform.settings import load_settings

console = Console()


def up(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Where to look for a free port.")] = UI_PORT,
    simulated: Annotated[
        bool,
        typer.Option("--simulated", help="Ask only a simulated Paris, in .belib-simulated or BELIB_HOME."),
    ] = False,
) -> None:
    """Start the stores, Dagster's UI and its daemon, and ask every source that is due; Ctrl-C stops everything.

    Says the first answer of each source, and from then on what fails and what recovers.
    """
    if simulated:
        from belib_platform.embedded.simulated_up import up_simulated

        up_simulated(_say, port)
        return
    from belib_platform.embedded.up import up as run

    run(load_settings(), _say, port)


def down() -> None:
    """Stop what runs on this home."""
    from belib_platform.embedded.down import down as stop

    stop(load_settings(), _say)


def status() -> None:
    """Say what runs, where, how much there is, and how fast it grows."""
    from belib_platform.cli.growth import show_growth
    from belib_platform.embedded.status import status as look
    from belib_platform.growth.measure import measure

    table = Table(show_header=False, box=None)
    for what, state in look(load_settings()).items():
        table.add_row(what, state)
    console.print(table)
    show_growth(measure(load_settings()))


def metrics(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Where to look for a free port.")] = METRICS_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on; whoever reaches it may read.")] = LOOPBACK,
) -> None:
    """Serve /metrics for Prometheus and /health, until Ctrl-C; starts no store."""
    from belib_platform.observability.server import serve

    serve(load_settings(), _say, port=port, host=host)


def _say(sentence: str) -> None:
    # at once, also into a pipe: whoever waits for the address reads it there
    typer.echo(sentence)
    sys.stdout.flush()
