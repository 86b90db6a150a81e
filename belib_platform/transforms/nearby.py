"""Which places of two networks are near each other."""

import polars as pl

from belib_platform.transforms.distances import EARTH_M, metres

PLACE = ("network", "place_id", "longitude", "latitude")


def nearby(places: pl.LazyFrame, within_m: float) -> pl.LazyFrame:
    """Pairs of places of different networks at most so many metres apart, each in both directions.

    `places` has network, place_id, longitude and latitude (degrees, WGS 84), null where unknown; such places are near
    none. Columns: network, place_id, other_network, other_id, distance_m. Only places of neighbouring bands of latitude
    are compared, so that memory grows with the pairs that may be near.
    """
    known = places.select(PLACE).drop_nulls()
    band = (pl.col("latitude").radians() * EARTH_M / within_m).floor().cast(pl.Int64)
    own = known.with_columns(pl.concat_list(band - 1, band, band + 1).alias("band")).explode("band")
    other = known.rename({"network": "other_network", "place_id": "other_id"}).with_columns(band.alias("band"))
    here = (pl.col("longitude"), pl.col("latitude"), pl.col("longitude_right"), pl.col("latitude_right"))
    there = (*here[2:], *here[:2])
    # rounding may differ between the two directions: each is told the same distance
    distance = pl.when(pl.col("network") < pl.col("other_network")).then(metres(*here)).otherwise(metres(*there))
    return (
        own.join(other, on="band")
        .filter(pl.col("network") != pl.col("other_network"))
        .with_columns(distance.alias("distance_m"))
        .filter(pl.col("distance_m") <= within_m)
        .select("network", "place_id", "other_network", "other_id", "distance_m")
        .sort("network", "place_id", "distance_m", "other_id")
    )
