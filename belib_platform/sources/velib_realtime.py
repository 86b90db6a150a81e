"""Vélib', real time: bikes and docks of every station now, from the portal of the city of Paris (ODbL).

Also read from the operator's own `station_status` (see `gbfs`), which is only imported.
"""

from dataclasses import replace
from functools import partial

import polars as pl

from belib_platform.sources import explore
from belib_platform.sources.cadence import VELIB_FIVE_MINUTELY
from belib_platform.sources.field_types import BIKE_STATION_CODE, COORDINATES, COUNT, FLAG, INSTANT, LATITUDE, LONGITUDE
from belib_platform.sources.record_body import read_records, sift_records, typed
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.verdict import judge_records
from belib_platform.transforms.bike_sightings import ruled

DATASET = "velib-disponibilite-en-temps-reel"

POOL = "opendatasoft_velib"
"""A pool of its own, so that neither network waits for the other."""

NAME = Column("station_name", ("name",), "Nom station")
CAPACITY = Column("capacity", ("capacity",), "Capacité de la station", COUNT)
PLACE = (
    Column("coordinates", ("coordonnees_geo",), "Coordonnées géographiques", COORDINATES),
    Column("latitude", ("latitude", "lattitude"), "Latitude", LATITUDE, stands_in=True),
    Column("longitude", ("longitude",), "Longitude", LONGITUDE, stands_in=True),
)

LAYOUT = Layout(
    (
        Column("station_code", ("stationcode",), "Identifiant station", BIKE_STATION_CODE, is_required=True),
        Column("mechanical", ("mechanical",), "Vélos mécaniques disponibles", COUNT, is_required=True),
        Column("ebike", ("ebike",), "Vélos électriques disponibles", COUNT, is_required=True),
        Column("docks", ("numdocksavailable",), "Nombre bornettes libres", COUNT, is_required=True),
        Column("bikes", ("numbikesavailable",), "Nombre total vélos disponibles", COUNT),
        Column("is_installed", ("is_installed",), "Station en fonctionnement", FLAG),
        Column("is_renting", ("is_renting",), "Borne de paiement disponible", FLAG),
        Column("is_returning", ("is_returning",), "Retour vélib possible", FLAG),
        Column("source_updated_at", ("duedate",), "Actualisation de la donnée", INSTANT),
        NAME,
        CAPACITY,
        *PLACE,
        Column("commune", ("nom_arrondissement_communes", "ville"), "Nom communes équipées"),
        Column("insee_code", ("code_insee_commune",), "Code INSEE communes équipées"),
    )
)

OBSERVED = (
    "record_index",
    "station_code",
    "mechanical",
    "ebike",
    "docks",
    "bikes",
    "capacity",
    "is_installed",
    "is_renting",
    "is_returning",
    "source_updated_at",
)
"""Columns of a record that the state of a station is made from."""


def placed(records: pl.DataFrame) -> pl.DataFrame:
    """The records with longitude and latitude from any of the columns of PLACE."""
    pair = pl.col("coordinates").struct
    return records.with_columns(
        pl.coalesce(pair.field("lon"), "longitude").alias("longitude"),
        pl.coalesce(pair.field("lat"), "latitude").alias("latitude"),
    ).drop("coordinates")


def decode(body: bytes, media_type: str) -> Decoded:
    """One row per record with the columns of the layout; any value that cannot be read is null and counted.

    `source_updated_at` is when the station last reported to the operator (UTC, `ms`); longitude and latitude are in
    degrees (WGS 84). Only the code, the counts and the flags can reject a record. Raises BodyError.
    """
    decoded = read_records(body, media_type, LAYOUT)
    return replace(decoded, frame=placed(decoded.frame))


def sift(body: bytes, media_type: str) -> Decoded:
    """As `decode`, but the values are as sent, for `read` to read those of many bodies at once. Raises BodyError."""
    return sift_records(body, media_type, LAYOUT)


def read(sent: pl.DataFrame) -> pl.DataFrame:
    """The rows that `decode` gives, from sifted rows of any number of bodies."""
    return placed(typed(sent, LAYOUT))


def _ruled_at_no_time(records: pl.DataFrame) -> pl.DataFrame:
    """No rule depends on when the records were fetched, which a body does not say."""
    return ruled(records.with_columns(fetched_at=pl.lit(None, pl.Datetime("ms", "UTC"))))


judge = partial(judge_records, layout=LAYOUT, ruled=_ruled_at_no_time, telling="station_code_fits_its_pattern")
"""Scraped files of 2022 have the operator's internal number in the place of the code; some of these look like codes."""

VELIB = Source(
    name="velib",
    title="bike feed",
    description="Every answer of the Vélib' real-time feed, byte for byte. Paris publishes only the present; what is "
    "not kept here is lost, and nothing ever rewrites it.",
    collection="raw_velib",
    cadence=VELIB_FIVE_MINUTELY,
    network="velib",
    pool=POOL,
    request=partial(explore.export, dataset=DATASET),
    judge=judge,
    announcement=partial(explore.count, dataset=DATASET),
    layout=LAYOUT,
    dataset=DATASET,
    first_asked=2,
)
"""The feed of bike stations."""
