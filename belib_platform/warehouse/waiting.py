"""What a reader of the outbox waits for instead of ending: a server that is away, tables and rights still to come."""

import psycopg

AWAY = (
    psycopg.OperationalError,
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.InsufficientPrivilege,
)
"""Errors that pass without the reader: the next run completes tables, and an operator gives rights."""


def reason_of(error: psycopg.Error) -> str:
    """What PostgreSQL or its client says, on one line, without a full stop."""
    return " ".join((error.diag.message_primary or str(error)).split()).rstrip(".")
