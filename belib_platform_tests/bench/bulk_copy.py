"""The plain sightings in one table, by COPY: no runs, no attributes, no weather, no checks, nothing noted.

Bodies are decoded by polars. ADBC copies Arrow in binary, psycopg copies CSV. With a key (point and instant) a second
load is refused, without one it doubles the rows.
"""

from collections.abc import Callable, Iterator
from functools import partial

import adbc_driver_postgresql.dbapi
import polars as pl
import psycopg

from belib_platform_tests.bench.contestants import Contestant
from belib_platform_tests.bench.load import Load
from belib_platform_tests.bench.same_runs import folded_runs, row_count_and_size

TABLE = """
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} (fetched_at timestamptz, id_pdc text, statut_pdc text, last_updated timestamptz {key})
"""
KEY = ", PRIMARY KEY (fetched_at, id_pdc)"


def contestants(url: str, load: Load) -> Iterator[Contestant]:
    """The four of them, each with a table of its own in the database at the URL."""
    for table, what, copy, key in (
        ("adbc", "ADBC of the plain sightings, no key", by_adbc, ""),
        ("adbc_keyed", "ADBC of the plain sightings, keyed", by_adbc, KEY),
        ("csv", "COPY of the plain sightings as CSV, no key", by_csv, ""),
        ("csv_keyed", "COPY of the plain sightings as CSV, keyed", by_csv, KEY),
    ):
        yield Contestant(
            name=what,
            load=load,
            run=partial(copied, url, load, table, key, copy),
            runs=partial(folded_runs, url, table),
            remark=partial(row_count_and_size, url, table),
        )


def copied(url: str, load: Load, table: str, key: str, copy: Callable[[str, str, pl.DataFrame], None]) -> None:
    """Read, decode and copy a load into a table made for it."""
    with psycopg.connect(url) as connection:
        connection.execute(TABLE.format(table=table, key=key))
    copy(url, table, pl.concat(load.sightings()))


def by_adbc(url: str, table: str, sightings: pl.DataFrame) -> None:
    """COPY in binary, from Arrow."""
    with adbc_driver_postgresql.dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest(table, sightings.to_arrow(), mode="append")
        connection.commit()


def by_csv(url: str, table: str, sightings: pl.DataFrame) -> None:
    """COPY of text."""
    statement = f"COPY {table} FROM STDIN (FORMAT csv)"
    with psycopg.connect(url) as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(sightings.write_csv(include_header=False))
