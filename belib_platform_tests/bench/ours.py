"""The platform itself, from recordings in files to the mart: runs, points, weather, hours, every check, every note."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import qualified_name
from belib_platform.jobs import DERIVED
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_days, refresh_search, report_responses, touched_days
from belib_platform.settings import load_settings
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, MadeTable, WholeTable
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.registry import MADE_TABLES
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.bench.contestants import Contestant
from belib_platform_tests.bench.load import DAY, Load
from belib_platform_tests.bench.same_runs import row_count_and_size
from belib_platform_tests.bench.site import Ground, Site


def contestants(ground: Ground, warm: Site, load: Load) -> Iterator[Contestant]:
    """An import into an empty platform and its index; and, in one that has the day, the day made from raw again."""
    empty: list[Site] = []

    def begin_anew() -> None:
        empty.append(ground.new_site(f"import_{len(empty)}"))

    yield Contestant(
        name="ours: `belib import`, disk to raw, clean and mart",
        load=load,
        prepare=begin_anew,
        run=lambda: import_load(empty[-1], load),
        runs=lambda: runs_of(empty[-1]),
        remark=lambda: f"charge_point_status: {_size(empty[-1])}",
    )
    yield Contestant(
        name="ours: its search indices, from the mart",
        load=load,
        run=lambda: refresh_search(empty[-1].entered().instance, [DAY]),
    )
    yield Contestant(
        name="ours: raw to clean and mart, full refresh",
        load=load,
        run=lambda: rebuild_days(warm.entered().instance, [DAY], DERIVED, full_refresh=True),
        runs=partial(runs_of, warm),
        remark=lambda: "in a warm process, with Dagster and every check",
    )
    yield Contestant(
        name="ours: the same without Dagster",
        load=load,
        run=partial(make_day, warm, DAY),
        runs=partial(runs_of, warm),
        remark=lambda: "and without checks",
    )


def import_load(site: Site, load: Load) -> None:
    """What `belib import` does, but for the search indices."""
    imported = import_recordings(find_recordings(load.folder), load_settings(), site.entered().store())
    if imported.refused:
        raise AssertionError(f"{len(imported.refused)} recordings were refused: {imported.refused[0]}")
    for source, days in imported.days.items():
        report_responses(site.instance, SOURCES[source].collection, days)
    rebuild_days(site.instance, touched_days(imported.days), DERIVED)


def make_day(site: Site, day: date, tables: Sequence[MadeTable] = MADE_TABLES, *, full_refresh: bool = True) -> None:
    """Make a day of these tables, by default of all and from all of their inputs, and write it, as the assets do."""
    with closing(Warehouse(site.urls.postgres)) as warehouse:
        inputs = Inputs(site.entered().store(), warehouse, load_settings().weather_location, datetime.now(UTC))
        for table in tables:
            if isinstance(table, DailyTable):
                partition = table.make(inputs, day, full_refresh=full_refresh)
            elif isinstance(table, WholeTable):
                partition = table.make(inputs, full_refresh=full_refresh)
            write_partitions(warehouse, table.contract, [partition], "bench")


def runs_of(site: Site) -> pl.DataFrame:
    """The runs of the loaded day."""
    with closing(Warehouse(site.urls.postgres)) as warehouse:
        return warehouse.read(ChargePointStatus, DAY, DAY)


def imported(ground: Ground, load: Load) -> Site:
    """A site of its own for a load."""
    site = ground.new_site(f"first_{load.polls}")
    import_load(site, load)
    return site


def _size(site: Site) -> str:
    return row_count_and_size(site.urls.postgres, qualified_name(ChargePointStatus))
