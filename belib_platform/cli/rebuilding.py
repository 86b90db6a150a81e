"""`belib rebuild` and `belib migrate`: compute days again by Dagster runs."""

import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from belib_platform.cli.days import FirstDay, LastDay, counted, days_from, refuse_too_early
from belib_platform.cli.progress import console, progress
from belib_platform.cli.session import session
from belib_platform.first_day import cover, first_day_of
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from belib_platform.raw.store import RawStore

Workers = Annotated[
    int, typer.Option(min=1, max=32, metavar="COUNT", help="Number of processes that work in parallel.")
]

DEFAULT_WORKERS = min(4, os.cpu_count() or 1)


def rebuild(
    first: FirstDay,
    last: LastDay = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", "--anew", help="Compute every day again, even if it is up to date.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="Only this table or index. Can be repeated."),
    ] = None,
    workers: Workers = DEFAULT_WORKERS,
) -> None:
    """Compute the UTC days from FIRST to LAST again from raw responses. Skips what is up to date.

    Leaves a day unchanged if it cannot be computed, names it, and exits with 1.
    """
    days = days_from(first, last)
    settings = load_settings()
    refuse_too_early(settings, days[0])
    for name in only or []:
        if name not in (names := rebuildable()):
            raise typer.BadParameter(f"{name} is none of {', '.join(names)}.", param_hint="--only")
    with session() as instance:
        recorded, before = recorded_days(days), _last_written(days)
        # with --only every day counts, since some tables and indices have no daily partitions
        named = [day for day in days if day >= first_day_of(settings)] if only else []
        known = [day for day in days if day in recorded or day.isoformat() in before or day in named]
        if known:
            cover(settings, known[0])
            _rebuild(instance, known, only, workers, full_refresh=full_refresh)
        after = _last_written(days)
    made = sum(before.get(day.isoformat()) != after.get(day.isoformat()) for day in recorded)
    counts = {
        "made again": made,
        "up to date": len(recorded) - made,
        "without responses": len(days) - len(recorded),
    }
    parts = ", ".join(f"{counted(count)} {what}" for what, count in counts.items() if count)
    console.print(f"From {days[0]} to {days[-1]}: {parts}.", highlight=False)


def recorded_days(days: list[date]) -> set[date]:
    """Those of these days, adjacent ones, of which the raw store has data."""
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


def migrate(workers: Workers = DEFAULT_WORKERS) -> None:
    """Migrate all tables to this version, and compute again the days whose code or inputs changed.

    The nightly run would compute these days, too. New columns are added in place. A table whose types or key changed is
    dropped and computed again from the previous layer. If that layer no longer has the responses of retired days, the
    command is refused and drops nothing.
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
    again = f" Created again: {', '.join(dropped)}." if dropped else ""
    console.print(f"All tables match their contracts.{again} Stale days computed again: {len(stale):,}.")


def _drop_changed(settings: Settings, store: "RawStore") -> list[str]:
    from belib_platform.contracts.contract import qualified_name
    from belib_platform.contracts.mart import Change
    from belib_platform.raw.retired import RetiredDayError
    from belib_platform.resources.missing import url_of
    from belib_platform.warehouse.registry import tables_from_tables
    from belib_platform.warehouse.schema import drop_changed, ensure_schema

    url = url_of("BELIB_POSTGRES_URL", settings.postgres_url)
    not_from_raw = {qualified_name(Change), *(qualified_name(table.contract) for table in tables_from_tables())}
    from_raw = set(ensure_schema(url)) - not_from_raw
    if from_raw and (retired := store.retired.all()):
        raise RetiredDayError(retired)
    return drop_changed(url)
