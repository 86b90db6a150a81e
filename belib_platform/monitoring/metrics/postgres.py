"""A transaction in PostgreSQL for looking: it writes nothing, and no statement takes longer than some seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from belib_platform.warehouse.connecting import connect, set_local

STATEMENT_MS = 3000
CONNECT_S = 3


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """In one READ ONLY transaction for the time of the block. Raises psycopg.Error."""
    with connect(url, read_only=True, connect_timeout_s=CONNECT_S) as looking:
        set_local(looking, statement_timeout=str(STATEMENT_MS), application_name="belib_metrics")
        yield looking
