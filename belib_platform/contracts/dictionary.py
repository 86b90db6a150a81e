"""`docs/data-dictionary.md`, from the contracts; `python -m belib_platform.contracts.dictionary` writes it."""

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

Generated from `belib_platform/contracts/`; do not edit. Every instant is UTC, to the millisecond; columns that end in
`_s` are seconds, in `_ratio` shares from 0 to 1. Keys are in **bold**, in the order of the primary key.
"""

LAYERS = {
    "clean": "What the sources said, typed, with everything turned away kept beside it.",
    "mart": "The history joined, for those who decide with it.",
    "exports": "Exported files that are more than a copy of one table. The others have the columns of their tables; "
    "the data card beside the files says which there are.",
    "search": "Documents for those who look and draw, by the alias they are found under; types are Elasticsearch's.",
}


def dictionary() -> str:
    """The whole document, Markdown."""
    return "\n".join([HEAD, *_layers(), *_files(), *_indices(), *_statuses()])


def _layers() -> Iterator[str]:
    for namespace, contracts in groupby([*TABLES, *VIEWS], key=layer):
        yield f"## Layer `{namespace}`\n\n{LAYERS[namespace]}\n"
        for contract in contracts:
            yield from _table(contract)


def _table(contract: type[Contract]) -> Iterator[str]:
    partition = partition_column(contract)
    yield f"### `{qualified_name(contract)}`\n\n{doc(contract)}\n"
    yield f"Partitioned by the UTC day of `{partition}`.\n" if partition else "Written whole.\n"
    yield from table_of_columns(contract)


def _files() -> Iterator[str]:
    for namespace, contracts in groupby(FILES, key=layer):
        yield f"## Files `{namespace}`\n\n{LAYERS[namespace]}\n"
        for contract in contracts:
            yield f"### `{name(contract)}`\n\n{doc(contract)}\n"
            yield from table_of_columns(contract)


def table_of_columns(contract: type[Contract]) -> Iterator[str]:
    """Lines of a Markdown table: each column with its type and what it holds, and an empty line."""
    docs = column_docs(contract)
    yield "| column | type | null | what it holds |\n|---|---|---|---|"
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
    yield "| field | type | null | what it holds |\n|---|---|---|---|"
    for field, spec in index_fields(contract).items():
        shown = f"**`{field}`**" if field in contract.primary_key() else f"`{field}`"
        nullable = "yes" if contract.columns()[field].nullable else ""
        yield f"| {shown} | {spec['type']} | {nullable} | {docs[field]}{_one_of(contract, field)} |"
    yield ""


def _one_of(contract: type[Contract], column: str) -> str:
    dtype = frame_schema(contract)[column]
    return f" One of {', '.join(dtype.categories)}." if isinstance(dtype, pl.Enum) else ""


def _statuses() -> Iterator[str]:
    yield "## Statuses\n\nWords of `statut_pdc` without accents, case or feminine endings, and what they become.\n"
    yield "| word | OCPI status |\n|---|---|"
    yield from (f"| {word} | {status} |" for word, status in STATUS_OF_WORD.items())
    yield ""


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(dictionary(), encoding="utf-8")
