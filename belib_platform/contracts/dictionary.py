"""Write `docs/data-dictionary.md` from the contracts: `python -m belib_platform.contracts.dictionary`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import polars as pl

from belib_platform.contracts.contract import (
    Contract,
    column_docs,
    doc,
    frame_schema,
    layer,
    name,
    partition_column,
    qualified_name,
)
from belib_platform.contracts.ddl import sql_table, sql_type
from belib_platform.contracts.mapping import index_fields
from belib_platform.contracts.tables import FILES, INDICES, TABLES, VIEWS
from belib_platform.contracts.vocabulary import STATUS_OF_WORD

FILE = Path("docs/data-dictionary.md")

HEAD = """\
# Data dictionary

Generated from `belib_platform/contracts/`; do not edit. All instants are in UTC with milliseconds. Columns that end in
`_s` are seconds, in `_ratio` shares from 0 to 1. Columns of the primary key are in **bold**.
"""

LAYERS = {
    "clean": "The sources' data with types, and the rejected records.",
    "mart": "Tables for analysis: the history of availability joined with the weather.",
    "exports": "Exported files that are not copies of a table. Other exported files have the columns of their tables; "
    "the data card beside the files lists them.",
    "search": "Documents in Elasticsearch for search and dashboards, by alias; types are Elasticsearch's.",
}


def dictionary() -> str:
    """The data dictionary in Markdown."""
    return "\n".join([HEAD, *_layers(), *_files(), *_indices(), *_statuses()])


def _layers() -> Iterator[str]:
    for namespace, contracts in groupby([*TABLES, *VIEWS], key=layer):
        yield f"## Layer `{namespace}`\n\n{LAYERS[namespace]}\n"
        for contract in contracts:
            yield from _table(contract)


def _table(contract: type[Contract]) -> Iterator[str]:
    partition = partition_column(contract)
    yield f"### `{qualified_name(contract)}`\n\n{doc(contract)}\n"
    yield f"Partitioned by the UTC day of `{partition}`.\n" if partition else "Not partitioned.\n"
    yield from table_of_columns(contract)


def _files() -> Iterator[str]:
    for namespace, contracts in groupby(FILES, key=layer):
        yield f"## Files `{namespace}`\n\n{LAYERS[namespace]}\n"
        for contract in contracts:
            yield f"### `{name(contract)}`\n\n{doc(contract)}\n"
            yield from table_of_columns(contract)


def table_of_columns(contract: type[Contract]) -> Iterator[str]:
    """Lines of a Markdown table of columns with types and descriptions, and an empty line."""
    docs = column_docs(contract)
    yield "| column | type | null | description |\n|---|---|---|---|"
    for column in sql_table(contract).columns:
        shown = f"**`{column.name}`**" if column.primary_key else f"`{column.name}`"
        nullable = "yes" if column.nullable else ""
        yield f"| {shown} | {sql_type(column)} | {nullable} | {docs[column.name]}{_one_of(contract, column.name)} |"
    yield ""


def _indices() -> Iterator[str]:
    for namespace, contracts in groupby(INDICES, key=layer):
        yield f"## Layer `{namespace}`\n\n{LAYERS[namespace]}\n"
        for contract in contracts:
            yield from _index(contract)


def _index(contract: type[Contract]) -> Iterator[str]:
    docs = column_docs(contract)
    yield f"### `{name(contract)}`\n\n{doc(contract)}\n"
    yield "| field | type | null | description |\n|---|---|---|---|"
    for field, spec in index_fields(contract).items():
        shown = f"**`{field}`**" if field in contract.primary_key() else f"`{field}`"
        nullable = "yes" if contract.columns()[field].nullable else ""
        yield f"| {shown} | {spec['type']} | {nullable} | {docs[field]}{_one_of(contract, field)} |"
    yield ""


def _one_of(contract: type[Contract], column: str) -> str:
    dtype = frame_schema(contract)[column]
    return f" One of {', '.join(dtype.categories)}." if isinstance(dtype, pl.Enum) else ""


def _statuses() -> Iterator[str]:
    yield "## Statuses\n\nWords of `statut_pdc` without accents, case and feminine endings, and their OCPI statuses.\n"
    yield "| word | OCPI status |\n|---|---|"
    yield from (f"| {word} | {status} |" for word, status in STATUS_OF_WORD.items())
    yield ""


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(dictionary(), encoding="utf-8")
