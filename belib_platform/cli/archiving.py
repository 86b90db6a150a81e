"""`belib archive`: list, verify, write and restore the archive, which has one file of raw data per day."""

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from belib_platform.cli.days import FirstDay, LastDay, counted, days_from, refuse_too_early
from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilding import DEFAULT_WORKERS, Workers, recorded_days
from belib_platform.cli.session import session
from belib_platform.first_day import cover
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.raw.archive.verifying import Verified

app = typer.Typer(no_args_is_help=True, help="The archive: one file of raw data per day, with a manifest of hashes.")


@app.command("list")
def list_() -> None:
    """List the archived days, without reading their files."""
    from belib_platform.raw.archive.archive import archive_of

    newest = archive_of(load_settings()).sound_chain().newest
    if not newest:
        console.print("Nothing is archived yet.")
        return
    columns = ("UTC day", "revision", "pages", "refused", "attempts", "MB of bodies", "MB", "made at (UTC)")
    table = Table(*(Column(name, no_wrap=name in {columns[0], columns[-1]}) for name in columns))
    for entry in newest.values():
        refused = sum(verdicts.get("refused", 0) for verdicts in entry.pages.values())
        counts = (entry.revision, entry.page_count, refused, entry.ledger_rows)
        sizes = (f"{entry.body_bytes / 1e6:,.1f}", f"{entry.bytes / 1e6:,.2f}")
        table.add_row(str(entry.day), *map(str, counts), *sizes, f"{entry.made_at:%Y-%m-%d %H:%M}")
    console.print(table)


@app.command()
def head() -> None:
    """Print the newest archived day and the hash of the manifest's last line. Keep them outside this machine.

    Later, `belib archive verify --head HASH` proves that everything up to that line is unchanged. Exits with 1 if
    nothing is archived or the manifest is damaged.
    """
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.raw.archive.head import archive_head

    found = archive_head(archive_of(load_settings()))
    if found is None:
        console.print("Nothing is archived yet.")
        raise typer.Exit(1)
    typer.echo(f"{found.newest_day} {found.sha256}")


@app.command("verify")
def verify_(
    noted_head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help="A hash that `belib archive head` printed earlier.")
    ] = None,
) -> None:
    """Verify the whole archive: the manifest's chain of hashes, every file, every body's hash, and all counts.

    Needs no store. With --head, also proves that this hash is still in the chain, which it is not if the archive was
    rolled back or rewritten with matching hashes. Prints days with a newer revision, since the hash does not cover what
    that added. Exits with 1 if anything is damaged, and prints the day, the file and the broken rule.
    """
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.raw.archive.head import HEAD_RULE
    from belib_platform.raw.archive.verifying import verify

    if noted_head is not None and not re.fullmatch("[0-9a-fA-F]{64}", noted_head):
        raise typer.BadParameter("HASH is the 64 hexadecimal digits that `belib archive head` printed.")
    with progress("Reading the archive") as advance:
        found = verify(archive_of(load_settings()), lambda _, of: advance(1, of), noted_head=noted_head)
    _report(found)
    if noted_head and HEAD_RULE not in {broken.rule for broken in found.broken}:
        console.print(f"The head {noted_head} is in the chain.", soft_wrap=True)
        if found.superseded:
            days = ", ".join(map(str, found.superseded))
            console.print(f"These days have got a newer revision since then: {days}.", soft_wrap=True)
    if found.broken:
        raise typer.Exit(1)


@app.command()
def make(first: FirstDay, last: LastDay = None) -> None:
    """Archive the past UTC days from FIRST to LAST, as the nightly job does. Skips days that are up to date.

    Exits with 1, and names the day, if the archive of a day does not match the raw data afterwards.
    """
    from belib_platform.raw.archive.archive import archive_of

    days = days_from(first, last)
    settings, today = load_settings(), datetime.now(UTC).date()
    refuse_too_early(settings, days[0])
    with session() as instance:
        archived = set(archive_of(settings).sound_chain().newest)
        recorded = sorted(day for day in recorded_days(days) | archived.intersection(days) if day < today)
        if recorded:
            cover(settings, recorded[0])
            from belib_platform.repair.rebuild import archive_again

            archive_again(instance, recorded[0], recorded[-1])
    empty = sum(day < today for day in days) - len(recorded)
    parts = [f"{counted(len(recorded))} archived"] if recorded else []
    parts += [f"{counted(empty)} without responses"] if empty else []
    parts += [f"{today} (UTC) is not over yet"] if days[-1] == today else []
    console.print(f"From {days[0]} to {days[-1]}: {', '.join(parts)}.", highlight=False)


@app.command()
def restore(first: FirstDay, last: LastDay = None, workers: Workers = DEFAULT_WORKERS) -> None:
    """Restore the raw data of the UTC days from FIRST to LAST from the archive, and compute these days again.

    Each file is verified first. Data that only the raw store has is kept. Responses and attempts that differ are
    replaced by the archived ones, and the replaced documents move to the collection `displaced_document`. Exits with 1
    if a day is not archived or its file is damaged; names it, and restores the other days.
    """
    days = days_from(first, last)
    settings = load_settings()
    refuse_too_early(settings, days[0])
    with session() as instance:
        failed = _restored(settings, days)
        for day, reason in failed.items():
            console.print(f"[red]not restored[/red] {day}: {reason}", highlight=False, soft_wrap=True)
        restored = [day for day in days if day not in failed]
        console.print(f"{len(restored)} of {len(days)} days are restored in the raw store.")
        if restored:
            _rebuild(instance, restored, workers)
    if failed:
        raise typer.Exit(1)


def _restored(settings: Settings, days: list[date]) -> dict[date, str]:
    """Restore with a progress bar; returns the days that failed, with the reason."""
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.raw.archive.errors import ArchiveError
    from belib_platform.raw.archive.restoring import restore_day
    from belib_platform.resources.mongo import MongoResource

    archive, store = archive_of(settings), MongoResource().store()
    failed: dict[date, str] = {}
    with progress("Restoring days", len(days)) as advance:
        for day in days:
            try:
                archive.entry(day)
                cover(settings, day)
                restore_day(archive, store, day)
            except ArchiveError as error:
                failed[day] = str(error)
            advance(1)
    return failed


def _rebuild(instance: "DagsterInstance", days: list[date], workers: int) -> None:
    """Report the restored responses to Dagster, and compute their days again."""
    from belib_platform.raw.archive.raw_day import COLLECTIONS
    from belib_platform.repair.rebuild import rebuild_in_parallel, report_responses

    for collection in COLLECTIONS:
        report_responses(instance, collection, days)
    with progress("Rebuilding days", len(days)) as advance:
        rebuild_in_parallel(days, min(workers, len(days)), full_refresh=True, progress=advance)


def _report(found: "Verified") -> None:
    for broken in found.broken:
        console.print(f"[red]damaged[/red] {broken}", highlight=False, soft_wrap=True)
    if found.absent:
        some = ", ".join(map(str, found.absent[:5])) + (" …" if len(found.absent) > 5 else "")
        console.print(f"{len(found.absent)} days between the first and the last are not archived: {some}")
    for stray in found.strays:
        console.print(f"{stray} is not in the manifest; the next run of its day removes it.")
    size = sum(entry.bytes for entry in found.entries)
    console.print(
        f"{len(found.entries)} days, {size / 1e6:,.1f} MB. The chain's last hash: {found.head}", soft_wrap=True
    )
