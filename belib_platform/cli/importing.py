"""`belib import PATH`: import recordings and compute their days."""

from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from belib_platform.cli.import_report import ImportReport
from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilding import DEFAULT_WORKERS, Workers
from belib_platform.cli.session import session
from belib_platform.first_day import first_day_of
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.recordings.finding import Found
    from belib_platform.recordings.import_result import ImportResult
    from belib_platform.warehouse.rejected import Rejected


def _instant(text: str) -> datetime:
    """Parse a time with its time zone. Raises typer.BadParameter for anything else."""
    for pattern in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z"):
        with suppress(ValueError):
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a Z at the end means UTC
            return found.replace(tzinfo=found.tzinfo or UTC)
    raise typer.BadParameter(f"{text!r} is not a time with a time zone; write it as 2026-01-31T12:00:00Z.")


Recordings = Annotated[
    Path, typer.Argument(exists=True, metavar="PATH", help="A folder of recordings, a zip archive, or one file.")
]
Source = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Source of every file, such as belib. Default: recognized by the content. An unknown name is answered "
        "with the known ones.",
    ),
]
FetchedAt = Annotated[
    datetime | None,
    typer.Option(
        parser=_instant,
        metavar="TIME",
        help="When all recordings were fetched, such as 2026-01-31T12:00:00Z. Default: read from manifest.jsonl, the "
        "content or the file's name.",
    ),
]
TimeFormat = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN",
        help="Format (strptime) of the time in file names, in UTC unless it has %z. With --time-field: format of that "
        "column's whole cells.",
    ),
]
TimeField = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with the time at which a record was fetched, for files with several snapshots. Default: columns "
        "such as fetched_at, scraped_at, timestamp or date_collecte.",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE",
        help="Time zone (such as Europe/Paris) of times without one in the column of --time-field. Default: UTC. In a "
        "column that --time-field does not name, times without a time zone are ignored.",
    ),
]


def import_(
    path: Recordings,
    source: Source = None,
    fetched_at: FetchedAt = None,
    time_format: TimeFormat = None,
    time_field: TimeField = None,
    time_zone: TimeZone = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Store recordings as raw responses, as if they had been polled, and compute their days again.

    Accepts JSON as sent by the APIs; exports of the portal (JSON, CSV, JSON Lines, GeoJSON); pages of Explore records
    (v1.0, v2.0, v2.1; the pages of one instant are one poll once they are complete); lines of mongoexport (documents
    with a response or a record, or raw documents of this platform); and files with records of several snapshots. Files
    may be plain, gzip or zstd, in folders or zip archives.

    The time of a recording comes from --fetched-at or --time-field, else from manifest.jsonl, else from the content,
    else from the file's name. Links are not followed, FIFOs and devices not opened, dot-files and .part files ignored.

    Importing again changes nothing. Exits with 0 if every file was imported and every day computed. Files that were not
    imported are printed with the reason; a report in BELIB_HOME/reports has all of them. While `belib up` runs, files
    dropped into BELIB_HOME/inbox are imported in the same way.
    """
    from belib_platform.recordings.finding import find_recordings

    try:
        found = find_recordings(
            path,
            source=source,
            fetched_at=fetched_at,
            time_format=time_format,
            time_field=time_field,
            time_zone=time_zone,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with session() as instance:
        report = import_found(instance, load_settings(), path, found, workers)
    if not report.is_complete:
        raise typer.Exit(1)


def import_found(
    instance: "DagsterInstance", settings: Settings, path: Path, found: "Iterable[Found]", workers: int
) -> ImportReport:
    """Import what was found in a path with a progress bar, compute the days again, and print a summary.

    The summary is printed, and names failures, even if a step fails.
    """
    from belib_platform.recordings.import_result import ImportResult

    first_day, report = first_day_of(settings), ImportReport(path, datetime.now(UTC), ImportResult())
    steps = (
        lambda: _keep(report.imported, found, settings),
        lambda: _rebuild(report.imported, instance, workers),
        lambda: _show_refused(report.imported, instance),
        lambda: report.rejected.extend(_rejected(report.imported, settings)),
    )
    for step in steps:
        _attempt(step, report.failures)
    report.show(settings.home / "reports")
    if (lowered := first_day_of(settings)) < first_day:
        console.print(f"Partitions now begin on {lowered} (UTC); a running `belib up` uses this within a minute.")
    return report


def _attempt(step: Callable[[], None], failures: list[str]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - the summary names it, and the exit code shows it
        # imported here because it loads the definitions, and the first step may lower the first day
        from belib_platform.repair.rebuild import RebuildError

        unnamed = f"{type(error).__name__}: {' '.join(str(error).split())}"
        failures += error.sentences if isinstance(error, RebuildError) else [unnamed]


def _keep(imported: "ImportResult", found: "Iterable[Found]", settings: Settings) -> None:
    from belib_platform.recordings.importing import import_recordings
    from belib_platform.resources.mongo import MongoResource

    with progress("Importing recordings") as advance:
        import_recordings(found, settings, MongoResource().store(), advance, into=imported)


def _rebuild(imported: "ImportResult", instance: "DagsterInstance", workers: int) -> None:
    from belib_platform.repair.rebuild import rebuild_in_parallel, report_responses, touched_days
    from belib_platform.sources.registry import SOURCES

    for name, days in imported.days.items():
        report_responses(instance, SOURCES[name].collection, days)
    touched = touched_days(imported.days)
    with progress("Rebuilding days", len(touched)) as advance:
        rebuild_in_parallel(touched, min(workers, len(touched) or 1), progress=advance)


def _show_refused(imported: "ImportResult", instance: "DagsterInstance") -> None:
    """Update `clean.poll` with the attempts of days that have only refused responses."""
    from belib_platform.repair.rebuild import rebuild_polls, touched_days

    rebuild_polls(instance, imported.refused_days - touched_days(imported.days))


def _rejected(imported: "ImportResult", settings: Settings) -> "list[Rejected]":
    from belib_platform.resources.missing import url_of
    from belib_platform.warehouse.rejected import rejected_by_rule
    from belib_platform.warehouse.warehouse import Warehouse

    days = sorted(set().union(*imported.days.values()))
    if not days:
        return []
    with closing(Warehouse(url_of("BELIB_POSTGRES_URL", settings.postgres_url))) as warehouse:
        return rejected_by_rule(warehouse, days[0], days[-1], imported.files)
