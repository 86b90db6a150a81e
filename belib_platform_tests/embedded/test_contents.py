"""What `belib status` says of Dagster's daemon, by its heartbeats in Dagster's own storage."""

from datetime import UTC, datetime, timedelta

import psycopg
from dagster._daemon.types import DaemonHeartbeat
from dagster_postgres import PostgresRunStorage

from belib_platform.embedded.contents import newest_heartbeat


def beaten(postgres_url: str, at: datetime) -> str:
    """What is said after a heartbeat, as the daemon writes it."""
    storage = PostgresRunStorage(postgres_url.replace("postgresql://", "postgresql+psycopg2://"), True)
    try:
        storage.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), "SENSOR", "a"))
    finally:
        storage.dispose()
    return newest_heartbeat(postgres_url)


def test_a_daemon_that_is_silent_is_said_to_be(postgres_url: str) -> None:
    assert newest_heartbeat(postgres_url) == "none yet"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET timezone TO "America/Lima"')
    now = datetime.now(UTC)
    before = now - timedelta(minutes=3)
    silent = "silent, nothing runs and no alert is sent"
    assert beaten(postgres_url, before) == f"{before:%Y-%m-%d %H:%M:%S} UTC: {silent}"
    assert beaten(postgres_url, now) == f"{now:%Y-%m-%d %H:%M:%S} UTC"
