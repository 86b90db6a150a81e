"""Exported copies of tables: small tables as CSV and Parquet, long ones as one Parquet file per month."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import IO

import polars as pl

from belib_platform.contracts.contract import Contract, name, qualified_name
from belib_platform.exports.csv_on_the_web import write_csv, write_csv_metadata
from belib_platform.exports.description import Description
from belib_platform.exports.exported import Exported
from belib_platform.exports.files import FileSet
from belib_platform.exports.parquet import made_from_of, write_parquet
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.warehouse import Table, Warehouse, between


def exported_files(warehouse: Warehouse, exported: Exported, today: date, *, is_simulated: bool) -> list[FileSet]:
    """The files of a table: those of its past months (UTC days before `today`), or of all of its rows."""
    if exported.by_month:
        return monthly_files(warehouse, exported, today, is_simulated=is_simulated)
    return whole_table_files(warehouse, exported, is_simulated=is_simulated)


def whole_table_files(warehouse: Warehouse, exported: Exported, *, is_simulated: bool) -> list[FileSet]:
    """All rows of a table: CSV, its metadata, and Parquet.

    The Parquet file's metadata says what all three were made from.
    """
    contract = exported.contract
    notes = list(warehouse.notes(contract).values())  # read before the rows, which then may only be newer
    rows = warehouse.read(contract).sort(contract.primary_key())
    terms = terms_of(providers_of(rows), exported.terms)
    description = Description(contract, exported.title, terms, is_simulated)
    made_from = description.made_from(notes)
    csv_name, metadata_name, parquet_name = whole_files(contract)
    files = {
        csv_name: partial(write_csv, frame=rows),
        metadata_name: partial(write_csv_metadata, csv_name=csv_name, description=description, made_from=made_from),
        parquet_name: partial(write_parquet, frames=[rows], description=description, made_from=made_from),
    }
    return [FileSet(files, lambda folder: made_from_of(folder / parquet_name) == made_from)]


def monthly_files(warehouse: Warehouse, exported: Exported, today: date, *, is_simulated: bool) -> list[FileSet]:
    """Monthly files of a table with past UTC days; a month without rows has no file."""
    could_apply = terms_of(PROVIDERS if exported.has_weather else (), exported.terms)
    description = Description(exported.contract, exported.title, could_apply, is_simulated)
    months = months_over(warehouse, exported.contract, today)
    return [_month(warehouse, exported, notes, description) for notes in months.values()]


def whole_files(contract: type[Contract]) -> list[str]:
    """Names of the files of a table that is not divided into months: CSV, its metadata, Parquet."""
    table = name(contract)
    return [f"{table}.csv", f"{table}.csv-metadata.json", f"{table}.parquet"]


def part_file(contract: type[Contract], part: str) -> str:
    """Path of the file of one part, such as the month `2026-11`."""
    table = name(contract)
    return f"{table}/{table}_{part}.parquet"


def months_over(warehouse: Warehouse, contract: type[Contract], today: date) -> dict[str, list[Note]]:
    """Notes of a daily table's past UTC days that have rows, oldest first, by month such as `2026-11`."""
    notes = warehouse.notes(contract).values()
    over = [note for note in notes if note.row_count and note.window_key < today.isoformat()]
    return {month: list(days) for month, days in groupby(over, key=lambda note: note.window_key[:7])}


def providers_of(rows: pl.DataFrame) -> set[str]:
    """Providers whose forecasts these rows use; only tables by date name any."""
    return (
        set(rows["weather_providers"].drop_nulls().str.split(" ").explode()) if "weather_providers" in rows else set()
    )


def _month(warehouse: Warehouse, exported: Exported, notes: Sequence[Note], description: Description) -> FileSet:
    """The file of one month, with one row group per day.

    It names the licences that apply to its rows; `description` has all that could apply to the table.
    """
    contract, made_from = exported.contract, description.made_from(notes)
    path = part_file(contract, notes[0].window_key[:7])

    def days() -> Iterator[pl.DataFrame]:
        for note in notes:
            yield Table(warehouse, contract).rows(date.fromisoformat(note.window_key)).sort(contract.primary_key())

    def write(file: IO[bytes]) -> None:
        terms = _terms_of_hours(warehouse, exported, notes) if exported.has_weather else [exported.terms]
        write_parquet(file, days(), replace(description, terms=terms), made_from)

    return FileSet({path: write}, lambda folder: made_from_of(folder / path) == made_from)


def _terms_of_hours(warehouse: Warehouse, exported: Exported, notes: Sequence[Note]) -> list[Terms]:
    """Licences of the network, and of providers whose forecasts are used from the first of these days to the last."""
    used = warehouse.query(
        f"SELECT DISTINCT weather_provider FROM {qualified_name(exported.contract)} "  # noqa: S608
        f"WHERE weather_provider IS NOT NULL AND {between(exported.contract)}",
        date.fromisoformat(notes[0].window_key),
        date.fromisoformat(notes[-1].window_key) + timedelta(days=1),
    )
    return terms_of(used["weather_provider"], exported.terms)
