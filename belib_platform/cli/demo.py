"""`belib demo`: run the whole platform on seven days of simulated data in its own home."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session
from belib_platform.local.ports import LOOPBACK, UI_PORT, first_free
from belib_platform.local.simulated import SEED, SimulatedParis
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.monitoring.alerts.message import Message
    from belib_platform.simulator.paris import Paris

HOME = Path(".belib-demo")
PAST_DAYS = 7
FIVE_MINUTELY = "belib_five_minutely"
BAD_RESPONSE = "a bad answer"
ON_PURPOSE = {"belib/on_purpose": "The demo made the simulated feed send a bad answer."}
"""Tags of the run that fails intentionally, so that it is not mistaken for a failure of the platform."""

LIVE_JOBS = ["weather_hourly", "static_daily", FIVE_MINUTELY, BAD_RESPONSE, FIVE_MINUTELY, "velib_five_minutely"]


def demo() -> None:
    """Demonstrate the platform on simulated data only. Takes two to five minutes on two cores.

    Simulates seven days of 2,000 charge points and 1,470 bike stations with a poll of each network every five minutes,
    imports them, materializes all assets with their checks, indexes and exports the results, polls the simulated APIs
    live, once with a bad answer, and prints figures. Exits with 0 only if all blocking checks passed. Does not archive,
    which a nightly job does. The home, .belib-demo, is emptied first. If it is in use or was not made by a demo, the
    command changes nothing.
    """
    from belib_platform.cli.demo_output import show_alerts, show_dashboards, show_exports, show_indices
    from belib_platform.cli.findings import blocking_checks_passed, show_findings
    from belib_platform.local.simulated_home import simulated_home

    now = datetime.now(UTC)
    first_day = (now - timedelta(days=PAST_DAYS)).date()
    own_stores: dict[str, None] = dict.fromkeys(("mongo_url", "postgres_url", "dagster_url", "elasticsearch_url"))
    settings = Settings(home=HOME, first_day=first_day, **own_stores)
    port = first_free(UI_PORT)
    if "ui_url" not in settings.model_fields_set:
        os.environ["BELIB_UI_URL"] = f"http://{LOOPBACK}:{port}"
    simulation = SimulatedParis(SEED, first_day)
    with simulated_home(settings, simulation), tempfile.TemporaryDirectory(prefix="belib-recordings-") as folder:
        paris = _write_past(Path(folder), simulation, now)
        os.environ["BELIB_FIRST_DAY"] = first_day.isoformat()
        with session(settings) as instance:
            _import_past(instance, Path(folder))
            messages = _poll_live(instance, paris)
            with progress("Exporting") as advance:
                _run(instance, "export", today=False)
                advance(1, 1)
            show_findings(instance)
            show_indices(settings.embedded_search_hours)
            show_dashboards()
            show_exports(HOME / "exports")
            show_alerts(messages)
            passed = blocking_checks_passed(instance)
    show_what_next(port)
    raise typer.Exit(0 if passed else 1)


def show_what_next(port: int) -> None:
    """Print the command that opens the demo's home in Dagster's UI on this port, and the one for the live feed."""
    on_port = "" if port == UI_PORT else f" --port {port}"
    console.print(
        "\nAll of this is simulated. This command continues the simulation and opens it in Dagster's UI:\n"
        f"  [bold]BELIB_HOME={HOME} .venv/bin/belib up --simulated{on_port}[/bold]\n"
        "This command uses the real feed of Paris:\n"
        "  [bold].venv/bin/belib up[/bold]",
        highlight=False,
        soft_wrap=True,
    )


def _write_past(folder: Path, simulation: SimulatedParis, now: datetime) -> "Paris":
    from belib_platform.simulator.paris import Paris
    from belib_platform.simulator.recordings import write_recordings

    with progress("Simulating seven days") as advance:
        paris = Paris.draw(simulation.seed, first_day=simulation.first_day, days=PAST_DAYS + 2)
        first = now - timedelta(days=PAST_DAYS)
        write_recordings(paris, folder, first, now, networks=("belib", "velib"), progress=lambda _, of: advance(1, of))
    return paris


def _import_past(instance: "DagsterInstance", folder: Path) -> None:
    from belib_platform.cli.importing import import_found
    from belib_platform.cli.rebuilding import DEFAULT_WORKERS
    from belib_platform.recordings.finding import find_recordings

    console.print("The simulated feed sometimes fails, like the real one; such responses are not imported.")
    report = import_found(instance, load_settings(), folder, find_recordings(folder), DEFAULT_WORKERS)
    if report.failures:
        raise typer.Exit(1)


def _poll_live(instance: "DagsterInstance", paris: "Paris") -> list["Message"]:
    """Poll the simulated APIs, once with a bad response; returns the alerts that an operator would have received."""
    from belib_platform.cli.open_alerts import Alerts
    from belib_platform.simulator.server import serving

    alerts = Alerts(instance)
    alerts.next()  # alerts about the imported past are not shown
    console.print("One of the live responses is intentionally bad: an HTML page instead of the feed.")
    with serving(paris) as server, progress("Polling live") as advance:
        apis = {"BELIB_OPENDATASOFT_URL": server.url, "BELIB_OPEN_METEO_URL": server.url}
        os.environ |= {**apis, "BELIB_WEATHER_PROVIDER": "open_meteo"}
        messages = []
        for job in LIVE_JOBS:
            if job == BAD_RESPONSE:
                server.faults.plan("temps-reel/exports/json", "html")
                _run(instance, FIVE_MINUTELY, tags=ON_PURPOSE)
            else:
                _run(instance, job)
            messages.append(alerts.next())
            advance(1, len(LIVE_JOBS))
    return [message for message in messages if message]


def _run(instance: "DagsterInstance", job: str, *, today: bool = True, tags: dict[str, str] | None = None) -> None:
    from belib_platform.dagster_internals.running import run_here
    from belib_platform.jobs import SILENT

    day = {"dagster/partition": datetime.now(UTC).date().isoformat()} if today else {}
    run_here(instance, job, SILENT, tags={**day, **(tags or {})})
