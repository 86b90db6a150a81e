"""The check of `station_nearby`: near is near in both directions."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.bikes.mart import NEAR_M

PAIR = ("network", "place_id", "other_network", "other_id", "distance_m")
BACK = ("other_network", "other_id", "network", "place_id", "distance_m")


def near_in_both_directions(rows: pl.DataFrame) -> Finding:
    """Each pair is at most 200 m apart and is there the other way round, too, with the same distance."""
    back = rows.select(pl.col(column).alias(name) for column, name in zip(BACK, PAIR, strict=True))
    alone = rows.join(back, on=PAIR, how="anti")
    far = rows.filter(pl.col("distance_m") > NEAR_M)
    return none_of(pl.concat([alone, far]).unique(maintain_order=True), rows.height)


CHECKS = (
    Check(
        "near_in_both_directions",
        "Each pair is at most 200 m apart, and is there in both directions with the same distance.",
        lambda draft: near_in_both_directions(draft.rows),
        is_blocking=True,
    ),
)
