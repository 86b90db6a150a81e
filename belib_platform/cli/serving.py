"""`belib up`, `belib down`, `belib status`, `belib metrics` and `belib api`."""

from typing import Annotated, Any

import typer

from belib_platform.cli.progress import console
from belib_platform.cli.saying import say
from belib_platform.local.ports import API_PORT, HIGHEST_PORT, LOOPBACK, METRICS_PORT, UI_PORT, require_free
from belib_platform.settings import load_settings


def _port_from(start: int) -> Any:
    default = f"the first free one from {start}"
    return typer.Option(min=1024, max=HIGHEST_PORT, metavar="PORT", help="Port to listen on.", show_default=default)


def up(
    port: Annotated[int | None, _port_from(UI_PORT)] = None,
    simulated: Annotated[
        bool,
        typer.Option("--simulated", help="Use simulated sources only. The home is .belib-simulated or BELIB_HOME."),
    ] = False,
) -> None:
    """Start the stores, Dagster, metrics, the page and its API, and request every due source. Ctrl-C stops everything.

    Prints the first answer of each source, and later each failure and recovery.
    """
    if port is not None:
        require_free(port)
    if simulated:
        from belib_platform.local.simulated_up import up_simulated

        up_simulated(say, port or UI_PORT)
        return
    from belib_platform.local.up import up as run

    run(load_settings(), say, port or UI_PORT)


def down() -> None:
    """Stop everything that runs on this home."""
    from belib_platform.local.down import down as stop

    stop(load_settings(), say)


def status() -> None:
    """Show what runs, where, and how much every store holds."""
    from belib_platform.local.status import status as status_of

    states = status_of(load_settings())
    width = max(map(len, states))
    for what, state in states.items():
        # without line breaks, so that URLs can be copied
        console.print(f"{what:<{width}} {state}", soft_wrap=True, highlight=False, markup=False)


def metrics(
    port: Annotated[int | None, _port_from(METRICS_PORT)] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on. Everyone who can reach it can read the metrics.")
    ] = LOOPBACK,
) -> None:
    """Serve /metrics for Prometheus, and /health, until Ctrl-C. Starts no store."""
    from belib_platform.local.metrics import serve_metrics

    require_free(port or 0, host)
    serve_metrics(load_settings(), say, port=port or METRICS_PORT, host=host)


def api(
    port: Annotated[int | None, _port_from(API_PORT)] = None,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on. Everyone who can reach it can ask.")
    ] = LOOPBACK,
) -> None:
    """Serve the page and the read API until Ctrl-C: what is free, now and at any past instant, and figures of the past.

    `belib up` serves it, too. It reads the warehouse with a role that cannot write. docs/api.md describes it.
    """
    from belib_platform.local.api import serve_api

    require_free(port or 0, host)
    serve_api(load_settings(), say, port=port or API_PORT, host=host)
