"""Documents that violate their contract: they are not indexed, but counted and named in the index note."""

from typing import NamedTuple

import polars as pl

from belib_platform.contracts.contract import Contract, conform, frame_schema
from belib_platform.search.client import Search
from belib_platform.search.indices import living, targets
from belib_platform.search.notes import IndexNote, all_notes

NAMED = 10
"""Number of invalid documents that a note names."""


def notes_of(search: Search, contract: type[Contract]) -> list[IndexNote]:
    """The notes of the indices to which the documents of a contract are written."""
    names = {index.name for index in targets(living(search, contract)).values()}
    return [note for (name, _), note in all_notes(search).items() if name in names]


class Sifted(NamedTuple):
    """Valid rows (`kept`), and one row per invalid one (`broken`) with its key in `document` and the broken `rules`."""

    kept: pl.DataFrame
    broken: pl.DataFrame


def sifted(contract: type[Contract], frame: pl.DataFrame) -> Sifted:
    """Split a frame into rows that satisfy the contract and rows that do not."""
    kept, failure = contract.filter(conform(contract, frame))
    details = failure.details()
    [key] = contract.primary_key()
    broken = [
        pl.when(pl.col(rule) == "invalid").then(pl.lit(rule))
        for rule in details.columns
        if rule not in frame_schema(contract)
    ]
    rules = pl.concat_str(broken, separator=", ", ignore_nulls=True)
    return Sifted(kept, details.select(pl.col(key).fill_null("null").alias("document"), rules.alias("rules")))
