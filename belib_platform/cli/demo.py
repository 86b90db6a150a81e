"""`belib demo`: a simulated Paris of seven days, through the whole platform, in a home of its own."""

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
BAD = "a bad answer"
ON_PURPOSE = {"belib/on_purpose": "The demo made the simulated feed send a bad answer."}
"""On the run that fails, so that it is not taken for a failure of the platform."""

LIVE_JOBS = ["weather_hourly", "static_daily", FIVE_MINUTELY, BAD, FIVE_MINUTELY]


def demo() -> None:
    """Show the platform at work on a simulated Paris, never on real data; two to five minutes on two cores.

    Draws seven days of 2,000 charge points at five minutes, imports and materializes them with all checks, indexes and
    exports them, polls the simulated APIs live, once with a bad answer, and says what it found. Exit code 0 only if
    every blocking check passed. Archiving is left to the night. The home, .belib-demo, is emptied first; one that is in
    use or that no demo made is left as it is, and the demo refused.
    """
    from belib_platform.cli.findings import blocking_checks_passed, show_findings
    from belib_platform.cli.outlets import show_alerts, show_dashboards, show_exports, show_indices
    from belib_platform.local.simulated_home import simulated_home

    now = datetime.now(UTC)
    first_day = (now - timedelta(days=PAST_DAYS)).date()
    own_stores: dict[str, None] = dict.fromkeys(("mongo_url", "postgres_url", "dagster_url", "elasticsearch_url"))
    settings = Settings(home=HOME, first_day=first_day, **own_stores)
    port = first_free(UI_PORT)
    if "ui_url" not in settings.model_fields_set:
        os.environ["BELIB_UI_URL"] = f"http://{LOOPBACK}:{port}"
    drawn = SimulatedParis(SEED, first_day)
    with simulated_home(settings, drawn), tempfile.TemporaryDirectory(prefix="belib-recordings-") as folder:
        paris = _write_past(Path(folder), drawn, now)
        os.environ["BELIB_FIRST_DAY"] = first_day.isoformat()
        with session(settings) as instance:
            _import_past(instance, Path(folder))
            told = _poll_live(instance, paris)
            _export(instance)
            show_findings(instance)
            show_indices(settings.embedded_search_days)
            show_dashboards()
            show_exports(HOME / "exports")
            show_alerts(told)
            passed = blocking_checks_passed(instance)
    show_what_next(port)
    raise typer.Exit(0 if passed else 1)


def show_what_next(port: int) -> None:
    """The command that opens the demo's home in Dagster's UI on this port, and the one for the live feed."""
    on_port = "" if port == UI_PORT else f" --port {port}"
    console.print(
        "\nAll of this is simulated. See it in Dagster's UI, where the links above lead, and let this Paris go on:\n"
        f"  [bold]BELIB_HOME={HOME} .venv/bin/belib up --simulated{on_port}[/bold]\n"
        "For the live feed:\n"
        "  [bold].venv/bin/belib up[/bold]",
        highlight=False,
        soft_wrap=True,
    )


def _write_past(folder: Path, drawn: SimulatedParis, now: datetime) -> "Paris":
    from belib_platform.simulator.paris import Paris
    from belib_platform.simulator.recordings import write_recordings

    with progress("Drawing a simulated Paris") as advance:
        paris = Paris.draw(drawn.seed, first_day=drawn.first_day, days=PAST_DAYS + 2)
        done = 0

        def tell(written: int, total: int) -> None:
            nonlocal done
            advance(written - done, total)
            done = written

        write_recordings(paris, folder, now - timedelta(days=PAST_DAYS), now, progress=tell)
    return paris


def _import_past(instance: "DagsterInstance", folder: Path) -> None:
    from belib_platform.cli.importing import import_path

    console.print("The simulated feed fails now and then, as the real one does: what it sent then is not taken.")
    import_path(instance, load_settings(), folder)


def _poll_live(instance: "DagsterInstance", paris: "Paris") -> list["Message"]:
    """Ask the simulated APIs, once with a bad answer among the good ones; what an operator would have been told."""
    from belib_platform.cli.open_alerts import Alerts
    from belib_platform.simulator.server import serving

    alerts = Alerts(instance)
    alerts.next()  # the past has its own; only what happens from here on is shown
    console.print("Of the answers that are polled live one is spoilt on purpose: a page of HTML instead of the feed.")
    with serving(paris) as server, progress("Polling live") as advance:
        apis = {"BELIB_OPENDATASOFT_URL": server.url, "BELIB_OPEN_METEO_URL": server.url}
        os.environ |= {**apis, "BELIB_WEATHER_PROVIDER": "open_meteo"}
        told = []
        for job in LIVE_JOBS:
            if job == BAD:
                server.faults.plan("temps-reel/exports/json", "html")
                _run(instance, FIVE_MINUTELY, tags=ON_PURPOSE)
            else:
                _run(instance, job)
            told.append(alerts.next())
            advance(1, len(LIVE_JOBS))
    return [message for message in told if message]


def _export(instance: "DagsterInstance") -> None:
    with progress("Exporting") as advance:
        _run(instance, "export", today=False)
        advance(1, 1)


def _run(instance: "DagsterInstance", job: str, *, today: bool = True, tags: dict[str, str] | None = None) -> None:
    from belib_platform.dagster_internals.running import run_here
    from belib_platform.jobs import SILENT

    day = {"dagster/partition": datetime.now(UTC).date().isoformat()} if today else {}
    run_here(instance, job, SILENT, tags={**day, **(tags or {})})
