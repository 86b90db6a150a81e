"""Group `exports`: files for those who have no database. What did not change is not written again."""

from collections.abc import Sequence

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.clean import charge_point, charge_point_status, station
from belib_platform.assets.declaration import export_asset
from belib_platform.assets.mart import city_daily, station_availability_hourly
from belib_platform.assets.partitions import today
from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.mart import CityDaily
from belib_platform.exports.data_card import data_card_files
from belib_platform.exports.episodes import episode_files
from belib_platform.exports.files import FileSet
from belib_platform.exports.tables import (
    charge_point_status_files,
    station_availability_hourly_files,
    whole_table_files,
)
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.head import archive_head_if_sound
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings

Files = dg.Output[Sequence[FileSet]]


@asset(
    **export_asset(
        "city_daily_export",
        "`city_daily` as CSV with CSV on the Web metadata, and as Parquet: a spreadsheet opens the one, a notebook the "
        "other, and both know licence, columns and contract.",
        {"csv", "parquet"},
    ),
    deps=[city_daily],
)
def city_daily_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return dg.Output(whole_table_files(postgres.warehouse(), CityDaily, is_simulated=load_settings().is_simulated))


@asset(
    **export_asset(
        "charge_point_status_export",
        "`charge_point_status` as Parquet, a file a month: the whole history of every point, as far as its UTC days "
        "are over. A month whose days were not written since stays as it is.",
        {"parquet"},
    ),
    deps=[charge_point_status],
)
def charge_point_status_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    simulated = load_settings().is_simulated
    return dg.Output(charge_point_status_files(postgres.warehouse(), today(), is_simulated=simulated))


@asset(
    **export_asset(
        "station_availability_hourly_export",
        "`station_availability_hourly` as Parquet, a file a month, as far as its UTC days are over: the hours of every "
        "station, and the weather as it was known then.",
        {"parquet"},
    ),
    deps=[station_availability_hourly],
)
def station_availability_hourly_export(postgres: PostgresResource) -> Files:
    """Month by month, a day in memory at a time."""
    simulated = load_settings().is_simulated
    return dg.Output(station_availability_hourly_files(postgres.warehouse(), today(), is_simulated=simulated))


@asset(
    **export_asset(
        "charge_point_export",
        "`charge_point` as CSV and as Parquet: where every point is, of which station, and how strong.",
        {"csv", "parquet"},
    ),
    deps=[charge_point],
)
def charge_point_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return dg.Output(whole_table_files(postgres.warehouse(), ChargePoint, is_simulated=load_settings().is_simulated))


@asset(
    **export_asset(
        "station_export",
        "`station` as CSV and as Parquet: where every station is, and what its points have in common.",
        {"csv", "parquet"},
    ),
    deps=[station],
)
def station_export(postgres: PostgresResource) -> Files:
    """The whole table."""
    return dg.Output(whole_table_files(postgres.warehouse(), Station, is_simulated=load_settings().is_simulated))


@asset(
    **export_asset(
        "episode_export",
        "Runs of status merged over midnight, as Parquet: a file for each month in which episodes ended, and one of "
        "those that go on. Each says between which polls it began and ended, or that this is not known (censored), so "
        "that an outage of several days is one row.",
        {"parquet"},
    ),
    deps=[charge_point_status],
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
    deps=[
        city_daily_export,
        station_availability_hourly_export,
        charge_point_status_export,
        episode_export,
        charge_point_export,
        station_export,
    ],
)
def data_card(postgres: PostgresResource) -> Files:
    """From the contracts, from what the tables hold, and from the manifest of the archive."""
    settings = load_settings()
    head = archive_head_if_sound(archive_of(settings))
    files = data_card_files(postgres.warehouse(), today(), is_simulated=settings.is_simulated, archive_head=head)
    return dg.Output(files)
