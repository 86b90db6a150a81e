"""`belib demo`: a simulated Paris of seven days, through the whole platform, in a home of its own."""

import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session
from belib_platform.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.simulator.paris import Paris

HOME = Path(".belib-demo")
PAST_DAYS = 7
LIVE_POLLS = 3
SEED = 7
INDEXED_DAYS = 2
"""The local search server takes a second for about 1,300 documents, and a day has 13,000."""


def demo() -> None:
    """Show the platform at work on a simulated Paris, never on real data; about two minutes.

    Draws seven days of 2,000 charge points at five minutes, imports and materializes them with all checks, polls the
    simulated APIs live, and says what it found. Exit code 0 only if every blocking check passed.
    """
    from belib_platform.cli.findings import blocking_checks_passed, show_findings
    from belib_platform.embedded.simulated import mark_simulated

    shutil.rmtree(HOME, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="belib-recordings-") as folder:
        paris = _write_past(Path(folder))
        settings = Settings(
            home=HOME, mongo_url=None, postgres_url=None, elasticsearch_url=None, first_day=paris.first_day
        )
        mark_simulated(settings)
        os.environ["BELIB_FIRST_DAY"] = paris.first_day.isoformat()
        os.environ["BELIB_EMBEDDED_SEARCH_DAYS"] = str(INDEXED_DAYS)
        with session(settings) as instance:
            _import_past(instance, settings, Path(folder))
            _poll_live(instance, paris)
            show_findings(instance)
            passed = blocking_checks_passed(instance)
    console.print("\nAll of this is simulated. For the live feed: [bold].venv/bin/belib up[/bold]")
    raise typer.Exit(0 if passed else 1)


def _write_past(folder: Path) -> "Paris":
    from belib_platform.simulator.paris import Paris
    from belib_platform.simulator.recordings import write_recordings

    now = datetime.now(UTC)
    start = now - timedelta(days=PAST_DAYS)
    with progress("Drawing a simulated Paris") as advance:
        paris = Paris.draw(SEED, first_day=start.date(), days=PAST_DAYS + 2)
        done = 0

        def tell(written: int, total: int) -> None:
            nonlocal done
            advance(written - done, total)
            done = written

        write_recordings(paris, folder, start, now, progress=tell)
    return paris


def _import_past(instance: "DagsterInstance", settings: Settings, folder: Path) -> None:
    from belib_platform.cli.importing import import_path

    import_path(instance, settings, folder)


def _poll_live(instance: "DagsterInstance", paris: "Paris") -> None:
    from belib_platform.simulator.server import serving

    with serving(paris) as server, progress("Polling live") as advance:
        apis = {"BELIB_OPENDATASOFT_URL": server.url, "BELIB_OPEN_METEO_URL": server.url}
        os.environ |= {**apis, "BELIB_WEATHER_PROVIDER": "open_meteo"}
        jobs = ["weather_hourly", "static_daily", *["belib_five_minutely"] * LIVE_POLLS]
        for job in jobs:
            _run(instance, job)
            advance(1, len(jobs))


def _run(instance: "DagsterInstance", job: str) -> None:
    from belib_platform.definitions import defs

    defs.resolve_job_def(job).execute_in_process(
        instance=instance,
        partition_key=datetime.now(UTC).date().isoformat(),
        raise_on_error=False,
    )
