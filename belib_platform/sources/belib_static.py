"""Belib', static: where the charge points are and what they offer (IRVE names, ODbL); not what they are doing."""

from dataclasses import replace
from functools import partial

import polars as pl

from belib_platform.sources import explore
from belib_platform.sources.cadence import DAILY
from belib_platform.sources.field_types import (
    CHARGE_POINT_ID,
    COORDINATES,
    FLAG,
    INSTANT_OR_DATE,
    POWER_KW,
    STATION_ID,
)
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import Column, Decoded, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.verdict import judge_records
from belib_platform.transforms.static_set import ruled

DATASET = "belib-points-de-recharge-pour-vehicules-electriques-donnees-statiques"

LAYOUT = Layout(
    (
        Column("charge_point_id", ("id_pdc_local",), "ID PDC local", CHARGE_POINT_ID, is_required=True),
        Column("station_id", ("id_station_local",), "ID Station local", STATION_ID),
        Column("station_name", ("nom_station",), "Nom station"),
        Column("address", ("adresse_station",), "Adresse station"),
        Column("insee_code", ("code_insee_commune",), "Code INSEE commune"),
        Column("arrondissement_label", ("arrondissement",), "Arrondissement"),
        Column("coordinates", ("coordonneesxy", "coordonneesXY"), "Coordonnées géographiques", COORDINATES),
        Column("power_kw", ("puissance_nominale",), "Puissance max KW", POWER_KW),
        Column("location_type", ("implantation_station",), "Type implantation"),
        Column("accessibility", ("accessibilite_pmr",), "Accessibilité PMR"),
        Column("is_two_wheeler", ("station_deux_roues",), "Stationnement 2 roues", FLAG),
        Column("has_ef", ("prise_type_ef",), "Prise type EF", FLAG),
        Column("has_type_2", ("prise_type_2",), "Prise type 2", FLAG),
        Column("has_combo_ccs", ("prise_type_combo_ccs",), "Prise type Combo CCS", FLAG),
        Column("has_chademo", ("prise_type_chademo",), "Prise type Chademo", FLAG),
        Column("has_type_3", ("prise_type_3",), "Prise type 3", FLAG),
        Column("commissioned_at", ("date_mise_en_service",), "Date mise en service", INSTANT_OR_DATE),
        Column("opening_hours", ("horaires",), "Horaires"),
        Column("operator_name", ("nom_operateur",), "Nom opérateur"),
        Column("access_condition", ("condition_acces",), "Conditions d'accès"),
        Column("is_free_of_charge", ("gratuit",), "Gratuité", FLAG),
        Column("accepts_single_payment", ("paiement_acte",), "Paiement à l'acte", FLAG),
        Column("accepts_bank_card", ("paiement_cb",), "Paiement CB", FLAG),
        Column("accepts_other_payment", ("paiement_autre",), "Paiement autres", FLAG),
    )
)

COLUMNS = (
    pl.col("record_index", "charge_point_id", "station_id", "station_name", "address", "insee_code"),
    pl.col("arrondissement_label"),
    pl.col("coordinates").struct.field("lon").alias("longitude"),
    pl.col("coordinates").struct.field("lat").alias("latitude"),
    pl.col("power_kw", "location_type", "accessibility", "is_two_wheeler"),
    pl.col("has_ef", "has_type_2", "has_combo_ccs", "has_chademo", "has_type_3"),
    pl.col("commissioned_at", "opening_hours", "operator_name", "access_condition", "is_free_of_charge"),
    pl.col("accepts_single_payment", "accepts_bank_card", "accepts_other_payment"),
)


def decode(body: bytes, media_type: str) -> Decoded:
    """One row per record; power in kW, instants UTC (`ms`), coordinates in WGS 84 degrees, ids in usual spelling.

    `commissioned_at` of a bare date is that day's beginning in Paris. Only the key can reject a record; any other value
    that cannot be read is null and counted. Raises BodyError.
    """
    decoded = read_records(body, media_type, LAYOUT)
    return replace(decoded, frame=decoded.frame.select(COLUMNS))


BELIB_STATIC = Source(
    name="belib_static",
    title="static set",
    description="Every edition of the Belib' static set, byte for byte. Points disappear and come back, and "
    "columns change, so that only all editions together have the history of a point.",
    collection="raw_belib_static",
    cadence=DAILY,
    network="belib",
    pool=explore.POOL,
    request=partial(explore.export, dataset=DATASET),
    judge=partial(judge_records, layout=LAYOUT, ruled=ruled),
    announcement=partial(explore.count, dataset=DATASET),
    layout=LAYOUT,
    dataset=DATASET,
)
