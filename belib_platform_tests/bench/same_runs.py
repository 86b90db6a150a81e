"""Runs of status folded from a plain table of sightings, by SQL alone, so that the platform's folding is proved too."""

from datetime import timedelta

import polars as pl
import psycopg

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import conform
from belib_platform.contracts.vocabulary import PUBLISHED_WORDS

GAP_LIMIT = timedelta(minutes=15)
"""Three polling intervals."""

FOLD = """
WITH sighting AS (
    SELECT fetched_at, id_pdc, statut_pdc, last_updated,
           lag(fetched_at) OVER point AS fetched_before, lag(statut_pdc) OVER point AS status_before
    FROM {table} WINDOW point AS (PARTITION BY id_pdc ORDER BY fetched_at)
), numbered AS (
    SELECT *, count(*) FILTER (
        WHERE statut_pdc IS DISTINCT FROM status_before OR fetched_at > fetched_before + interval '{gap_limit}'
    ) OVER (PARTITION BY id_pdc ORDER BY fetched_at) AS run
    FROM sighting
)
SELECT min(fetched_at) AS first_seen_at, id_pdc AS charge_point_id, max(fetched_at) AS last_seen_at,
       statut_pdc AS status, count(*) AS poll_count,
       (array_agg(last_updated ORDER BY fetched_at DESC))[1] AS source_updated_at
FROM numbered GROUP BY id_pdc, run, statut_pdc
"""


def folded_runs(url: str, table: str) -> pl.DataFrame:
    """The runs of a table with `fetched_at`, `id_pdc`, `statut_pdc`, `last_updated` of one UTC day.

    In the columns of ChargePointStatus. The words must be spelt as the portal spells them.
    """
    with psycopg.connect(url) as connection:
        cursor = connection.execute(FOLD.format(table=table, gap_limit=GAP_LIMIT))
        names = [column.name for column in cursor.description or []]
        runs = pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)
    return conform(
        ChargePointStatus,
        runs.with_columns(
            pl.col("status").replace_strict(PUBLISHED_WORDS), holds_until=pl.col("last_seen_at") + GAP_LIMIT
        ),
    )


def row_count_and_size(url: str, table: str) -> str:
    """How many rows a table has, and its size on disk with its indexes."""
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}").fetchone()
    return f"{row[0]:,} rows, {row[1] / 2**20:,.1f} MiB" if row else ""
