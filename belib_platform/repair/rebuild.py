"""Make days again by Dagster runs, so that lineage is right; used by the doctor, imports and `belib rebuild`."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

import dagster as dg

from belib_platform.assets.partitions import DAYS_A_RUN, FIRST_DAY, FULL_REFRESH_TAG, RANGE_TAGS, ranges
from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import name
from belib_platform.dagster_internals.instance import InstanceRef, open_instance
from belib_platform.dagster_internals.running import run_here
from belib_platform.first_day import covered
from belib_platform.jobs import DERIVED, OF_DAYS, SEARCHED, SILENT, archive_daily, rebuild
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.due import unequal_days
from belib_platform.repair.fresh_process import in_fresh_process
from belib_platform.resources.missing import url_of
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.last_known import stale_last_known
from belib_platform.warehouse.registry import daily_tables, stale_statistics, tables_from_raw
from belib_platform.warehouse.warehouse import Warehouse

WORTH_A_PROCESS = 4
"""Number of days below which starting processes costs more time than it saves."""


class RebuildError(Exception):
    """Some days could not be made; the message names them, and they stay as they were.

    `sentences` says the same, one for each day.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences

    def __reduce__(self) -> tuple[type["RebuildError"], tuple[str, ...]]:
        """For an error that another process raises."""
        return RebuildError, self.sentences


def touched_days(imported: Mapping[str, set[date]]) -> set[date]:
    """UTC days to make again after an import of days by source, none of them in the future.

    They are the imported days, and after each as many days as tables read back of the table made from that source.
    """
    touched = {
        day + timedelta(days=n)
        for source, days in imported.items()
        for day in days
        for n in range(_days_read_back(source) + 1)
    }
    return {day for day in touched if day <= datetime.now(UTC).date()}.union(*imported.values())


def _days_read_back(source: str) -> int:
    made = {table.contract for table in tables_from_raw() if source in {own.name for own in table.sources}}
    return max(
        (read.days_before for table in daily_tables() for read in table.tables if read.contract in made), default=0
    )


