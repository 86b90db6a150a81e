"""Types of the fields of a portal: the form in which values arrive, and how they are read.

A value that cannot be read as its type, or is outside its bounds, becomes null. A text of blanks is no value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl
from polars.datatypes import DataType, DataTypeClass

from belib_platform.contracts import vocabulary
from belib_platform.contracts.vocabulary import NOT_BLANK, normalised_id, published_words

PARIS = "Europe/Paris"

TEXT_LIMIT = 2_000
"""Characters of a text: Elasticsearch searches for none above 32,766 bytes."""

ID_LIMIT = 64
"""Characters of a station's id, which is part of keys in every store."""

POWER_LIMIT_KW = 10_000

_COORDINATES: Final = pl.Struct({"lon": pl.Float64, "lat": pl.Float64})

LONGITUDES: Final = (-5.5, 10.0)
LATITUDES: Final = (41.0, 51.5)
"""Metropolitan France, degrees (WGS 84).

No number is in both ranges, so a place with latitude and longitude swapped is outside and becomes null.
"""

_INSTANT: Final = pl.Datetime("ms", "UTC")

EPOCH: Final = r"(?:[0-9]{9,10}|[0-9]{12,13})(?:\.[0-9]+)?"
"""Seconds since 1970 between 1973 and 2286, or milliseconds; no number can be both."""

_OFFSET_HOURS = r"(:\d\d(?:\.\d+)?[+-]\d\d)$"
"""The end of an ISO 8601 time whose offset has hours only."""

_FLAGS = {
    **dict.fromkeys(("true", "vrai", "oui", "1", "1.0"), True),
    **dict.fromkeys(("false", "faux", "non", "0", "0.0"), False),
}


@dataclass(frozen=True)
class FieldType:
    """A type: the form in which its values arrive, and the expression that reads the column of a name.

    `is_spelling` says that reading only normalises the spelling of a value.
    """

    sent: DataType | DataTypeClass
    read: Callable[[str], pl.Expr]
    is_spelling: bool = False


def is_sent(name: str) -> pl.Expr:
    """Whether a text is more than blanks."""
    return pl.col(name).str.contains(NOT_BLANK)


def text(name: str) -> pl.Expr:
    """A text as sent, of at most TEXT_LIMIT characters."""
    return pl.when(is_sent(name) & (pl.col(name).str.len_chars() <= TEXT_LIMIT)).then(name)


def station_id(name: str) -> pl.Expr:
    """An id as `normalised_id` says, of at most ID_LIMIT characters."""
    spelt = normalised_id(name, vocabulary.STATION_ID)
    return pl.when(is_sent(name) & (spelt.str.len_chars() <= ID_LIMIT)).then(spelt)


def status_word(name: str) -> pl.Expr:
    """A word of `statut_pdc` in the portal's spelling; an unknown word as sent."""
    return pl.when(is_sent(name)).then(pl.col(name).map_batches(published_words, return_dtype=pl.String))


def instant(name: str) -> pl.Expr:
    """An instant as Datetime("ms", "UTC"): ISO 8601 with its offset, or seconds or milliseconds since 1970.

    A time without offset becomes null, since it may be Paris time or UTC.
    """
    return pl.col(name).map_batches(_instants, return_dtype=_INSTANT)


def _instants(sent: pl.Series) -> pl.Series:
    iso = sent.to_frame("sent").select(_of_this_era(_iso(pl.col("sent"))))["sent"]
    if iso.null_count() == sent.null_count():
        return iso
    text = pl.col("sent").str.strip_chars()
    number = text.str.extract(f"^({EPOCH})$", 1).cast(pl.Float64)
    epoch_ms = pl.when(number < 1e11).then(number * 1000).otherwise(number).cast(pl.Int64)
    epoch = epoch_ms.cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    other = pl.coalesce(_iso(text.str.replace(_OFFSET_HOURS, "${1}:00")), epoch)
    return sent.to_frame("sent").select(pl.coalesce(iso, _of_this_era(other)).alias("sent"))["sent"]


def instant_or_date(name: str) -> pl.Expr:
    """An instant as above, or a date without time as the beginning of that day in Paris."""
    day = pl.col(name).str.strip_chars().str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms"))
    # a century ago clocks were changed at midnight
    begin = _of_this_era(day).dt.replace_time_zone(PARIS, ambiguous="earliest", non_existent="null")
    return pl.coalesce(instant(name), begin.dt.convert_time_zone("UTC"))


def _iso(sent: pl.Expr) -> pl.Expr:
    return sent.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False)


def _of_this_era(instant: pl.Expr) -> pl.Expr:
    """Only years from 1 to 9999, which PostgreSQL and Python support."""
    return pl.when(instant.dt.year().is_between(1, 9999)).then(instant)


def flag(name: str) -> pl.Expr:
    """Yes or no, in French, in English or as 1 and 0, in any case."""
    word = pl.col(name).str.strip_chars().str.to_lowercase()
    return word.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)


def count(name: str) -> pl.Expr:
    """A whole number of 32 bits, also written with a zero after the decimal point; negative ones included."""
    digits = pl.col(name).str.strip_chars().str.replace(r"\.0+$", "")
    return digits.cast(pl.Int32, strict=False).alias(name)


def bike_station_code(name: str) -> pl.Expr:
    """A station code without blanks around it, or the zero that spreadsheets add; others unchanged."""
    code = pl.col(name).str.strip_chars().str.replace(r"\.0+$", "")
    return pl.when(code.str.contains(vocabulary.BIKE_STATION_CODE)).then(code).otherwise(name)


def degrees(bounds: tuple[float, float]) -> Callable[[str], pl.Expr]:
    """Reads one coordinate within bounds, with a decimal point or comma."""

    def read(name: str) -> pl.Expr:
        value = pl.col(name).str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        return pl.when(value.is_between(*bounds)).then(value)

    return read


def power_kw(name: str) -> pl.Expr:
    """A power of 0 to POWER_LIMIT_KW, with a decimal point or comma, with or without its unit kW."""
    digits = pl.col(name).str.replace(r"(?i)\s*kw\s*$", "").str.replace(",", ".", literal=True).str.strip_chars()
    value = digits.cast(pl.Float64, strict=False)
    return pl.when(value.is_between(0, POWER_LIMIT_KW)).then(value).alias(name)


def coordinates(name: str) -> pl.Expr:
    """A place within LONGITUDES and LATITUDES (WGS 84, degrees)."""
    lon, lat = pl.col(name).struct.field("lon"), pl.col(name).struct.field("lat")
    return pl.when(lon.is_between(*LONGITUDES) & lat.is_between(*LATITUDES)).then(name)


TEXT: Final = FieldType(pl.String, text)
CHARGE_POINT_ID: Final = FieldType(pl.String, normalised_id, is_spelling=True)
STATION_ID: Final = FieldType(pl.String, station_id, is_spelling=True)
STATUS_WORD: Final = FieldType(pl.String, status_word, is_spelling=True)
INSTANT: Final = FieldType(pl.String, instant)
INSTANT_OR_DATE: Final = FieldType(pl.String, instant_or_date)
BIKE_STATION_CODE: Final = FieldType(pl.String, bike_station_code, is_spelling=True)
COUNT: Final = FieldType(pl.String, count)
LATITUDE: Final = FieldType(pl.String, degrees(LATITUDES))
LONGITUDE: Final = FieldType(pl.String, degrees(LONGITUDES))
FLAG: Final = FieldType(pl.String, flag)
POWER_KW: Final = FieldType(pl.String, power_kw)
COORDINATES: Final = FieldType(_COORDINATES, coordinates)
