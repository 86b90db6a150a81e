"""A living table brought to its contract in place, without losing a row, where that is possible."""

import logging
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateColumn, SetColumnComment, SetTableComment

from belib_platform.contracts.contract import Contract, layer, name, qualified_name
from belib_platform.contracts.ddl import sql_table, sql_type

COLUMNS = """
SELECT attname, atttypid::regtype::text AS type, attnotnull FROM pg_attribute
WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped
"""

TYPES = "SELECT type, to_regtype(type)::text FROM unnest(CAST(:types AS text[])) AS type"


WIDENED = {("smallint", "integer"), ("smallint", "bigint"), ("integer", "bigint")}
"""Types of before and of now: every value of the one is a value of the other."""


class Living(NamedTuple):
    """A column as it is: its type as PostgreSQL spells it, and whether it refuses nulls."""

    type: str
    is_required: bool


def altered(connection: sa.Connection, contract: type[Contract]) -> bool:
    """Add the nullable columns that a table lacks, let be null what now may be, and widen integers.

    Comments follow the contract. Returns false, with nothing done, where a type changed otherwise, the key changed, a
    column went, or a required one came: rows made before cannot be rows of such a table.
    """
    table = sql_table(contract)
    living = {row.attname: Living(row.type, row.attnotnull) for row in _living(connection, contract)}
    lacking = [column for column in table.columns if column.name not in living]
    if not _fits(connection, table, living) or not all(column.nullable for column in lacking):
        return False
    for column in lacking:
        definition = CreateColumn(column).compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
        connection.execute(sa.text(f"ALTER TABLE {qualified_name(contract)} ADD COLUMN {definition}"))
    types = _types(connection, table)
    for column in table.columns:
        if column.name in living and living[column.name].type != types[column.name]:
            widened = f'ALTER COLUMN "{column.name}" TYPE {types[column.name]}'
            connection.execute(sa.text(f"ALTER TABLE {qualified_name(contract)} {widened}"))
        if column.nullable and column.name in living and living[column.name].is_required:
            loosened = f'ALTER COLUMN "{column.name}" DROP NOT NULL'
            connection.execute(sa.text(f"ALTER TABLE {qualified_name(contract)} {loosened}"))
        connection.execute(SetColumnComment(column))
    connection.execute(SetTableComment(table))
    added = f", with the new columns {', '.join(column.name for column in lacking)}" if lacking else ""
    logging.getLogger(__name__).warning("%s now has this version's contract%s.", qualified_name(contract), added)
    return True


def _fits(connection: sa.Connection, table: sa.Table, living: Mapping[str, Living]) -> bool:
    """Whether all that there is has a place in the table."""
    wanted = {column.name: column for column in table.columns}
    if not living.keys() <= wanted.keys():
        return False
    types = _types(connection, table)
    key = sa.inspect(connection).get_pk_constraint(table.name, table.schema)["constrained_columns"]
    return key == [column.name for column in table.primary_key] and all(
        (was.type == types[column] or (was.type, types[column]) in WIDENED)
        and (was.is_required or bool(wanted[column].nullable))
        for column, was in living.items()
    )


def _types(connection: sa.Connection, table: sa.Table) -> dict[str, str]:
    """The type of each column, as PostgreSQL spells it."""
    found = connection.execute(sa.text(TYPES), {"types": [sql_type(column) for column in table.columns]})
    spelled: dict[str, str] = {row[0]: row[1] for row in found}
    return {column.name: spelled[sql_type(column)] for column in table.columns}


def _living(connection: sa.Connection, contract: type[Contract]) -> sa.CursorResult[tuple[str, str, bool]]:
    return connection.execute(sa.text(COLUMNS), {"name": f"{layer(contract)}.{name(contract)}"})
