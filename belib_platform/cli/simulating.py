"""`belib simulate`: a Paris with known truth, served like the real APIs or written as recordings."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings

app = typer.Typer(no_args_is_help=True, help="A Paris with known truth behind the real APIs' interfaces.")
console = Console()

Seed = Annotated[int, typer.Option(help="The same seed draws the same Paris.")]
Stations = Annotated[int, typer.Option(min=1, max=800, help="Stations, about 5.4 points each.")]
Days = Annotated[int, typer.Option(min=1, max=366, help="UTC days to draw.")]


@app.command()
def serve(port: int = 8790, seed: Seed = 1, stations: Stations = 380, days: Days = 31) -> None:
    """Serve both APIs on 127.0.0.1, from today on for so many days, until Ctrl-C."""
    # imported only where it serves: writing recordings needs no web server
    from belib_platform.simulator.server import serve_until_stopped

    paris = Paris.draw(seed, first_day=datetime.now(UTC).date(), days=days, stations=stations)

    def announce(url: str) -> None:
        console.print(f"{paris.points.height} charge points at [bold]{url}[/bold] until {paris.ends_at}")
        console.print(f"BELIB_OPENDATASOFT_URL={url}\nBELIB_OPEN_METEO_URL={url}")

    with suppress(KeyboardInterrupt):
        serve_until_stopped(paris, port=port, announce=announce)
    console.print("Closed.")


@app.command()
def write(
    path: Path,
    first_day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First UTC day.")],
    days: Days = 7,
    seed: Seed = 1,
    stations: Stations = 380,
    cadence: Annotated[int, typer.Option(min=60, max=86400, help="Seconds between polls.")] = 300,
) -> None:
    """Write recordings of so many UTC days, with a manifest, into the folder PATH."""
    day: date = first_day.date()
    paris = Paris.draw(seed, first_day=day, days=days, stations=stations)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"{day} to {day + timedelta(days=days - 1)}", total=None)
        files = write_recordings(
            paris,
            path,
            paris.begins_at,
            paris.ends_at,
            cadence_s=cadence,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    console.print(f"{files} files in {path}")
