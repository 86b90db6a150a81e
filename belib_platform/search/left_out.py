"""Documents that break their contract: left out of the index and named, so that they never stop the others."""

import polars as pl

from belib_platform.contracts.contract import Contract, conform, frame_schema
from belib_platform.search.client import Search
from belib_platform.search.indices import living, targets
from belib_platform.search.notes import IndexNote, all_notes

NAMED = 10
"""Documents left out that a note names."""


def notes_of(search: Search, contract: type[Contract]) -> list[IndexNote]:
    """The notes of the indices to which a contract's documents are written."""
    names = {index.name for index in targets(living(search, contract)).values()}
    return [note for (name, _), note in all_notes(search).items() if name in names]


def kept_documents(contract: type[Contract], frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that keep the contract, with its columns."""
    return contract.filter(conform(contract, frame)).result


def broken_documents(contract: type[Contract], frame: pl.DataFrame) -> pl.DataFrame:
    """`document` (the key) and `rules` of each row that breaks the contract, in their order."""
    details = contract.filter(conform(contract, frame)).failure.details()
    [key] = contract.primary_key()
    broken = [
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule))
        for rule in details.columns
        if rule not in frame_schema(contract)
    ]
    rules = pl.concat_str(broken, separator=", ", ignore_nulls=True)
    return details.select(pl.col(key).fill_null("null").alias("document"), rules.alias("rules"))
