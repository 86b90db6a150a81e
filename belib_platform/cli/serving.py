"""`belib up`, `belib down`, `belib status`, `belib metrics`: what runs on this machine."""

import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from belib_platform.local.ports import HIGHEST_PORT, LOOPBACK, METRICS_PORT, UI_PORT, require_free
from belib_platform.settings import load_settings

console = Console()


def _port_from(start: int) -> Any:
    default = f"the first free one from {start}"
    return typer.Option(min=1024, max=HIGHEST_PORT, metavar="PORT", help="Port to listen on.", show_default=default)


def up(
    port: Annotated[int | None, _port_from(UI_PORT)] = None,
    simulated: Annotated[
        bool,
        typer.Option("--simulated", help="Ask only a simulated Paris, in .belib-simulated or BELIB_HOME."),
    ] = False,
) -> None:
    """Start the stores, Dagster's UI and its daemon, and ask every source that is due; Ctrl-C stops everything.

    Says the first answer of each source, and from then on what fails and what recovers.
    """
    if port is not None:
        require_free(port)
    if simulated:
        from belib_platform.local.simulated_up import up_simulated

        up_simulated(_say, port or UI_PORT)
        return
    from belib_platform.local.up import up as run

    run(load_settings(), _say, port or UI_PORT)


def down() -> None:
    """Stop what runs on this home."""
    from belib_platform.local.down import down as stop

    stop(load_settings(), _say)


def status() -> None:
    """Say what runs, where, and how much every store holds."""
    from belib_platform.local.status import status as status_of

    states = status_of(load_settings())
    width = max(map(len, states))
    for what, state in states.items():
        # never broken into lines: addresses are there to be copied
        console.print(f"{what:<{width}} {state}", soft_wrap=True, highlight=False, markup=False)


def metrics(
    port: Annotated[int | None, _port_from(METRICS_PORT)] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on; whoever reaches it may read.")
    ] = LOOPBACK,
) -> None:
    """Serve /metrics for Prometheus and /health, until Ctrl-C; starts no store."""
    from belib_platform.local.metrics import serve_metrics

    require_free(port or 0, host)
    serve_metrics(load_settings(), _say, port=port or METRICS_PORT, host=host)


def _say(sentence: str) -> None:
    # at once, also into a pipe: whoever waits for the address reads it there
    typer.echo(sentence)
    sys.stdout.flush()
