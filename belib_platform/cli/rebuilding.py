"""`belib rebuild` and `belib migrate`: days made again through Dagster."""

import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from belib_platform.cli.days import FirstDay, LastDay, days_from, refuse_too_early
from belib_platform.cli.progress import console, progress
from belib_platform.cli.rebuilt import Rebuilt
from belib_platform.cli.session import session
from belib_platform.first_day import cover, first_day_of
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.raw.store import RawStore

Workers = Annotated[
    int, typer.Option(min=1, max=32, metavar="COUNT", help="Processes, each with a range of days at a time.")
]

DEFAULT_WORKERS = min(4, os.cpu_count() or 1)


def rebuild(
    first: FirstDay,
    last: LastDay = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", "--anew", help="Make every day again, also those that are up to date.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this table or index; can be repeated."),
    ] = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Make the days from FIRST to LAST again from raw; what is up to date stays as it is.

    A day that cannot be made stays as it was and is named; exit code 1 then.
    """
    days = days_from(first, last)
    settings = load_settings()
    refuse_too_early(settings, days[0])
    _refuse_unknown(only or [])
    with session() as instance:
        recorded, before = _recorded(days), _last_written(days)
        # what is named is made whatever there is of a day: some tables and indices are of no day
        named = [day for day in days if day >= first_day_of(settings)] if only else []
        known = [day for day in days if day in recorded or day.isoformat() in before or day in named]
        if known:
            cover(settings, known[0])
            _rebuild(instance, known, only, workers, full_refresh=full_refresh)
        rebuilt = Rebuilt.between(before, _last_written(days), days, recorded)
    console.print(f"From {days[0]} to {days[-1]}: {rebuilt}", highlight=False)


def _recorded(days: list[date]) -> set[date]:
    from belib_platform.resources.mongo import MongoResource

    store = MongoResource().store()
    with closing(store.database.client):
        return store.recorded_days(days[0], days[-1])


def _last_written(days: list[date]) -> dict[str, datetime]:
    from belib_platform.resources.postgres import PostgresResource

    with closing(PostgresResource().warehouse()) as warehouse:
        return warehouse.last_written(days[0], days[-1])


def _rebuild(
    instance: "DagsterInstance", days: list[date], only: list[str] | None, workers: int, *, full_refresh: bool
) -> None:
    from belib_platform.repair.rebuild import rebuild_days, rebuild_in_parallel

    with progress("Rebuilding days", len(days)) as advance:
        if only:
            rebuild_days(instance, days, only, full_refresh=full_refresh, progress=advance)
        else:
            rebuild_in_parallel(days, min(workers, len(days)), full_refresh=full_refresh, progress=advance)


def rebuildable() -> list[str]:
    """The tables and indices that `--only` may name."""
    from belib_platform.contracts.contract import name
    from belib_platform.contracts.tables import INDICES
    from belib_platform.warehouse.registry import MADE_TABLES

    return [*(table.name for table in MADE_TABLES), *map(name, INDICES)]


def _refuse_unknown(names: list[str]) -> None:
    known = rebuildable()
    if unknown := [asked for asked in names if asked not in known]:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(known)}.", param_hint="--only")


def migrate(workers: Workers = DEFAULT_WORKERS) -> None:
    """Bring every table to this version's contract, and make again at once what the night would: days made otherwise.

    Columns are added in place. A table whose types or key changed is dropped and made again from the layer before; that
    is refused, with nothing dropped, while days are retired whose pages that layer no longer has.
    """
    with session():
        from belib_platform.repair.rebuild import rebuild_in_parallel
        from belib_platform.resources.mongo import MongoResource
        from belib_platform.resources.postgres import PostgresResource
        from belib_platform.warehouse.stale_clean import stale_clean_days

        settings, store = load_settings(), MongoResource().store()
        dropped = _drop_changed(settings, store)
        store.note_late_responses()
        tomorrow = datetime.now(UTC).date() + timedelta(days=1)
        stale = stale_clean_days(store, PostgresResource().warehouse(), settings.weather_location, tomorrow)
        with progress("Rebuilding stale days", len(stale)) as advance:
            rebuild_in_parallel(stale, workers, progress=advance)
    again = f" Made again: {', '.join(dropped)}." if dropped else ""
    console.print(f"Every table is what its contract says.{again} Stale days made again: {len(stale):,}.")


def _drop_changed(settings: Settings, store: "RawStore") -> list[str]:
    from belib_platform.contracts.contract import qualified_name
    from belib_platform.raw.retired import RetiredDayError
    from belib_platform.resources.missing import url_of
    from belib_platform.warehouse.registry import tables_from_tables
    from belib_platform.warehouse.schema import drop_changed, ensure_schema

    url = url_of("BELIB_POSTGRES_URL", settings.postgres_url)
    from_raw = set(ensure_schema(url)) - {qualified_name(table.contract) for table in tables_from_tables()}
    if from_raw and (retired := store.retired.all()):
        raise RetiredDayError(retired)
    return drop_changed(url)
