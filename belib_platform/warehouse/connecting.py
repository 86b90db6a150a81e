"""How the platform connects to PostgreSQL, directly or through a pooler that gives out connections by transaction.

Nothing outlives a transaction: no session setting, no session lock, no temporary table, no prepared statement. What a
transaction relies upon it sets for itself, so that settings of a role, of a database or left behind by another client
of the pooler change nothing.
"""

from typing import Any

import psycopg
from psycopg import IsolationLevel

CONNECT_S = 10

PARAMETERS = {"client_encoding": "utf8", "fallback_application_name": "belib"}
"""Of every URL; a pooler keeps both by client. `options` would be refused there."""


def pinned(url: str) -> str:
    """The URL with the parameters of every connection: the client speaks UTF-8 whatever role and database say."""
    address, _, query = url.partition("?")
    own = [part for part in query.split("&") if part and part.partition("=")[0] not in PARAMETERS]
    return f"{address}?{'&'.join([*own, *(f'{name}={value}' for name, value in PARAMETERS.items())])}"


def connect(
    url: str, *, read_only: bool = False, autocommit: bool = False, connect_timeout_s: int = CONNECT_S
) -> psycopg.Connection[Any]:
    """A connection whose transactions are READ COMMITTED and READ WRITE or READ ONLY. Raises psycopg.Error."""
    connection = psycopg.connect(
        pinned(url), autocommit=autocommit, connect_timeout=connect_timeout_s, prepare_threshold=None
    )
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.read_only = read_only
    return connection


def set_local(connection: psycopg.Connection[Any], **settings: str) -> None:
    """Give settings a value until the end of the transaction that the connection is in."""
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, value])
