"""The database's schemas, tables and views, made from the contracts; a living table is altered in place, or refused."""

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa

from belib_platform.contracts.clean import RejectedRecord, WrittenWindow
from belib_platform.contracts.contract import Contract, doc, fingerprint, layer, qualified_name
from belib_platform.contracts.ddl import sql_table
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.warehouse.altering import altered

LOCK = "SELECT pg_advisory_xact_lock(hashtext('belib_platform schema'))"

LIVING = """
SELECT wanted.name, coalesce(obj_description(oid, 'pg_class'), '')
FROM unnest(CAST(:names AS text[])) AS wanted (name) JOIN pg_class ON oid = to_regclass(wanted.name)
"""


def engine_of(url: str) -> sa.Engine:
    """A SQLAlchemy engine over psycopg 3 for a libpq URL."""
    return sa.create_engine(f"postgresql+psycopg://{url.partition('://')[2]}")


def ensure_schema(url: str) -> list[str]:
    """Create what is missing and alter what can be; returns the qualified names of tables of another contract."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            if _is_current(connection):
                return []
            changed = _make_tables(connection)
            if not changed:
                _make_views(connection)
            return changed
    finally:
        engine.dispose()


def drop_changed(url: str) -> list[str]:
    """Drop the tables that cannot be altered to their contract, and their notes; returns their names.

    Rejected records come back only with the windows that turned them away, so with their table all notes go.
    """
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            changed = _make_tables(connection)
            _forget(connection, changed)
            for table in changed:
                connection.execute(sa.text(f"DROP TABLE {table} CASCADE"))
            return changed
    finally:
        engine.dispose()


def _make_tables(connection: sa.Connection) -> list[str]:
    """Alone, in one transaction; returns the tables whose rows cannot be kept."""
    connection.execute(sa.text(LOCK))
    for namespace in sorted({layer(contract) for contract in [*TABLES, *VIEWS]}):
        connection.execute(sa.schema.CreateSchema(namespace, if_not_exists=True))
    metadata = sa.MetaData()
    for contract in TABLES:
        sql_table(contract, metadata)
    metadata.create_all(connection)
    return [qualified_name(contract) for contract in _changed(connection) if not altered(connection, contract)]


def _forget(connection: sa.Connection, tables: list[str]) -> None:
    notes = f"DELETE FROM {qualified_name(WrittenWindow)}"
    if qualified_name(RejectedRecord) in tables:
        connection.execute(sa.text(notes))
    for table in tables:
        connection.execute(sa.text(f"{notes} WHERE asset = :asset"), {"asset": table.partition(".")[2]})


def _is_current(connection: sa.Connection) -> bool:
    comments = _comments(connection, [*TABLES, *VIEWS])
    return all(_mark(contract) in comments.get(contract, "") for contract in [*TABLES, *VIEWS])


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
