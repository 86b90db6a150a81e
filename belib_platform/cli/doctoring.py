"""`belib doctor`: every layer compared with the one before, by day; what heals it, and on request the healing."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from belib_platform.cli.days import LastDay, counted, days_from, refuse_too_early, utc_day
from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session, stores_only
from belib_platform.first_day import cover, earliest_day
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from belib_platform.repair.doctor.examining import Examined
    from belib_platform.repair.doctor.stores import Stores

ROUNDS = 3
"""Times that what is found is healed: what is missing in raw hides what is wrong after it."""

EXAMPLE = 160

EveryDay = Annotated[
    date | None,
    typer.Argument(parser=utc_day, metavar="FIRST", help="UTC day; every day that is over if omitted."),
]


def doctor(
    first: EveryDay = None,
    last: LastDay = None,
    fix: Annotated[bool, typer.Option("--fix", help="Run the commands that heal, and look again.")] = False,
    accept_loss: Annotated[
        bool,
        typer.Option(
            "--accept-loss",
            help="As --fix, and attempts whose pages are lost for good become failed ones; their days are made of "
            "the pages that are left.",
        ),
    ] = False,
) -> None:
    """Compare raw, ledger, tables, indices and archive, by UTC day, and print the command that heals each difference.

    Today is looked at only when it is named: it moves. Exit code 1 while anything differs or cannot be read.
    """
    settings = load_settings()
    asked = None if first is None else days_from(first, last)
    if asked:
        refuse_too_early(settings, asked[0])
    with stores_only(settings):
        examined = _examined(settings, asked)
        _show(examined)
        if fix or accept_loss:
            examined = _healed(settings, asked, examined, accept_loss=accept_loss)
        if not examined.is_well:
            raise typer.Exit(1)
        known = _known(settings, asked)
    if known:
        console.print(f"Every layer is what the one before it says. {counted(known)} compared.")
    else:
        console.print(
            "Nothing to compare: nothing is recorded of " + ("these days." if asked else "any day that is over.")
        )


def _known(settings: Settings, asked: list[date] | None) -> int:
    """Days of which any layer holds something, of those that were compared."""
    from belib_platform.repair.doctor.days import days_over, known_days

    with _stores(settings) as stores:
        return len(days_over(stores, earliest_day(settings)) if asked is None else known_days(stores) & set(asked))


def _examined(settings: Settings, asked: list[date] | None) -> "Examined":
    from belib_platform.repair.doctor.days import days_over
    from belib_platform.repair.doctor.examining import examine

    with _stores(settings) as stores:
        days = asked if asked is not None else days_over(stores, earliest_day(settings))
        with progress("Comparing days", len(days)) as advance:
            return examine(stores, days, advance)


def _healed(settings: Settings, asked: list[date] | None, examined: "Examined", *, accept_loss: bool) -> "Examined":
    """Heal and look again, as often as what is found changes; the last look is shown."""
    from belib_platform.repair.doctor.finding import commands

    for _ in range(ROUNDS):
        if examined.unreadable or not list(commands(examined.differences)):
            break
        before = examined.differences
        with session() as instance, _stores(settings) as stores:
            cover(load_settings(), min(finding.day for finding in before))
            from belib_platform.repair.doctor.healing import heal

            for sentence in heal(stores, instance, before, accept_loss=accept_loss):
                console.print(f"[red]not healed[/red] {sentence}", highlight=False, soft_wrap=True)
        examined = _examined(settings, asked)
        if examined.differences == before:
            break
    _show(examined)
    return examined


@contextmanager
def _stores(settings: Settings) -> Iterator["Stores"]:
    from belib_platform.raw.archive.archive import archive_of
    from belib_platform.repair.doctor.stores import Stores
    from belib_platform.resources.elasticsearch import ElasticsearchResource
    from belib_platform.resources.mongo import MongoResource
    from belib_platform.resources.postgres import PostgresResource

    search, warehouse = ElasticsearchResource().search(), PostgresResource().warehouse()
    raw, archive = MongoResource().store(), archive_of(settings)
    with closing(search), closing(warehouse), closing(raw.database.client):
        yield Stores(raw, warehouse, search, archive, settings.weather_location, datetime.now(UTC))


def _show(examined: "Examined") -> None:
    from belib_platform.repair.doctor.finding import commands

    for sentence in examined.unreadable.values():
        console.print(f"[red]not compared[/red] {sentence}", highlight=False, soft_wrap=True)
    table = Table("layer", "UTC day", "what differs", "how many", "for example", title="What differs")
    for finding in examined.differences:
        row = (finding.layer, str(finding.day), finding.said, f"{finding.count:,}", finding.example[:EXAMPLE])
        table.add_row(*row)
    if table.row_count:
        console.print(table)
        console.print("What heals it, in this order:")
    for command in commands(examined.differences):
        console.print(f"  {command}", highlight=False, soft_wrap=True)
    if any(finding.remedy is None for finding in examined.differences):
        console.print("What has no command here is lost, or for a person to judge.")
    remarks: dict[str, list[date]] = {}
    for finding in examined.findings:
        if finding.is_remark:
            remarks.setdefault(f"{finding.layer}: {finding.said}", []).append(finding.day)
    for remark, days in remarks.items():
        few = f"{days[0]}" if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
        console.print(f"{remark} ({few}).", highlight=False, soft_wrap=True)
