"""`belib up`, `belib down`, `belib status`, `belib metrics`: what runs on this machine."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from belib_platform.embedded.ports import LOOPBACK, METRICS_PORT
from belib_platform.settings import load_settings

console = Console()


def up(port: Annotated[int, typer.Option(min=1024, max=65535, help="Where to look for a free port.")] = 3000) -> None:
    """Start the stores, Dagster's UI and its daemon; Ctrl-C stops everything."""
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

    states = look(load_settings())
    width = max(map(len, states))
    for what, state in states.items():
        # never broken into lines: addresses are there to be copied
        console.print(f"{what:<{width}} {state}", soft_wrap=True, highlight=False, markup=False)
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
