"""Group `exports`: files for those who have no database. What did not change is not written again."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import export_asset
from belib_platform.assets.partitions import today
from belib_platform.contracts.contract import name
from belib_platform.exports import exported
from belib_platform.exports.data_card import data_card_files
from belib_platform.exports.episodes import episode_files
from belib_platform.exports.exported import EXPORTED, Exported
from belib_platform.exports.files import FileSet
from belib_platform.exports.tables import exported_files
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.head import archive_head_if_sound
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings

Files = dg.Output[Sequence[FileSet]]


def _of_table(table: Exported) -> dict[str, Any]:
    if table.by_month:
        how = (
            f"`{name(table.contract)}` as Parquet, a file a month, as far as its UTC days are over: {table.why}. A "
            "month whose days were not written since stays as it is."
        )
        kinds = {"parquet"}
    else:
        how = f"`{name(table.contract)}` as CSV with CSV on the Web metadata, and as Parquet: {table.why}."
        kinds = {"csv", "parquet"}
    return {**export_asset(table.asset, how, kinds), "deps": [name(table.contract)]}


def _files(postgres: PostgresResource, table: Exported) -> Files:
    simulated = load_settings().is_simulated
    return dg.Output(exported_files(postgres.warehouse(), table, today(), is_simulated=simulated))


@asset(**_of_table(exported.CITY_DAILY))
def city_daily_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return _files(postgres, exported.CITY_DAILY)


@asset(**_of_table(exported.STATION_AVAILABILITY_HOURLY))
def station_availability_hourly_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    return _files(postgres, exported.STATION_AVAILABILITY_HOURLY)


@asset(**_of_table(exported.CHARGE_POINT_STATUS))
def charge_point_status_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    return _files(postgres, exported.CHARGE_POINT_STATUS)


@asset(**_of_table(exported.CHARGE_POINT))
def charge_point_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return _files(postgres, exported.CHARGE_POINT)


@asset(**_of_table(exported.STATION))
def station_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return _files(postgres, exported.STATION)


@asset(**_of_table(exported.BIKE_CITY_DAILY))
def bike_city_daily_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return _files(postgres, exported.BIKE_CITY_DAILY)


@asset(**_of_table(exported.BIKE_AVAILABILITY_HOURLY))
def bike_availability_hourly_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    return _files(postgres, exported.BIKE_AVAILABILITY_HOURLY)


@asset(**_of_table(exported.BIKE_STATION_STATUS))
def bike_station_status_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    return _files(postgres, exported.BIKE_STATION_STATUS)


@asset(**_of_table(exported.BIKE_STATION))
def bike_station_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return _files(postgres, exported.BIKE_STATION)


@asset(
    **export_asset(
        "episode_export",
        "Runs of status merged over midnight, as Parquet: a file for each month in which episodes ended, and one of "
        "those that go on. Each says between which polls it began and ended, or that this is not known (censored), so "
        "that an outage of several days is one row.",
        {"parquet"},
    ),
    deps=["charge_point_status"],
)
def episode_export(postgres: PostgresResource) -> Files:
    """Month by month, a month's runs in memory at a time."""
    simulated = load_settings().is_simulated
    return dg.Output(episode_files(postgres.warehouse(), today(), is_simulated=simulated))


@asset(
    **export_asset(
        "data_card",
        "README.md beside the exported files: every column, examples, licences and whom to name, what polling cannot "
        "know, the days held and how much of them was observed, the head of the archive, how to cite.",
        {"markdown"},
    ),
    deps=[*(table.asset for table in EXPORTED), episode_export],
)
def data_card(postgres: PostgresResource) -> Files:
    """From the contracts, from what the tables hold, and from the manifest of the archive."""
    settings = load_settings()
    head = archive_head_if_sound(archive_of(settings))
    files = data_card_files(postgres.warehouse(), today(), is_simulated=settings.is_simulated, archive_head=head)
    return dg.Output(files)
