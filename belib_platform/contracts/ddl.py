"""Convert a contract to a PostgreSQL table."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from belib_platform.contracts.contract import Contract, Index, column_docs, doc, fingerprint, layer, name


def sql_table(contract: type[Contract], metadata: sa.MetaData | None = None) -> sa.Table:
    """The PostgreSQL table: typed columns in contract order with keys, indexes and comments.

    The table's comment ends with the contract's fingerprint, which shows whether an existing table is up to date.
    """
    columns = [
        _documented(column, contract)
        for column in contract.to_sqlalchemy_columns(postgresql.dialect())  # type: ignore[no-untyped-call]
    ]
    comment = f"{doc(contract)} [contract {fingerprint(contract)}]"
    metadata = metadata or sa.MetaData()
    indexes = [_sql_index(contract, index) for index in contract.indexes]
    return sa.Table(name(contract), metadata, *columns, *indexes, schema=layer(contract), comment=comment)


def index_names(contract: type[Contract]) -> list[str]:
    """The names of a table's indexes besides that of its key, without their schema."""
    return [f"{name(contract)}_{index.name}" for index in contract.indexes]


def _sql_index(contract: type[Contract], index: Index) -> sa.Index:
    columns = [sa.text(column) for column in index.columns]
    where = None if index.where is None else sa.text(index.where)
    return sa.Index(
        f"{name(contract)}_{index.name}", *columns, postgresql_where=where, postgresql_using=index.using or "btree"
    )


def sql_type(column: sa.Column[Any]) -> str:
    """The column's type as PostgreSQL spells it."""
    return column.type.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call]


def _documented(column: sa.Column[Any], contract: type[Contract]) -> sa.Column[Any]:
    column.comment = column_docs(contract)[column.name]
    if isinstance(column.type, sa.String):
        column.type = sa.Text()
    return column
