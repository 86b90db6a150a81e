"""Belib', static: where the charge points are and what they offer (IRVE names, ODbL); not what they are doing."""

from functools import partial

import polars as pl

from belib_platform.sources import explore
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import COORDINATES, Column, Decoded, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.text_types import flag, instant_or_date, number
from belib_platform.sources.verdict import absent_columns, judge_records

DATASET = "belib-points-de-recharge-pour-vehicules-electriques-donnees-statiques"

LAYOUT = Layout(
    (
        Column("charge_point_id", ("id_pdc_local",), "ID PDC local", is_required=True),
        Column("station_id", ("id_station_local",), "ID Station local"),
        Column("station_name", ("nom_station",), "Nom station"),
        Column("address", ("adresse_station",), "Adresse station"),
        Column("insee_code", ("code_insee_commune",), "Code INSEE commune"),
        Column("arrondissement_label", ("arrondissement",), "Arrondissement"),
        Column("coordinates", ("coordonneesxy", "coordonneesXY"), "Coordonnées géographiques", COORDINATES),
        Column("power_kw", ("puissance_nominale",), "Puissance max KW"),
        Column("location_type", ("implantation_station",), "Type implantation"),
        Column("accessibility", ("accessibilite_pmr",), "Accessibilité PMR"),
        Column("is_two_wheeler", ("station_deux_roues",), "Stationnement 2 roues"),
        Column("has_ef", ("prise_type_ef",), "Prise type EF"),
        Column("has_type_2", ("prise_type_2",), "Prise type 2"),
        Column("has_combo_ccs", ("prise_type_combo_ccs",), "Prise type Combo CCS"),
        Column("has_chademo", ("prise_type_chademo",), "Prise type Chademo"),
        Column("has_type_3", ("prise_type_3",), "Prise type 3"),
        Column("commissioned_at", ("date_mise_en_service",), "Date mise en service"),
        Column("opening_hours", ("horaires",), "Horaires"),
        Column("operator_name", ("nom_operateur",), "Nom opérateur"),
    )
)

FLAGS = ("is_two_wheeler", "has_ef", "has_type_2", "has_combo_ccs", "has_chademo", "has_type_3")

COLUMNS = (
    pl.col("record_index", "charge_point_id", "station_id", "station_name", "address", "insee_code"),
    pl.col("arrondissement_label"),
    pl.col("coordinates").struct.field("lon").alias("longitude"),
    pl.col("coordinates").struct.field("lat").alias("latitude"),
    number("power_kw"),
    pl.col("location_type", "accessibility"),
    *(flag(name) for name in FLAGS),
    instant_or_date("commissioned_at"),
    pl.col("opening_hours", "operator_name"),
)


def decode(body: bytes, media_type: str) -> Decoded:
    """One row per record; power in kW, instants UTC (`ms`), coordinates in WGS 84 degrees, words as sent.

    Flags are sent as `true` or `True`; `commissioned_at` of a bare date is that day's beginning in Paris. Raises
    BodyError.
    """
    decoded = read_records(body, media_type, LAYOUT)
    return Decoded(decoded.frame.select(COLUMNS), decoded.rejects, decoded.non_number_count)


def missing_columns(body: bytes, media_type: str) -> list[str]:
    """The source's names of the columns that no record of this edition has. Raises BodyError."""
    return absent_columns(read_records(body, media_type, LAYOUT).frame, LAYOUT)


BELIB_STATIC = Source(
    name="belib_static",
    collection="raw_belib_static",
    request=partial(explore.export, dataset=DATASET),
    announcement=partial(explore.count, dataset=DATASET),
    judge=partial(judge_records, layout=LAYOUT),
)
