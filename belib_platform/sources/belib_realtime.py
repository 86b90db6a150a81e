"""Belib', real time: what every charge point is doing now, from the portal of the city of Paris (ODbL)."""

from dataclasses import replace
from functools import partial

import polars as pl

from belib_platform.sources import explore
from belib_platform.sources.cadence import FIVE_MINUTELY
from belib_platform.sources.field_types import CHARGE_POINT_ID, COORDINATES, INSTANT, STATUS_WORD
from belib_platform.sources.record_body import read_records, sift_records, typed
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.verdict import judge_records
from belib_platform.transforms.charge_point_sightings import ruled

DATASET = "belib-points-de-recharge-pour-vehicules-electriques-disponibilite-temps-reel"

LAYOUT = Layout(
    (
        Column("charge_point_id", ("id_pdc",), "ID PDC local", CHARGE_POINT_ID, is_required=True),
        Column("status_word", ("statut_pdc",), "Statut du point de recharge", STATUS_WORD, is_required=True),
        Column("source_updated_at", ("last_updated",), "Heure mise à jour", INSTANT),
        Column("coordinates", ("coordonneesxy", "coordonneesXY"), "Coordonnées géographiques", COORDINATES),
        Column("address", ("adresse_station",), "Adresse station"),
        Column("insee_code", ("code_insee_commune",), "Code INSEE commune"),
        Column("arrondissement_label", ("arrondissement",), "Arrondissement"),
    )
)

COLUMNS = {
    "record_index": pl.col("record_index"),
    "charge_point_id": pl.col("charge_point_id"),
    "status_word": pl.col("status_word"),
    "source_updated_at": pl.col("source_updated_at"),
    "longitude": pl.col("coordinates").struct.field("lon"),
    "latitude": pl.col("coordinates").struct.field("lat"),
    "address": pl.col("address"),
    "insee_code": pl.col("insee_code"),
    "arrondissement_label": pl.col("arrondissement_label"),
}
"""The decoded frame's columns, from those of the layout."""


def decode(body: bytes, media_type: str) -> Decoded:
    """One row per record with the columns of COLUMNS; any value that cannot be read is null and counted.

    Instants are UTC (`ms`), coordinates WGS 84 degrees, ids and known words in their usual spelling.
    `source_updated_at` is the operator's stamp. Only the key and the status word can reject a record. Raises BodyError.
    """
    decoded = read_records(body, media_type, LAYOUT)
    return replace(decoded, frame=_with_our_columns(decoded.frame))


def sift(body: bytes, media_type: str) -> Decoded:
    """As `decode`, but the values are as sent, for `read` to read those of many bodies at once. Raises BodyError."""
    return sift_records(body, media_type, LAYOUT)


def read(sent: pl.DataFrame) -> pl.DataFrame:
    """The rows that `decode` gives, from sifted rows of any number of bodies."""
    return _with_our_columns(typed(sent, LAYOUT))


def _with_our_columns(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(expression.alias(name) for name, expression in COLUMNS.items())


BELIB = Source(
    name="belib",
    title="real-time feed",
    description="Every answer of the Belib' real-time feed, byte for byte. Paris publishes only the present; what is "
    "not kept here is lost, and nothing ever rewrites it.",
    collection="raw_belib",
    cadence=FIVE_MINUTELY,
    network="belib",
    pool=explore.POOL,
    request=partial(explore.export, dataset=DATASET),
    judge=partial(judge_records, layout=LAYOUT, ruled=ruled),
    announcement=partial(explore.count, dataset=DATASET),
    layout=LAYOUT,
    dataset=DATASET,
    first_asked=2,  # after the static set, of which its points take their power
)
