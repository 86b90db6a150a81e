"""A transaction that only reads, with time limits: for those who observe a database while others work in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from belib_platform.warehouse.connecting import connect, set_local

STATEMENT_TIMEOUT_MS = 3000
CONNECT_TIMEOUT_S = 3


@contextmanager
def read_only_transaction(url: str) -> Iterator[psycopg.Connection[Any]]:
    """One READ ONLY transaction for the time of the block. Raises psycopg.Error."""
    with connect(url, read_only=True, connect_timeout_s=CONNECT_TIMEOUT_S) as connection:
        set_local(connection, statement_timeout=str(STATEMENT_TIMEOUT_MS), application_name="belib_metrics")
        yield connection
