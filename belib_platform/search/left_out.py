"""Documents that break their contract: left out of the index and named, so that they never stop the others."""

from typing import NamedTuple

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


class Sifted(NamedTuple):
    """Rows that keep their contract, with its columns; of the others `document` (the key) and `rules`, in order."""

    kept: pl.DataFrame
    broken: pl.DataFrame


def sifted(contract: type[Contract], frame: pl.DataFrame) -> Sifted:
    """What of a frame becomes documents, and what does not."""
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
