"""The database's schemas, tables and views, made from the contracts; a living table is never altered silently."""

import sqlalchemy as sa

from belib_platform.contracts.clean import RejectedRecord, WrittenWindow
from belib_platform.contracts.contract import Contract, fingerprint, layer, qualified_name
from belib_platform.contracts.ddl import sql_table
from belib_platform.contracts.tables import TABLES, VIEWS

LOCK = "SELECT pg_advisory_xact_lock(hashtext('belib_platform schema'))"


def engine_of(url: str) -> sa.Engine:
    """A SQLAlchemy engine over psycopg 3 for a libpq URL."""
    return sa.create_engine(f"postgresql+psycopg://{url.partition('://')[2]}")


def ensure_schema(url: str) -> list[str]:
    """Create what is missing; returns the qualified names of tables made by another version of their contract."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(LOCK))
            for namespace in sorted({layer(contract) for contract in [*TABLES, *VIEWS]}):
                connection.execute(sa.schema.CreateSchema(namespace, if_not_exists=True))
            metadata = sa.MetaData()
            for contract in TABLES:
                sql_table(contract, metadata)
            metadata.create_all(connection)
            changed = _changed(connection)
            if not changed:
                _make_views(connection)
            return changed
    finally:
        engine.dispose()


def drop_changed(url: str) -> list[str]:
    """Drop the tables made by another version of their contract, and their notes; returns their names.

    Rejected records come back only with the windows that turned them away, so with their table all notes go.
    """
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(LOCK))
            changed = _changed(connection)
            _forget(connection, changed)
            for table in changed:
                connection.execute(sa.text(f"DROP TABLE {table} CASCADE"))
            return changed
    finally:
        engine.dispose()


def changed_tables(url: str) -> list[str]:
    """Qualified names of the living tables made by another version of their contract; nothing is dropped."""
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            return _changed(connection)
    finally:
        engine.dispose()


def _forget(connection: sa.Connection, tables: list[str]) -> None:
    notes = f"DELETE FROM {qualified_name(WrittenWindow)}"
    if qualified_name(RejectedRecord) in tables:
        connection.execute(sa.text(notes))
    for table in tables:
        connection.execute(sa.text(f"{notes} WHERE asset = :asset"), {"asset": table.partition(".")[2]})


def _changed(connection: sa.Connection) -> list[str]:
    return [
        qualified_name(contract)
        for contract in TABLES
        if (comment := _comment(connection, contract)) is not None and _mark(contract) not in comment
    ]


def _comment(connection: sa.Connection, contract: type[Contract]) -> str | None:
    """A living table's or view's comment, None where there is no such table."""
    sql = "SELECT coalesce(obj_description(oid, 'pg_class'), '') FROM pg_class WHERE oid = to_regclass(:name)"
    comment: str | None = connection.scalar(sa.text(sql), {"name": qualified_name(contract)})
    return comment


def _mark(contract: type[Contract]) -> str:
    return f"[contract {fingerprint(contract)}]"


def _make_views(connection: sa.Connection) -> None:
    for contract, select in VIEWS.items():
        if _mark(contract) in (_comment(connection, contract) or ""):
            continue
        view = sql_table(contract)
        connection.execute(sa.text(f"DROP VIEW IF EXISTS {qualified_name(contract)}"))
        connection.execute(sa.text(f"CREATE VIEW {qualified_name(contract)} AS {select}"))
        connection.execute(sa.text(f"COMMENT ON VIEW {qualified_name(contract)} IS {_literal(view.comment)}"))
        for column in view.columns:
            target = f'{qualified_name(contract)}."{column.name}"'
            connection.execute(sa.text(f"COMMENT ON COLUMN {target} IS {_literal(column.comment)}"))


def _literal(text: str | None) -> str:
    quoted = (text or "").replace("'", "''").replace(":", "\\:")
    return f"'{quoted}'"
