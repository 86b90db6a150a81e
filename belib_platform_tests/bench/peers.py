"""Other ways to bring the same bodies into PostgreSQL, for comparison.

Both keep every sighting as a row, and nothing else: no runs, no attributes, no weather, no mart, no checks.
`row_by_row` is the script one writes first: `json.loads`, a tuple per record, `executemany` and a commit per page.
`copied` is the fast way to the same table: COPY, the day in one transaction. Both keep the key that makes a second
run harmless; COPY can only refuse what is there already.
"""

import json
from collections.abc import Iterable, Iterator

import psycopg

from belib_platform.raw.response import ResponseMetadata

TABLE = """
DROP TABLE IF EXISTS {table};
CREATE TABLE {table} (
    fetched_at timestamptz, id_pdc text, statut_pdc text, last_updated timestamptz, PRIMARY KEY (fetched_at, id_pdc)
)
"""
COLUMNS = ("id_pdc", "statut_pdc", "last_updated")

Bodies = Iterable[tuple[ResponseMetadata, bytes]]


def row_by_row(url: str, bodies: Bodies) -> int:
    """Rows inserted one by one."""
    insert = "INSERT INTO sighting_by_row VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
    count = 0
    with psycopg.connect(url) as connection:
        connection.execute(TABLE.format(table="sighting_by_row"))
        for response, body in bodies:
            rows = [(response.fetched_at, *(record[column] for column in COLUMNS)) for record in json.loads(body)]
            with connection.cursor() as cursor:
                cursor.executemany(insert, rows)
            connection.commit()
            count += len(rows)
    return count


def copied(url: str, bodies: Bodies) -> int:
    """Rows copied into a keyed table."""
    count = 0
    with psycopg.connect(url) as connection:
        connection.execute(TABLE.format(table="sighting_by_copy"))
        with connection.cursor() as cursor, cursor.copy("COPY sighting_by_copy FROM STDIN") as copy:
            for row in _rows(bodies):
                copy.write_row(row)
                count += 1
    return count


def _rows(bodies: Bodies) -> Iterator[tuple[object, ...]]:
    for response, body in bodies:
        for record in json.loads(body):
            yield (response.fetched_at, *(record[column] for column in COLUMNS))


def size_mib(url: str, table: str) -> float:
    """A table's size on disk with its indexes."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()
    return int(row[0]) / 2**20 if row else 0.0
