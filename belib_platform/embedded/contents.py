"""What the stores hold: the newest sound poll, the daemon's last heartbeat and the tables' row counts, as texts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from pymongo import DESCENDING, MongoClient
from pymongo.errors import PyMongoError

LOOK_BACK = 500
"""Attempts looked at: more than those of a day."""

SILENT = timedelta(minutes=2)
"""A daemon that lives beats every 30 seconds."""

HEARTBEAT = "SELECT max(timestamp)::timestamptz FROM daemon_heartbeats"

TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema IN ('clean', 'mart') AND table_type = 'BASE TABLE' ORDER BY 1, 2
"""


def newest_sound_poll(url: str) -> str:
    """When the newest sound answer of Belib' was fetched, UTC, by the ledger `poll_attempt`."""
    client: MongoClient[dict[str, Any]] = MongoClient(url, serverSelectionTimeoutMS=3000)
    with client:
        ledger = client[urlsplit(url).path.strip("/") or "belib"]["poll_attempt"]
        try:
            attempts = list(ledger.find().sort("fetched_at_ms", DESCENDING).limit(LOOK_BACK))
        except PyMongoError as error:
            return f"not known: {error}"
    sound = [a["fetched_at_ms"] for a in attempts if (a["source"], a["outcome"]) == ("belib", "sound")]
    if not sound:
        return f"none among the last {LOOK_BACK} attempts" if attempts else "none yet"
    return f"{datetime.fromtimestamp(sound[0] / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def newest_heartbeat(url: str) -> str:
    """When Dagster's daemon last said that it lives, UTC, by Dagster's storage at `url`."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            (newest,) = connection.execute(HEARTBEAT).fetchone() or (None,)
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return "none yet"
    if newest is None:
        return "none yet"
    silent = datetime.now(UTC) - newest
    said = f"{newest.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"{said}: silent, nothing runs and no alert is sent" if silent > SILENT else said


def row_counts(url: str) -> dict[str, str]:
    """Rows of each table of the schemas `clean` and `mart` that exists, by its qualified name."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            return {
                f"{schema}.{table}": _rows(connection, schema, table) for schema, table in connection.execute(TABLES)
            }
    except psycopg.OperationalError as error:
        return {"Tables": f"not known: {str(error).strip()}"}


def _rows(connection: psycopg.Connection[Any], schema: str, table: str) -> str:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
    (count,) = connection.execute(query).fetchone() or (0,)
    return f"{count:,} rows"
