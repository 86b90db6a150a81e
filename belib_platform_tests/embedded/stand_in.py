"""A code location that loads at once."""

import dagster as dg


@dg.asset
def stand_in() -> None:
    """Nothing, made."""


defs = dg.Definitions(assets=[stand_in])
