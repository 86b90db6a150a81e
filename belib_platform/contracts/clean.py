"""Layer `clean`: what the sources said, typed, in UTC, with everything turned away kept beside it."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUSES


def instant(doc: str, *, primary_key: bool = False, nullable: bool = False, partition: bool = False) -> dy.Datetime:
    """A UTC instant, to the millisecond."""
    return dy.Datetime(
        primary_key=primary_key,
        nullable=nullable,
        time_zone="UTC",
        time_unit="ms",
        metadata={"doc": doc, "window": partition},
    )


def text(doc: str, *, primary_key: bool = False, nullable: bool = False, regex: str | None = None) -> dy.String:
    """A text."""
    return dy.String(primary_key=primary_key, nullable=nullable, regex=regex, metadata={"doc": doc})


def number(doc: str, low: float | None = None, high: float | None = None, *, nullable: bool = True) -> dy.Float64:
    """A finite number within bounds."""
    return dy.Float64(nullable=nullable, min=low, max=high, metadata={"doc": doc})


def count(doc: str, *, nullable: bool = False) -> dy.Int32:
    """A whole number of things or seconds, never negative."""
    return dy.Int32(nullable=nullable, min=0, metadata={"doc": doc})


def flag(doc: str, *, nullable: bool = True) -> dy.Bool:
    """Yes, no, or (where nullable) not known."""
    return dy.Bool(nullable=nullable, metadata={"doc": doc})


class Poll(Contract):
    """One row per attempt to ask a source, whatever came of it, imports included."""

    fetched_at = instant("When we asked (UTC).", primary_key=True, partition=True)
    source = text("Source asked, such as belib or open_meteo.", primary_key=True)
    origin = dy.Enum(["poll", "import"], metadata={"doc": "Asked live, or read from somebody's recording."})
    outcome = dy.Enum(
        ["asking", "sound", "refused", "failed", "not_asked"],
        metadata={
            "doc": "sound: kept and usable. refused: kept, not used. failed: no answer. not_asked: waiting for a "
            "rate limit's reset. asking: begun and never ended."
        },
    )
    reason = text("Why it is not sound, or what was odd about a sound one.", nullable=True)
    received_at = instant("When the body was complete (UTC).", nullable=True)
    page_id = text("The answer's _id in MongoDB.", nullable=True)
    record_count = count("Records in the body.", nullable=True)
    newest_source_updated_at = instant(
        "Newest stamp of the operator in the body, none later than received_at (UTC).", nullable=True
    )
    fresh_ratio = number("Share of records stamped at most 24 h before fetched_at.", 0, 1)
    unknown_ratio = number("Share of records whose status is UNKNOWN.", 0, 1)
    future_stamp_count = count("Records stamped later than received_at.", nullable=True)
    is_folded = flag("Whether its sightings are in charge_point_status.", nullable=False)


class ChargePointStatus(Contract):
    """One row per charge point and unbroken stretch of one status within one UTC day."""

    first_seen_at = instant("First poll that saw it (UTC).", primary_key=True, partition=True)
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    last_seen_at = instant("Last poll that saw it (UTC).")
    holds_until = instant("last_seen_at plus that poll's gap limit of three cadences (UTC).")
    status = dy.Enum(STATUSES, metadata={"doc": "OCPI status; from statut_pdc."})
    poll_count = dy.Int32(min=1, metadata={"doc": "Polls that saw it."})
    source_updated_at = instant(
        "The operator's stamp (last_updated) in the last poll that saw it; not the time of a change (UTC).",
        nullable=True,
    )

    @dy.rule()
    def ends_no_earlier_than_it_starts(cls) -> pl.Expr:
        return pl.col("last_seen_at") >= pl.col("first_seen_at")

    @dy.rule()
    def stays_within_its_utc_day(cls) -> pl.Expr:
        return pl.col("last_seen_at").dt.date() == pl.col("first_seen_at").dt.date()


class ChargePointDay(Contract):
    """One row per charge point and UTC day: the last known value of each attribute on that day.

    The real-time feed comes first for address, coordinates, commune and arrondissement; the static set of the
    same day fills what it dropped, and adds the rest.
    """

    utc_date = dy.Date(primary_key=True, metadata={"doc": "UTC day.", "window": True})
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    is_live = flag("Whether the real-time feed had the point that day.", nullable=False)
    is_in_static_set = flag("Whether a static edition of that day had the point.", nullable=False)
    station_id = text("id_station_local as the static set says.", nullable=True)
    station_name = text("nom_station.", nullable=True)
    address = text("adresse_station.", nullable=True)
    insee_code = text("code_insee_commune as published; wrong for some points.", nullable=True)
    arrondissement = dy.Int8(
        nullable=True,
        min=1,
        max=20,
        metadata={"doc": "Arrondissement, 1 to 20; Paris centre resolved by postcode, else by INSEE code."},
    )
    longitude = number("WGS 84, degrees.", -180, 180)
    latitude = number("WGS 84, degrees.", -90, 90)
    power_kw = number("puissance_nominale, kW.", 0)
    location_type = text("implantation_station as sent.", nullable=True)
    accessibility = text("accessibilite_pmr as sent.", nullable=True)
    is_two_wheeler = flag("station_deux_roues.")
    has_ef = flag("prise_type_ef: domestic socket.")
    has_type_2 = flag("prise_type_2.")
    has_combo_ccs = flag("prise_type_combo_ccs.")
    has_chademo = flag("prise_type_chademo.")
    has_type_3 = flag("prise_type_3.")
    commissioned_at = instant("date_mise_en_service (UTC).", nullable=True)
    opening_hours = text("horaires as sent.", nullable=True)
    operator_name = text("nom_operateur.", nullable=True)


class ChargePoint(Contract):
    """One row per charge point ever seen: the last known value of each attribute; absence never retires one."""

    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    national_id = text("IRVE id_pdc_itinerance: charge_point_id without asterisks.")
    first_seen_date = dy.Date(metadata={"doc": "First UTC day it was in any response."})
    last_seen_date = dy.Date(metadata={"doc": "Last UTC day it was in any response."})
    last_live_date = dy.Date(nullable=True, metadata={"doc": "Last UTC day the real-time feed had it."})
    last_static_date = dy.Date(nullable=True, metadata={"doc": "Last UTC day a static edition had it."})
    station_id = text("Station: the static set's, else derived from charge_point_id.")
    is_station_derived = flag("Whether station_id was derived.", nullable=False)
    station_name = ChargePointDay.station_name
    address = ChargePointDay.address
    insee_code = ChargePointDay.insee_code
    arrondissement = ChargePointDay.arrondissement
    longitude = ChargePointDay.longitude
    latitude = ChargePointDay.latitude
    power_kw = ChargePointDay.power_kw
    location_type = ChargePointDay.location_type
    accessibility = ChargePointDay.accessibility
    is_two_wheeler = ChargePointDay.is_two_wheeler
    has_ef = ChargePointDay.has_ef
    has_type_2 = ChargePointDay.has_type_2
    has_combo_ccs = ChargePointDay.has_combo_ccs
    has_chademo = ChargePointDay.has_chademo
    has_type_3 = ChargePointDay.has_type_3
    commissioned_at = ChargePointDay.commissioned_at
    opening_hours = ChargePointDay.opening_hours
    operator_name = ChargePointDay.operator_name


class Station(Contract):
    """One row per station: what its charge points have in common."""

    station_id = text("id_station_local, or derived from its points' ids.", primary_key=True)
    station_name = ChargePointDay.station_name
    address = ChargePointDay.address
    arrondissement = ChargePointDay.arrondissement
    longitude = number("WGS 84, degrees; median of its points.", -180, 180)
    latitude = number("WGS 84, degrees; median of its points.", -90, 90)
    point_count = count("Charge points ever seen.")
    max_power_kw = number("Greatest known power of its points, kW.", 0)
    last_seen_date = dy.Date(metadata={"doc": "Last UTC day one of its points was in any response."})


class WeatherForecast(Contract):
    """One row per provider, place, hour spoken of and instant we learned it; nothing is overwritten.

    A value that cannot be used is null, a step with neither temperature nor precipitation is no forecast.
    """

    fetched_at = instant("When we asked; its UTC day is the partition (UTC).", primary_key=True, partition=True)
    provider = text("Weather provider that said it, such as open_meteo.", primary_key=True)
    location = text("Name of the place asked for.", primary_key=True)
    valid_at = instant("End of the interval it speaks of (UTC).", primary_key=True)
    available_at = instant("When we had it: the answer was complete (UTC).")
    issued_at = instant("Model run, where the provider says it (UTC).", nullable=True)
    interval_s = dy.Int32(min=1, metadata={"doc": "Length of the interval that ends at valid_at, seconds."})
    temperature_c = number("Air temperature at 2 m, °C.", -60, 60)
    precipitation_mm = number("Precipitation over the interval, mm.", 0, 500)
    relative_humidity_ratio = number("Relative humidity at 2 m, 0–1.", 0, 1)
    wind_speed_kmh = number("Mean wind at 10 m, km/h.", 0, 500)
    wind_gust_kmh = number("Gusts at 10 m, km/h.", 0, 500)
    wind_from_direction_deg = number("Where the wind comes from, degrees clockwise from north.", 0, 360)
    pressure_msl_hpa = number("Pressure at mean sea level, hPa.", 850, 1100)
    cloud_cover_ratio = number("Cloud cover, 0–1.", 0, 1)
    has_snow_risk = flag("Whether snow is expected in the interval.")

    @dy.rule()
    def step_has_temperature_or_precipitation(cls) -> pl.Expr:
        return pl.col("temperature_c").is_not_null() | pl.col("precipitation_mm").is_not_null()


class RejectedRecord(Contract):
    """One row per record turned away, with the rule it broke: the evidence, never silently dropped.

    Of one response at most 1,000 are kept at each step; one row per rule counts the others (`further_records`).
    """

    asset = text("Table it was meant for.", primary_key=True)
    fetched_at = instant("fetched_at of its response (UTC).", primary_key=True, partition=True)
    page_id = text("_id of its response in MongoDB.", primary_key=True)
    record_index = dy.Int32(min=0, primary_key=True, metadata={"doc": "Position in the body, from 0."})
    rule = text("The rule it broke.", primary_key=True)
    source = text("Source of the response.")
    record = text("The record, JSON, at most 4 kB.")


class WrittenWindow(Contract):
    """One row per table and window written: from what, how much, by which run."""

    asset = text("Table written.", primary_key=True)
    window_key = text("UTC day (ISO 8601), or all.", primary_key=True)
    fingerprint = text("Hash of the inputs, the code's version and the contract: what changes a result changes it.")
    settled_count = count("How many inputs, oldest first, later ones only add to.")
    settled = text("Fingerprint over just those.")
    row_count = count("Rows in the window.")
    rejected_count = count("Rows of rejected_record of the window.")
    run_id = text("Dagster run that wrote it.")
    written_at = instant("When (UTC).")


class WriteLock(Contract):
    """One row per table, or index, that one process at a time writes: it holds the row locked while it does."""

    name = text("The table with its schema, or the index.", primary_key=True)
