"""Two versions of the same rows, compared by key."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import polars as pl

from belib_platform.contracts.contract import Contract


class Differing(NamedTuple):
    """The number of keys whose rows differ, and one of them in words."""

    keys: int
    example: str


def differing(contract: type[Contract], held: pl.DataFrame, made: pl.DataFrame) -> Differing | None:
    """Compare the rows in a table with those that were made; None if they are equal. Columns are the contract's."""
    only_held = held.join(made, on=held.columns, how="anti", nulls_equal=True)
    only_made = made.join(held, on=held.columns, how="anti", nulls_equal=True)
    key = contract.primary_key()
    keys = pl.concat([only_held.select(key), only_made.select(key)]).unique().sort(key)
    if keys.is_empty():
        return None if held.height == made.height else Differing(abs(held.height - made.height), "rows twice")
    first = keys.head(1)
    pair = (frame.join(first, on=key, how="semi").to_dicts() for frame in (only_held, only_made))
    example = in_words(" ".join(map(str, first.row(0))), *(rows[0] if rows else None for rows in pair))
    return Differing(keys.height, example)


def in_words(key: str, held: Mapping[str, Any] | None, made: Mapping[str, Any] | None) -> str:
    """How a row or document that is held differs from the one that was made; None where there is none."""
    if held is None or made is None:
        return f"{key} is {'missing' if held is None else 'too many'}"
    differing = [name for name in {**held, **made} if held.get(name) != made.get(name)]
    return f"{key}: " + ", ".join(f"{name} is {held.get(name)}, not {made.get(name)}" for name in differing)
