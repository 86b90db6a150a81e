"""`belib archive`: raw a second time, a file a day: listed, verified, and brought back."""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilding import DEFAULT_WORKERS, Day, LastDay, Workers
from belib_platform.cli.session import session
from belib_platform.settings import load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.archive.verifying import Verified

app = typer.Typer(no_args_is_help=True, help="Raw a second time: a file a day, with a manifest that proves it.")


@app.command("list")
def list_() -> None:
    """Say which days are archived; the files are not read."""
    from belib_platform.archive.archive import archive_of

    archive = archive_of(load_settings())
    columns = ("UTC day", "revision", "pages", "refused", "attempts", "MB of bodies", "MB", "made at (UTC)")
    table = Table(*(Column(name, no_wrap=name in {columns[0], columns[-1]}) for name in columns))
    for entry in archive.sound_chain().newest.values():
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
    from belib_platform.archive.archive import archive_of
    from belib_platform.archive.head import head_of

    found = head_of(archive_of(load_settings()))
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
    from belib_platform.archive.archive import archive_of
    from belib_platform.archive.head import HEAD_RULE
    from belib_platform.archive.verifying import verify

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
def make(first: Day, last: LastDay = None) -> None:
    """Archive the days from FIRST to LAST that are over, as the nightly job does; those archived as they are stay.

    Exit code 1 when one of them is not archived as raw holds it then; it is named.
    """
    start, end = first.date(), (last or first).date()
    if end < start:
        raise typer.BadParameter(f"LAST ({end}) is before FIRST ({start}).")
    with session() as instance:
        from belib_platform.rebuild import archive_again

        archive_again(instance, start, end)
    console.print(f"The days from {start} to {end} are archived as raw holds them.")


@app.command()
def restore(first: Day, last: LastDay = None, workers: Workers = DEFAULT_WORKERS) -> None:
    """Bring the days from FIRST to LAST back into raw, each verified first, and rebuild what is made from them.

    What raw has more of a day stays. Pages and attempts that were changed since are put back as they were archived;
    what stood in their place moves to the collection `displaced_document`. Exit code 1 when a day is not archived or
    its file is broken; it is named, and the other days are restored all the same.
    """
    start, end = first.date(), (last or first).date()
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    if not days:
        raise typer.BadParameter(f"LAST ({end}) is before FIRST ({start}).")
    with session() as instance:
        failed = _restored(days)
        for day, reason in failed.items():
            console.print(f"[red]not restored[/red] {day}: {reason}", highlight=False, soft_wrap=True)
        console.print(f"{len(days) - len(failed)} of {len(days)} days are in raw as they were archived.")
        _rebuild(instance, [day for day in days if day not in failed], workers)
    if failed:
        raise typer.Exit(1)


def _restored(days: list[date]) -> dict[date, str]:
    """Restore with a bar; returns the days that failed, and why."""
    from belib_platform.archive.archive import archive_of
    from belib_platform.archive.errors import ArchiveError
    from belib_platform.archive.restoring import restore_day
    from belib_platform.resources.mongo import MongoResource

    archive, store = archive_of(load_settings()), MongoResource().store()
    failed: dict[date, str] = {}
    with progress("Restoring days", len(days)) as advance:
        for day in days:
            try:
                restore_day(archive, store, day)
            except ArchiveError as error:
                failed[day] = str(error)
            advance(1)
    return failed


def _rebuild(instance: "DagsterInstance", days: list[date], workers: int) -> None:
    """Tell Dagster of the pages, and make what follows from them again."""
    from belib_platform.archive.raw_day import COLLECTIONS
    from belib_platform.rebuild import rebuild_in_parallel, report_pages

    for collection in COLLECTIONS:
        report_pages(instance, collection, days)
    with progress("Rebuilding days", len(days)) as advance:
        rebuild_in_parallel(days, min(workers, len(days) or 1), anew=True, progress=advance)


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
