"""Which files are made of which tables."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import groupby

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.mart import CityDaily
from belib_platform.exports.csv_on_the_web import write_csv, write_csv_metadata
from belib_platform.exports.description import Description
from belib_platform.exports.files import FileSet
from belib_platform.exports.parquet import made_from_of, write_parquet
from belib_platform.exports.terms import BELIB, terms_of
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.warehouse import Table, Warehouse

CITY_CSV, CITY_CSVW, CITY_PARQUET = "city_daily.csv", "city_daily.csv-metadata.json", "city_daily.parquet"

CITY_TITLE = "Belib' charging points of Paris by day and arrondissement"
STATUS_TITLE = "Belib' charging points of Paris: runs of status"


def city_daily_files(warehouse: Warehouse, *, is_simulated: bool) -> list[FileSet]:
    """`city_daily` whole, as CSV with its metadata and as Parquet, which tells what all three were made from."""
    notes = list(warehouse.notes(CityDaily).values())
    frame = warehouse.read(CityDaily).sort(CityDaily.primary_key())
    description = Description(CityDaily, CITY_TITLE, terms_of(providers_of(frame)), is_simulated)
    made_from = description.made_from(notes)
    files = {
        CITY_CSV: partial(write_csv, frame=frame),
        CITY_CSVW: partial(write_csv_metadata, csv_name=CITY_CSV, description=description, made_from=made_from),
        CITY_PARQUET: partial(write_parquet, frames=[frame], description=description, made_from=made_from),
    }
    return [FileSet(files, lambda folder: made_from_of(folder / CITY_PARQUET) == made_from)]


def charge_point_status_files(warehouse: Warehouse, today: date, *, is_simulated: bool) -> list[FileSet]:
    """`charge_point_status` by month, as far as its UTC days are over; a month without rows has no file."""
    description = Description(ChargePointStatus, STATUS_TITLE, [BELIB], is_simulated)
    months = groupby(days_over(warehouse, today), key=lambda note: note.window_key[:7])
    return [_month(Table(warehouse, ChargePointStatus), month, list(notes), description) for month, notes in months]


def days_over(warehouse: Warehouse, today: date) -> list[Note]:
    """Notes of the UTC days of `charge_point_status` that are over and have rows, oldest first."""
    notes = warehouse.notes(ChargePointStatus).values()
    return [note for note in notes if note.row_count and note.window_key < today.isoformat()]


def providers_of(city: pl.DataFrame) -> list[str]:
    """Weather providers whose forecasts are in rows of CityDaily."""
    return city.select(pl.col("weather_providers").drop_nulls().str.split(" ").explode()).to_series().unique().to_list()


def _month(table: Table, month: str, notes: Sequence[Note], description: Description) -> FileSet:
    path, made_from = f"charge_point_status/charge_point_status_{month}.parquet", description.made_from(notes)

    def days() -> Iterator[pl.DataFrame]:
        for note in notes:
            yield table.rows(date.fromisoformat(note.window_key)).sort(ChargePointStatus.primary_key())

    return FileSet(
        {path: lambda file: write_parquet(file, days(), description, made_from)},
        lambda folder: made_from_of(folder / path) == made_from,
    )
