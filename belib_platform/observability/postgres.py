"""A connection to PostgreSQL for looking: it writes nothing, and no statement takes longer than some seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

STATEMENT_MS = 3000
CONNECT_S = 3


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Connected for the time of the block. Raises psycopg.Error."""
    with psycopg.connect(url, connect_timeout=CONNECT_S, autocommit=True, application_name="belib_metrics") as looking:
        looking.execute("SELECT set_config('statement_timeout', %s, false)", [str(STATEMENT_MS)])
        looking.execute("SET default_transaction_read_only = on")
        yield looking
