"""`belib import PATH`: somebody's recordings become history here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilding import DEFAULT_WORKERS, Workers
from belib_platform.cli.session import session
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.raw.imported import Imported


def import_(
    path: Annotated[Path, typer.Argument(exists=True, help="A folder of recordings, a zip archive, or one file.")],
    source: Annotated[
        str | None,
        typer.Option(
            help="belib, belib_static, arrondissements or a weather provider; by default what is in a body tells."
        ),
    ] = None,
    fetched_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z"],
            help="When all were fetched; by default manifest.jsonl or the file name tells.",
        ),
    ] = None,
    time_format: Annotated[
        str | None, typer.Option(help="How file names tell their time (strptime; UTC without %z).")
    ] = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Keep recordings as pages, as if polled, and rebuild the days they touch.

    Recordings are JSON as the APIs send it, the portal's CSV exports, pages of Explore records (v1.0, v2.0, v2.1: the
    pages of one instant are one poll once they are complete), and lines of mongoexport (a document is an answer, or a
    record of its instant; a raw page of this platform comes back as it was): plain, gzip or zstd, in folders or in
    zip archives. Links are not followed, dot-files and .part are left alone.

    Importing again changes nothing. Exit code 1 when something was not taken; it is named with the reason. The same is
    done with what is dropped into BELIB_HOME/inbox while `belib up` runs.
    """
    at = fetched_at.replace(tzinfo=fetched_at.tzinfo or UTC) if fetched_at else None
    with session() as instance:
        result = import_path(
            instance, load_settings(), path, source=source, fetched_at=at, time_format=time_format, workers=workers
        )
    if result.refused:
        raise typer.Exit(1)


def import_path(
    instance: "DagsterInstance",
    settings: Settings,
    path: Path,
    *,
    source: str | None = None,
    fetched_at: datetime | None = None,
    time_format: str | None = None,
    workers: int = DEFAULT_WORKERS,
) -> "Imported":
    """Import with a bar, rebuild the days touched, and say what was taken and what was not."""
    from belib_platform.raw.importing import import_recordings
    from belib_platform.rebuild import rebuild_in_parallel, report_pages, touched_days
    from belib_platform.resources.mongo import MongoResource
    from belib_platform.sources.recordings import find_recordings
    from belib_platform.sources.registry import SOURCES

    found = find_recordings(path, source=source, fetched_at=fetched_at, time_format=time_format)
    with progress(f"Importing {path.name}") as advance:
        result = import_recordings(found, settings, MongoResource().store(), advance)
    for name, days in result.days.items():
        report_pages(instance, SOURCES[name].collection, days)
    days = touched_days(result.days)
    with progress("Rebuilding days", len(days)) as advance:
        rebuild_in_parallel(days, min(workers, len(days) or 1), progress=advance)
    _report(result)
    return result


def _report(result: "Imported") -> None:
    table = Table("source", "sound", "new", "UTC days")
    for name in result.sound:
        days = sorted(result.days[name])
        table.add_row(name, str(result.sound[name]), str(result.new[name]), f"{days[0]} to {days[-1]} ({len(days)})")
    console.print(table)
    alike: dict[str, list[tuple[str, str]]] = {}
    for file, reason in result.refused:
        alike.setdefault(reason.partition(":")[0], []).append((file, reason))
    for refusals in sorted(alike.values(), key=len, reverse=True):
        (file, reason), others = refusals[0], len(refusals) - 1
        more = f" (and {others} more like it)" if others else ""
        console.print(f"[red]not taken[/red] {file}: {reason}{more}", highlight=False, soft_wrap=True)
