"""`belib archive`: raw a second time, a file a day: listed, verified, and brought back."""

import re
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from belib_platform.cli.days import FirstDay, LastDay, counted, days_from, refuse_too_early
from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilding import DEFAULT_WORKERS, Workers
from belib_platform.cli.session import session
from belib_platform.first_day import cover
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.raw.archive.verifying import Verified

app = typer.Typer(no_args_is_help=True, help="Raw a second time: a file a day, with a manifest that proves it.")


@app.command("list")
def list_() -> None:
    """Say which days are archived; the files are not read."""
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
    """Print the newest archived day and the hash of the manifest's last line, for a note that is kept elsewhere.

    `belib archive verify --head HASH` proves later that all up to that line is still what it was. Exit code 1 while
    nothing is archived, or when the manifest is broken.
    """
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.raw.archive.head import metadata_of_one

    found = metadata_of_one(archive_of(load_settings()))
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
    """Read the whole archive: the manifest's chain, every file, every body's hash, the counts. Needs no store.

    With --head also prove that the head noted earlier is still in the chain: an archive that was rolled back, or
    rewritten with hashes that fit, does not have it. Days that got a newer revision since are named: the head says
    nothing of what it added. Exit code 1 when anything is broken; each thing is named with its
    day, file and rule.
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
            console.print(f"Since then these days got a newer revision: {days}.", soft_wrap=True)
    if found.broken:
        raise typer.Exit(1)


@app.command()
def make(first: FirstDay, last: LastDay = None) -> None:
    """Archive the days from FIRST to LAST that are over, as the nightly job does; those archived as they are stay.

    Exit code 1 when one of them is not archived as raw holds it then; it is named.
    """
    days = days_from(first, last)
    settings, today = load_settings(), datetime.now(UTC).date()
    refuse_too_early(settings, days[0])
    with session() as instance:
        held = sorted(day for day in _held(settings, days) if day < today)
        if held:
            cover(settings, held[0])
            from belib_platform.repair.rebuild import archive_again

            archive_again(instance, held[0], held[-1])
    empty = sum(day < today for day in days) - len(held)
    said = [f"{counted(len(held))} archived"] if held else []
    said += [f"{counted(empty)} without responses"] if empty else []
    said += [f"{today} is not over yet"] if days[-1] == today else []
    console.print(f"From {days[0]} to {days[-1]}: {', '.join(said)}.", highlight=False)


def _held(settings: Settings, days: list[date]) -> set[date]:
    """Days of which raw or the archive holds anything."""
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.resources.mongo import MongoResource

    store = MongoResource().store()
    with closing(store.database.client):
        return store.recorded_days(days[0], days[-1]) | set(archive_of(settings).sound_chain().newest) & set(days)


@app.command()
def restore(first: FirstDay, last: LastDay = None, workers: Workers = DEFAULT_WORKERS) -> None:
    """Bring the days from FIRST to LAST back into raw, each verified first, and rebuild what is made from them.

    What raw has more of a day stays. Pages and attempts that were changed since are put back as they were archived;
    what stood in their place moves to the collection `displaced_document`. Exit code 1 when a day is not archived or
    its file is broken; it is named, and the other days are restored all the same.
    """
    days = days_from(first, last)
    settings = load_settings()
    refuse_too_early(settings, days[0])
    with session() as instance:
        failed = _restored(settings, days)
        for day, reason in failed.items():
            console.print(f"[red]not restored[/red] {day}: {reason}", highlight=False, soft_wrap=True)
        restored = [day for day in days if day not in failed]
        console.print(f"{len(restored)} of {len(days)} days are in raw as they were archived.")
        if restored:
            _rebuild(instance, restored, workers)
    if failed:
        raise typer.Exit(1)


def _restored(settings: Settings, days: list[date]) -> dict[date, str]:
    """Restore with a bar; returns the days that failed, and why."""
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
    """Tell Dagster of the pages, and make what follows from them again."""
    from belib_platform.raw.archive.raw_day import COLLECTIONS
    from belib_platform.repair.rebuild import rebuild_in_parallel, report_responses

    for collection in COLLECTIONS:
        report_responses(instance, collection, days)
    with progress("Rebuilding days", len(days)) as advance:
        rebuild_in_parallel(days, min(workers, len(days)), full_refresh=True, progress=advance)


def _report(found: "Verified") -> None:
    for broken in found.broken:
        console.print(f"[red]broken[/red] {broken}", highlight=False, soft_wrap=True)
    if found.absent:
        some = ", ".join(map(str, found.absent[:5])) + (" …" if len(found.absent) > 5 else "")
        console.print(f"{len(found.absent)} days between the first and the last have no entry: {some}")
    for stray in found.strays:
        console.print(f"{stray} is named by no entry; a run of its day removes it.")
    size = sum(entry.bytes for entry in found.entries)
    console.print(
        f"{len(found.entries)} days, {size / 1e6:,.1f} MB. The chain's last hash: {found.head}", soft_wrap=True
    )
