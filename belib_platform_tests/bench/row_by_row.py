"""The script one writes first: the records of each body as documents into MongoDB and as rows into PostgreSQL.

A commit per body; rows are upserted, so that a second run is harmless.
"""

import json
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


def contestant(urls: Urls, part: Load) -> Contestant:
    """A script of thirty lines, on a part of the day."""
    return Contestant(
        name="a script: documents, then rows",
        load=part,
        run=partial(load_rows, urls, part),
        runs=partial(folded_runs, urls.postgres, "row_by_row"),
        remark=partial(row_count_and_size, urls.postgres, "row_by_row"),
    )


def load_rows(urls: Urls, load: Load) -> None:
    """Load the bodies one after the other into `row_by_row`, a collection and a table made for it."""
    client: MongoClient[dict[str, Any]] = MongoClient(urls.mongo)
    with client, psycopg.connect(urls.postgres) as connection:
        documents = client.get_default_database()["row_by_row"]
        documents.drop()
        connection.execute(TABLE)
        for fetched_at, body in load.bodies():
            records = [{"fetched_at": fetched_at, **record} for record in json.loads(body)]
            documents.insert_many(records)
            with connection.cursor() as cursor:
                cursor.executemany(UPSERT, records)
            connection.commit()
