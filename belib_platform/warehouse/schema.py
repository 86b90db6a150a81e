"""The database's schemas, tables and views, made from the contracts; a living table is altered in place, or refused."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from psycopg import errors

from belib_platform.contracts.clean import RejectedRecord, WriteLock, WrittenWindow
from belib_platform.contracts.contract import Contract, doc, fingerprint, layer, qualified_name
from belib_platform.contracts.ddl import index_names, sql_table
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.warehouse.altering import altered
from belib_platform.warehouse.connecting import connect
from belib_platform.warehouse.encoding import require_utf8
from belib_platform.warehouse.locking import WAIT_S, hold, named_locks
from belib_platform.warehouse.rights import named_rights

ALTER_S = 10
"""Seconds to wait for a table that sessions read: behind a waiting ALTER all other readers wait, too."""

FOR_THIS_TRANSACTION = f"""
SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{WAIT_S}s'; SET LOCAL standard_conforming_strings = on
"""

SCHEMAS = sorted({layer(contract) for contract in [*TABLES, *VIEWS]})

ABSENT = "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE name NOT IN (SELECT nspname FROM pg_namespace)"

MADE_MEANWHILE = (errors.UniqueViolation, errors.DuplicateSchema, errors.DuplicateTable)
"""What PostgreSQL says to the slower of two processes that make the same; by then all is there."""

LIVING = """
SELECT wanted.name, coalesce(obj_description(oid, 'pg_class'), '')
FROM unnest(CAST(:names AS text[])) AS wanted (name) JOIN pg_class ON oid = to_regclass(wanted.name)
"""

LACKING = "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NULL"


def ensure_schema(url: str) -> list[str]:
    """Create what is missing and alter what can be; returns the qualified names of tables of another contract.

    Raises EncodingError, RightsError with the statements that somebody else has to run, or LockedError.
    """
    with _engine(url) as engine:
        with engine.begin() as connection:
            if _is_current(connection):
                return []
        _make_lock(engine)
        with engine.begin() as connection:
            changed = _make_tables(connection)
            if not changed:
                _make_views(connection)
            return changed


def drop_changed(url: str) -> list[str]:
    """Drop the tables that cannot be altered to their contract, and their notes; returns their names.

    Rejected records come back only with the windows that turned them away, so with their table all notes go.
    """
    with _engine(url) as engine:
        _make_lock(engine)
        with engine.begin() as connection:
            changed = _make_tables(connection)
            _forget(connection, changed)
            for table in changed:
                connection.execute(sa.text(f"DROP TABLE {table} CASCADE"))
            return changed


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    """A SQLAlchemy engine over the platform's own connections, for a database that can hold every character."""
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: connect(url))
    try:
        with connect(url) as connection:
            require_utf8(connection, "BELIB_POSTGRES_URL")
        with named_rights(url, SCHEMAS), named_locks(url, "Changing the schema"):
            yield engine
    finally:
        engine.dispose()


def _make_lock(engine: sa.Engine) -> None:
    """The schemas and the table whose rows are locked, without which nothing can be done alone."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(FOR_THIS_TRANSACTION)
            for namespace in connection.scalars(sa.text(ABSENT), {"names": SCHEMAS}).all():
                connection.execute(sa.schema.CreateSchema(namespace))
            sql_table(WriteLock).create(connection, checkfirst=True)
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, MADE_MEANWHILE):
            raise


def _make_tables(connection: sa.Connection) -> list[str]:
    """Alone, in one transaction, while no process writes; returns the tables whose rows cannot be kept."""
    connection.exec_driver_sql(FOR_THIS_TRANSACTION)
    connection.exec_driver_sql(hold(*map(qualified_name, TABLES)))
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{ALTER_S}s'")
    metadata = sa.MetaData()
    for contract in TABLES:
        sql_table(contract, metadata)
    metadata.create_all(connection)
    changed = [contract for contract in _changed(connection) if not altered(connection, contract)]
    _make_indexes(connection, [contract for contract in TABLES if contract not in changed])
    return [qualified_name(contract) for contract in changed]


def _make_indexes(connection: sa.Connection, contracts: Iterable[type[Contract]]) -> None:
    """Make the indexes that living tables lack; other sessions can read these tables meanwhile."""
    for contract in contracts:
        lacking = _lacking_indexes(connection, [contract])
        for index in sql_table(contract).indexes:
            if f"{layer(contract)}.{index.name}" in lacking:
                index.create(connection)
                logging.getLogger(__name__).warning("%s now has the index %s.", qualified_name(contract), index.name)


def _lacking_indexes(connection: sa.Connection, contracts: Iterable[type[Contract]]) -> set[str]:
    """Qualified names of indexes of these contracts that the database does not have."""
    wanted = [f"{layer(contract)}.{index}" for contract in contracts for index in index_names(contract)]
    return set(connection.scalars(sa.text(LACKING), {"names": wanted}))


def _forget(connection: sa.Connection, tables: list[str]) -> None:
    notes = f"DELETE FROM {qualified_name(WrittenWindow)}"
    if qualified_name(RejectedRecord) in tables:
        connection.execute(sa.text(notes))
    for table in tables:
        connection.execute(sa.text(f"{notes} WHERE asset = :asset"), {"asset": table.partition(".")[2]})


def _is_current(connection: sa.Connection) -> bool:
    comments = _comments(connection, [*TABLES, *VIEWS])
    is_marked = all(_mark(contract) in comments.get(contract, "") for contract in [*TABLES, *VIEWS])
    return is_marked and not _lacking_indexes(connection, TABLES)


def _changed(connection: sa.Connection) -> list[type[Contract]]:
    comments = _comments(connection, TABLES)
    return [contract for contract, comment in comments.items() if _mark(contract) not in comment]


def _comments(connection: sa.Connection, contracts: Iterable[type[Contract]]) -> dict[type[Contract], str]:
    """The comments of the living tables and views among these."""
    named = {qualified_name(contract): contract for contract in contracts}
    living = connection.execute(sa.text(LIVING), {"names": list(named)})
    return {named[name]: comment for name, comment in living}


def _mark(contract: type[Contract]) -> str:
    """By what a living table, or a view and its query, is known to be of this version."""
    select = VIEWS.get(contract)
    query = f", query {hashlib.sha256(select.encode()).hexdigest()[:12]}" if select else ""
    return f"[contract {fingerprint(contract)}{query}]"


def _make_views(connection: sa.Connection) -> None:
    comments = _comments(connection, VIEWS)
    for contract, select in VIEWS.items():
        if _mark(contract) in comments.get(contract, ""):
            continue
        view, comment = sql_table(contract), _literal(f"{doc(contract)} {_mark(contract)}")
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {qualified_name(contract)}"))
        connection.execute(sa.text(f"CREATE VIEW {qualified_name(contract)} AS {select}"))
        connection.execute(sa.text(f"COMMENT ON VIEW {qualified_name(contract)} IS {comment}"))
        for column in view.columns:
            target = f'{qualified_name(contract)}."{column.name}"'
            connection.execute(sa.text(f"COMMENT ON COLUMN {target} IS {_literal(column.comment)}"))


def _literal(text: str | None) -> str:
    quoted = (text or "").replace("'", "''").replace(":", "\\:")
    return f"'{quoted}'"
