"""`belib simulate`: simulated data, served like the real APIs or written as recordings."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from belib_platform.cli.days import utc_day
from belib_platform.cli.progress import console, progress
from belib_platform.local.ports import HIGHEST_PORT, require_free
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import NETWORKS, Network, write_recordings

app = typer.Typer(no_args_is_help=True, help="Simulated data: serve it like the real APIs, or write recordings.")

Seed = Annotated[int, typer.Option(metavar="NUMBER", help="The same seed produces the same data.")]
Stations = Annotated[
    int,
    typer.Option(
        min=1,
        max=800,
        metavar="COUNT",
        help="Number of stations, with about 5.4 charge points each; 3.9 times as many bike stations.",
    ),
]
Days = Annotated[int, typer.Option(min=1, max=366, metavar="COUNT", help="Number of UTC days to simulate.")]

Networks = Annotated[str, typer.Option(metavar="NAMES", help="Networks to request, separated by commas: belib, velib.")]

Port = Annotated[
    int, typer.Option(min=0, max=HIGHEST_PORT, metavar="PORT", help="Port to listen on. 0 means any free port.")
]


@app.command()
def serve(port: Port = 8790, seed: Seed = 1, stations: Stations = 380, days: Days = 31) -> None:
    """Serve both APIs on 127.0.0.1 until Ctrl-C, with data for this many UTC days from today on."""
    # imported here, since `write` needs no web server
    from belib_platform.simulator.server import serve_until_stopped

    require_free(port)
    paris = Paris.draw(seed, first_day=datetime.now(UTC).date(), days=days, stations=stations)

    def announce(url: str) -> None:
        numbers = f"{len(paris.city)} charge points and {len(paris.bike_city)} bike stations"
        console.print(f"{numbers} at [bold]{url}[/bold] until {paris.ends_at}")
        console.print(f"BELIB_OPENDATASOFT_URL={url}\nBELIB_OPEN_METEO_URL={url}")

    with suppress(KeyboardInterrupt):
        serve_until_stopped(paris, port=port, announce=announce)
    console.print("Closed.")


@app.command()
def write(
    path: Annotated[Path, typer.Argument(metavar="PATH", file_okay=False, help="Folder to write to.")],
    first_day: Annotated[date, typer.Option(parser=utc_day, metavar="DAY", help="First UTC day, such as 2026-01-31.")],
    days: Days = 7,
    seed: Seed = 1,
    stations: Stations = 380,
    cadence: Annotated[int, typer.Option(min=60, max=86400, metavar="SECONDS", help="Seconds between polls.")] = 300,
    networks: Networks = "belib,velib",
) -> None:
    """Write recordings of this many UTC days, with a manifest, to the folder PATH."""
    chosen = _networks(networks)
    paris = Paris.draw(seed, first_day=first_day, days=days, stations=stations)
    with progress(f"{first_day} to {first_day + timedelta(days=days - 1)}") as advance:
        files = write_recordings(
            paris,
            path,
            paris.begins_at,
            paris.ends_at,
            cadence_s=cadence,
            networks=chosen,
            progress=lambda _, of: advance(1, of),
        )
    console.print(f"{files} files in {path}")


def _networks(names: str) -> list[Network]:
    """The networks of a list separated by commas."""
    chosen = [network for network in NETWORKS if network in names.split(",")]
    if len(chosen) < len(names.split(",")):
        raise typer.BadParameter(f"{names} should be one or more of {','.join(NETWORKS)}", param_hint="--networks")
    return chosen
