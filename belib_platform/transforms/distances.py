"""Distances between places on the earth."""

from typing import Final

import polars as pl

EARTH_M: Final = 6_371_009
"""Mean radius of the earth in metres (IUGG)."""


def metres(longitude: pl.Expr, latitude: pl.Expr, other_longitude: pl.Expr, other_latitude: pl.Expr) -> pl.Expr:
    """Metres between two places in degrees (WGS 84), by the haversine formula (R. W. Sinnott, Sky and Telescope 68,
    1984); null where one is unknown."""
    north, east = (other_latitude - latitude).radians(), (other_longitude - longitude).radians()
    half_chord = (north / 2).sin() ** 2 + latitude.radians().cos() * other_latitude.radians().cos() * (
        east / 2
    ).sin() ** 2
    return 2 * EARTH_M * half_chord.sqrt().clip(0, 1).arcsin()
