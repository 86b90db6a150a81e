"""Types of what the portal sends as text; what cannot be read as its type is null."""

import polars as pl

PARIS = "Europe/Paris"


def instant(name: str) -> pl.Expr:
    """An ISO 8601 instant with its offset, as Datetime("ms", "UTC")."""
    return _of_this_era(pl.col(name).str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False))


def instant_or_date(name: str) -> pl.Expr:
    """An instant as above, or a bare date as that day's beginning in Paris."""
    day = pl.col(name).str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms"))
    return pl.coalesce(instant(name), _of_this_era(day).dt.replace_time_zone(PARIS).dt.convert_time_zone("UTC"))


def _of_this_era(instant: pl.Expr) -> pl.Expr:
    """Years of four digits: PostgreSQL and Python know no others."""
    return pl.when(instant.dt.year().is_between(1, 9999)).then(instant)


def flag(name: str) -> pl.Expr:
    """`true` or `false` in any case."""
    return (
        pl.col(name)
        .str.strip_chars()
        .str.to_lowercase()
        .replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    )


def number(name: str) -> pl.Expr:
    """A finite number."""
    value = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value).alias(name)