def rebuild_days(
    instance: dg.DagsterInstance,
    days: Iterable[date],
    assets: list[str] | None = None,
    *,
    full_refresh: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Make these UTC days of these assets (default: all that are made from raw) again, at most 30 days a run.

    A range that fails is made day by day, so that only the bad days stay unchanged. Raises RebuildError, which names
    them and why.
    """
    wanted = sorted(set(days))
    failed = _rebuild_ranges(instance, wanted, assets, full_refresh=full_refresh, progress=progress)
    _raise_for(refresh_stale_tables(instance, failed, assets or DERIVED) | failed)
    if assets is None:
        refresh_search(instance, wanted, full_refresh=full_refresh)


def rebuild_in_parallel(
    days: Iterable[date],
    workers: int,
    *,
    full_refresh: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Like `rebuild_days`, in `workers` processes, each with a range of days, on the instance of DAGSTER_HOME."""
    wanted = sorted(set(days))
    if workers == 1 or len(wanted) < WORTH_A_PROCESS:
        with open_instance() as instance:
            rebuild_days(instance, wanted, full_refresh=full_refresh, progress=progress)
        return
    at_once = max(1, min(DAYS_A_RUN, math.ceil(len(wanted) / workers)))
    failed: dict[date, str] = {}
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        tasks = {
            pool.submit(_rebuild_range_at, None, first, last, None, full_refresh): (last - first).days + 1
            for first, last in ranges(wanted, at_once)
        }
        for task in as_completed(tasks):
            failed |= task.result()
            progress(tasks[task])
    with open_instance() as instance:
        _raise_for(refresh_stale_tables(instance, failed) | failed)
        refresh_search(instance, wanted, full_refresh=full_refresh)


def rebuild_polls(instance: dg.DagsterInstance, days: Iterable[date]) -> None:
    """Make only the table of polls of these days again; no other shows refused responses.

    Raises RebuildError, which names the days that could not be made.
    """
    _raise_for(_rebuild_ranges(instance, days, [name(Poll)]))


def rebuild_imported(instance: dg.DagsterInstance, imported: Mapping[str, set[date]], refused_days: set[date]) -> None:
    """Report the responses of an import, by source and UTC day, to Dagster, and make the tables of their days again.

    For days with nothing but refused responses, only the table of polls is made. If the definitions of this process
    begin after the earliest day, a fresh process does it. Raises RebuildError, which names the days that could not be
    made.
    """
    days = refused_days.union(*imported.values())
    if days and min(days) < FIRST_DAY:
        in_fresh_process(_rebuild_imported_at, instance.get_ref(), imported, refused_days)
    else:
        _rebuild_imported(instance, imported, refused_days)


def _rebuild_imported_at(ref: InstanceRef, imported: Mapping[str, set[date]], refused_days: set[date]) -> None:
    with open_instance(ref) as instance:
        _rebuild_imported(instance, imported, refused_days)


def _rebuild_imported(instance: dg.DagsterInstance, imported: Mapping[str, set[date]], refused_days: set[date]) -> None:
    for source, days in imported.items():
        report_responses(instance, SOURCES[source].collection, days)
    touched = touched_days(imported)
    rebuild_days(instance, touched)
    rebuild_polls(instance, refused_days - touched)


def refresh_stale_tables(
    instance: dg.DagsterInstance, besides: Iterable[date] = (), tried: Collection[str] = DERIVED
) -> dict[date, str]:
    """Make stale tables again: what is last known, then each daily table, including today, then statistics.

    Days in `besides` have just failed for the tables `tried`, and are left out for these. Returns the days that could
    not be made, and why.
    """
    settings, today = load_settings(), datetime.now(UTC).date()
    failed: dict[date, str] = {}
    with closing(Warehouse(url_of("BELIB_POSTGRES_URL", settings.postgres_url))) as warehouse:
        if points := [table.name for table in stale_last_known(warehouse)]:
            failed |= _rebuild_range(instance, today, today, points, full_refresh=False)
        for table in daily_tables():
            if table.stale_days:
                found = table.stale_days.find(warehouse, today + timedelta(days=1))
                just_failed = {*besides} if table.name in tried else set()
                failed = _rebuild_ranges(instance, covered(settings, {*found} - just_failed), [table.name]) | failed
        if stale := stale_statistics(warehouse):
            failed = _rebuild_range(instance, today, today, stale, full_refresh=False) | failed
    return failed


def refresh_search(instance: dg.DagsterInstance, days: Iterable[date], *, full_refresh: bool = False) -> None:
    """Index these days again, after all tables, in one process.

    Raises RebuildError at the first run that fails. The tables are made by then, and the next run of the indices
    continues with the remaining days.
    """
    for first, last in ranges(days):
        if error := _run(instance, first, last, SEARCHED, full_refresh=full_refresh):
            raise RebuildError(f"The tables are made, the search indices are not: {error}")


def archive_again(instance: dg.DagsterInstance, first: date, last: date) -> None:
    """Archive the past days of a range. Raises RebuildError if the archive of one does not match raw afterwards."""
    tags = dict(zip(RANGE_TAGS, (first.isoformat(), last.isoformat()), strict=True))
    result = run_here(instance, archive_daily.name, SILENT, tags=tags, assets=["archive_belib"])
    if not result.success:
        raise RebuildError(failure_of(result))
    store, today = MongoResource().store(), datetime.now(UTC).date()
    with closing(store.database.client):
        retired = store.retired.all()
        over = [day for day in _days(first, last) if day < today and day not in retired]
        unequal = unequal_days(archive_of(load_settings()), store, over)
    if unequal:
        raise RebuildError(f"Not archived as raw holds them: {' '.join(unequal.values())}")


def _rebuild_range_at(
    ref: InstanceRef | None, first: date, last: date, assets: list[str] | None, full_refresh: bool
) -> dict[date, str]:
    with open_instance(ref) as instance:
        return _rebuild_range(instance, first, last, assets, full_refresh=full_refresh)


def _rebuild_ranges(
    instance: dg.DagsterInstance,
    days: Iterable[date],
    assets: list[str] | None,
    *,
    full_refresh: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> dict[date, str]:
    failed: dict[date, str] = {}
    for first, last in ranges(days):
        failed |= _rebuild_range(instance, first, last, assets, full_refresh=full_refresh)
        progress((last - first).days + 1)
    return failed


def _rebuild_range(
    instance: dg.DagsterInstance, first: date, last: date, assets: list[str] | None, *, full_refresh: bool
) -> dict[date, str]:
    if first < FIRST_DAY:  # another process lowered the first day since this one loaded the definitions
        return in_fresh_process(_rebuild_range_at, instance.get_ref(), first, last, assets, full_refresh)
    error = _run(instance, first, last, assets, full_refresh=full_refresh)
    if error is None:
        return {}
    if first == last:
        return {first: error}
    errors = {day: _run(instance, day, day, assets, full_refresh=full_refresh) for day in _days(first, last)}
    return {day: error for day, error in errors.items() if error}


def _raise_for(failed: dict[date, str]) -> None:
    if failed:
        raise RebuildError(*(f"{day}: {error}" for day, error in sorted(failed.items())))


def report_responses(instance: dg.DagsterInstance, collection: str, days: Iterable[date]) -> None:
    """Report to Dagster that responses of these days were added to a raw asset without a run."""
    for day in sorted(days):
        instance.report_runless_asset_event(
            dg.AssetMaterialization(collection, partition=day.isoformat(), metadata={"origin": "import"})
        )


def _run(
    instance: dg.DagsterInstance, first: date, last: date, assets: list[str] | None, *, full_refresh: bool
) -> str | None:
    tags = dict(zip(RANGE_TAGS, (first.isoformat(), last.isoformat()), strict=True))
    if full_refresh:
        tags[FULL_REFRESH_TAG] = "true"
    result = run_here(instance, rebuild.name, SILENT, tags=tags, assets=assets or OF_DAYS)
    return None if result.success else failure_of(result)


def failure_of(result: dg.JobExecutionResult) -> str:
    """The error message, without causes and traceback, of a run's first failed step, or of the run itself."""
    steps = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    runs = [event.job_failure_data.error for event in result.all_events if event.is_job_failure]
    return next((_cause(error) for error in [*steps, *runs] if error), f"run {result.run_id} failed")


def _cause(error: Any) -> str:
    while error.cause:
        error = error.cause
    return str(error.message).strip().splitlines()[0]


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
