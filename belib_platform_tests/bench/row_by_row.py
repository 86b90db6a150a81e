"""The script one writes first: the records of each body as documents into MongoDB and as rows into PostgreSQL.

A commit per body; rows are upserted, so that a second run is harmless.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import psycopg
from pymongo import MongoClient

from belib_platform.local.urls import Urls
from belib_platform_tests.bench.contestants import Contestant
from belib_platform_tests.bench.load import Load
from belib_platform_tests.bench.same_runs import folded_runs, row_count_and_size

TABLE = """
DROP TABLE IF EXISTS row_by_row;
CREATE TABLE row_by_row (
    fetched_at timestamptz, id_pdc text, statut_pdc text, last_updated timestamptz, PRIMARY KEY (fetched_at, id_pdc)
)
"""
UPSERT = """
INSERT INTO row_by_row VALUES (%(fetched_at)s, %(id_pdc)s, %(statut_pdc)s, %(last_updated)s)
ON CONFLICT (fetched_at, id_pdc) DO UPDATE
SET statut_pdc = excluded.statut_pdc, last_updated = excluded.last_updated
"""


def contestants(urls: Urls, part: Load) -> Iterator[Contestant]:
    """A script of thirty lines on a part of the day, and the same without its documents."""
    for name, mongo in {"a script: documents, then rows": urls.mongo, "a script: rows only": None}.items():
        yield Contestant(
            name=name,
            load=part,
            run=partial(load_rows, urls.postgres, mongo, part),
            runs=partial(folded_runs, urls.postgres, "row_by_row"),
            remark=partial(row_count_and_size, urls.postgres, "row_by_row"),
        )


def load_rows(postgres: str, mongo: str | None, load: Load) -> None:
    """Load the bodies one after the other into `row_by_row`: a table, and where MongoDB is given a collection."""
    with ExitStack() as stack:
        connection = stack.enter_context(psycopg.connect(postgres))
        client: MongoClient[dict[str, Any]] | None = stack.enter_context(MongoClient(mongo)) if mongo else None
        documents = client.get_default_database()["row_by_row"] if client else None
        if documents is not None:
            documents.drop()
        connection.execute(TABLE)
        for fetched_at, body in load.bodies():
            records = [{"fetched_at": fetched_at, **record} for record in json.loads(body)]
            if documents is not None:
                documents.insert_many(records)
            with connection.cursor() as cursor:
                cursor.executemany(UPSERT, records)
            connection.commit()
