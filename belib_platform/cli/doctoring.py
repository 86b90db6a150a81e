"""`belib doctor`: compare every layer with the previous one by day, and repair differences on request."""

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

MAX_ROUNDS = 3
"""Maximum rounds of repair: data missing in raw hides differences in later layers."""

EXAMPLE_LENGTH = 160

EveryDay = Annotated[
    date | None,
    typer.Argument(parser=utc_day, metavar="FIRST", help="First UTC day. Default: all past days."),
]


def doctor(
    first: EveryDay = None,
    last: LastDay = None,
    fix: Annotated[bool, typer.Option("--fix", help="Run the printed commands, and compare again.")] = False,
    accept_loss: Annotated[
        bool,
        typer.Option(
            "--accept-loss",
            help="Like --fix, and mark attempts whose responses are lost as failed. Their days are computed from the "
            "remaining responses.",
        ),
    ] = False,
) -> None:
    """Compare raw responses, ledger, tables, indices and archive by UTC day, and print the command for each repair.

    Includes today only if it is named, since it still changes. Exits with 1 if anything differs or cannot be read.
    """
    settings = load_settings()
    requested = None if first is None else days_from(first, last)
    if requested:
        refuse_too_early(settings, requested[0])
    with stores_only(settings):
        examined = _examined(settings, requested)
        _show(examined)
        if fix or accept_loss:
            examined = _repaired(settings, requested, examined, accept_loss=accept_loss)
        if not examined.is_well:
            raise typer.Exit(1)
        known = _known(settings, requested)
    if known:
        console.print(f"All layers agree. {counted(known)} compared.")
    else:
        console.print("Nothing to compare: there is no data of " + ("these days." if requested else "any past day."))


def _known(settings: Settings, requested: list[date] | None) -> int:
    """Number of compared days of which any layer has data."""
    from belib_platform.repair.doctor.days import days_over, known_days

    with _stores(settings) as stores:
        return len(
            days_over(stores, earliest_day(settings)) if requested is None else known_days(stores) & set(requested)
        )


def _examined(settings: Settings, requested: list[date] | None) -> "Examined":
    from belib_platform.repair.doctor.days import days_over
    from belib_platform.repair.doctor.examining import examine

    with _stores(settings) as stores:
        days = requested if requested is not None else days_over(stores, earliest_day(settings))
        with progress("Comparing days", len(days)) as advance:
            return examine(stores, days, advance)


def _repaired(
    settings: Settings, requested: list[date] | None, examined: "Examined", *, accept_loss: bool
) -> "Examined":
    """Repair and compare again until nothing changes any more; shows the last comparison."""
    from belib_platform.repair.doctor.finding import commands

    for _ in range(MAX_ROUNDS):
        if examined.unreadable or not list(commands(examined.differences)):
            break
        before = examined.differences
        with session() as instance, _stores(settings) as stores:
            cover(load_settings(), min(finding.day for finding in before))
            from belib_platform.repair.doctor.healing import heal

            for sentence in heal(stores, instance, before, accept_loss=accept_loss):
                console.print(f"[red]not repaired[/red] {sentence}", highlight=False, soft_wrap=True)
        examined = _examined(settings, requested)
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
    table = Table("layer", "UTC day", "difference", "count", "example", title="Differences")
    for finding in examined.differences:
        row = (finding.layer, str(finding.day), finding.summary, f"{finding.count:,}", finding.example[:EXAMPLE_LENGTH])
        table.add_row(*row)
    if table.row_count:
        console.print(table)
        console.print("Run these commands, in this order:")
    for command in commands(examined.differences):
        console.print(f"  {command}", highlight=False, soft_wrap=True)
    if any(finding.remedy is None for finding in examined.differences):
        console.print("Differences without a command are lost data, or need a decision.")
    remarks: dict[str, list[date]] = {}
    for finding in examined.findings:
        if finding.is_remark:
            remarks.setdefault(f"{finding.layer}: {finding.summary}", []).append(finding.day)
    for remark, days in remarks.items():
        few = f"{days[0]}" if len(days) == 1 else f"{len(days)} days from {days[0]} to {days[-1]}"
        console.print(f"{remark} ({few}).", highlight=False, soft_wrap=True)
