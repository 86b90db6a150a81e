"""Steps of a history applied to stores, and what is stale after them."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import Contract, name, partition_column, qualified_name
from belib_platform.contracts.tables import TABLES
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.city_daily import CITY_DATES
from belib_platform.warehouse.last_known import stale_last_known
from belib_platform.warehouse.registry import stale_statistics, statistics
from belib_platform.warehouse.stale_clean import stale_clean_days
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.station_free_hourly import stale_free_days
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import DERIVED, NOW, run
from belib_platform_tests.warehouse.sequences import DAYS, Step

Rows = dict[str, pl.DataFrame]


class History:
    """Stores that begin empty."""

    def __init__(self, store: RawStore, house: Warehouse) -> None:
        self.store, self.house = store, house
        self.store.database.client.drop_database(self.store.database.name)
        forget_tables(self.house)

    def take(self, step: Step) -> None:
        """Keep the answers, and make tables of their days as far as the run gets."""
        for answer in step.answers:
            self.store.keep(SOURCES[answer.source].collection, [answer.response])
        self.make(step.days, step.tables)

    def make(self, days: Sequence[date], tables: Sequence[type[Contract]] = DERIVED) -> None:
        """Make days of tables, where there are any, as one run does."""
        if days:
            run(self.store, self.house, days, tables)

    def rows(self) -> Rows:
        """All rows of all tables, in one order."""
        frames = {name(contract): self.house.read(contract) for contract in [*DERIVED, RejectedRecord]}
        return {table: frame.sort(frame.columns) for table, frame in frames.items()}

    def full_refresh(self) -> Rows:
        """The rows that one run makes of all days, in their order, where nothing was made before."""
        forget_tables(self.house)
        self.make([*DAYS, DAYS[-1] + timedelta(days=1)])
        return self.rows()

    def stale_clean(self) -> list[date]:
        return stale_clean_days(self.store, self.house, "paris", NOW.date())

    def stale_points(self) -> list[type[Contract]]:
        return [table.contract for table in stale_last_known(self.house)]

    def stale_hours(self) -> list[date]:
        return STATION_HOURS.stale_days(self.house, NOW.date())

    def stale_free_hours(self) -> list[date]:
        return stale_free_days(self.house, NOW.date())

    def stale_statistics(self) -> list[type[Contract]]:
        stale = stale_statistics(self.house)
        return [table.contract for table in statistics() if table.name in stale]

    def stale_after_clean(self) -> list[object]:
        """What is stale of the tables that are made from other tables."""
        return [
            *self.stale_points(),
            *self.stale_hours(),
            *self.stale_dates(),
            *self.stale_free_hours(),
            *self.stale_statistics(),
        ]

    def stale_dates(self) -> list[date]:
        return CITY_DATES.stale_days(self.house, NOW.date())


def forget_tables(house: Warehouse) -> None:
    """All tables, as they were before the first response."""
    with house.transaction() as cursor:
        for contract in TABLES:
            cursor.execute(f"DELETE FROM {qualified_name(contract)}")


def differing_days(contract: type[Contract], held: Rows, right: Rows) -> set[date]:
    """Days of a table that has other rows of them than it should."""
    column = partition_column(contract)
    assert column
    one, other = held[name(contract)], right[name(contract)]
    sides = ((one, other), (other, one))
    only = pl.concat([a.join(b, on=a.columns, how="anti", nulls_equal=True) for a, b in sides])
    return set(only[column].cast(pl.Date))
