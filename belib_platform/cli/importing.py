"""`belib import PATH`: somebody's recordings become history here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    """A time with its zone. Raises typer.BadParameter for anything else."""
    for pattern in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z"):
        with suppress(ValueError):
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - a Z at the end says that it is of UTC
            return found.replace(tzinfo=found.tzinfo or UTC)
    raise typer.BadParameter(f"{text!r} is not a time with its zone; write it as 2026-01-31T12:00:00Z.")


Recordings = Annotated[
    Path, typer.Argument(exists=True, metavar="PATH", help="A folder of recordings, a zip archive, or one file.")
]
Source = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The source of every file, such as belib; by default what is in a body tells. An unknown name is answered "
        "with those there are.",
    ),
]
FetchedAt = Annotated[
    datetime | None,
    typer.Option(
        parser=_instant,
        metavar="TIME",
        help="When all were fetched, such as 2026-01-31T12:00:00Z; by default manifest.jsonl, the file itself or "
        "its name tells.",
    ),
]
TimeFormat = Annotated[
    str | None,
    typer.Option(
        metavar="PATTERN",
        help="How file names tell their time (strptime; UTC without %z), or with --time-field how that column does, "
        "from the first character of a cell to the last.",
    ),
]
TimeField = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="The column of records that says when they were fetched, which tells appended snapshots apart; by default "
        "a name such as fetched_at, scraped_at, timestamp or date_collecte is known.",
    ),
]
TimeZone = Annotated[
    str | None,
    typer.Option(
        metavar="ZONE",
        help="The zone (Europe/Paris) of that column's times where they have none; UTC by default, if --time-field "
        "names the column. Times without a zone in a column nobody named are not believed.",
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
    """Keep recordings as pages, as if polled, and rebuild the days they touch.

    Recordings are JSON as the APIs send it, the portal's exports (JSON, CSV, JSON Lines, GeoJSON), pages of Explore
    records (v1.0, v2.0, v2.1: the pages of one instant are one poll once they are complete), lines of mongoexport (a
    document is an answer, or a record of its instant; a raw page of this platform comes back as it was), and records
    of several snapshots in one file: plain, gzip or zstd, in folders or in zip archives.

    The time of each is told by --fetched-at or --time-field, else by manifest.jsonl, else by the file's own content,
    else by its name. Links are not followed, FIFOs and devices not opened; dot-files and .part are left alone.

    Importing again changes nothing. Exit code 0 when every file was taken and every day made again. What was not taken
    is named with the reason, and all of it in a report below BELIB_HOME/reports. The same is done with what is dropped
    into BELIB_HOME/inbox while `belib up` runs.
    """
    told = {
        "source": source,
        "fetched_at": fetched_at,
        "time_format": time_format,
        "time_field": time_field,
        "time_zone": time_zone,
    }
    _found(path, told)  # a wrong option is refused before a store starts
    with session() as instance:
        report = import_path(instance, load_settings(), path, workers=workers, **told)
    if not report.is_complete:
        raise typer.Exit(1)


def import_path(
    instance: "DagsterInstance",
    settings: Settings,
    path: Path,
    *,
    workers: int = DEFAULT_WORKERS,
    **told: Any,
) -> ImportReport:
    """Import with a bar, rebuild the days touched, and say what was taken and what was not; `told` as find_recordings.

    Whatever fails once the first file is read, the summary comes, and says so.
    """
    from belib_platform.recordings.import_result import ImportResult

    found, first_day = _found(path, told), first_day_of(settings)
    report = ImportReport(path, datetime.now(UTC), ImportResult())
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
        console.print(f"Partitions now begin on {lowered}; a running `belib up` knows it within a minute.")
    return report


def _found(path: Path, told: dict[str, Any]) -> "Iterator[Found]":
    from belib_platform.recordings.finding import find_recordings

    try:
        return find_recordings(path, **told)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _attempt(step: Callable[[], None], failures: list[str]) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - whatever it is, the summary names it and the exit code says so
        # not before the first step, which may lower the first day: this loads the definitions
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
    """Of days with nothing but refused pages, the attempts show in `clean.poll` at once."""
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
