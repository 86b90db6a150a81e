"""Layer `clean`: the sources' data with types and in UTC, and the rejected records."""

import dataframely as dy
import polars as pl

from belib_platform.contracts.contract import Contract, Index
from belib_platform.contracts.runs import RunsOfState
from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUSES


def instant(doc: str, *, primary_key: bool = False, nullable: bool = False, partition: bool = False) -> dy.Datetime:
    """A UTC instant with milliseconds."""
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
    """A number of things or seconds, never negative."""
    return dy.Int32(nullable=nullable, min=0, metadata={"doc": doc})


def flag(doc: str, *, nullable: bool = True) -> dy.Bool:
    """A boolean; null, where nullable, means not known."""
    return dy.Bool(nullable=nullable, metadata={"doc": doc})


class Poll(Contract):
    """One row per attempt to request a source, successful or not, including imports."""

    fetched_at = instant("When the request was sent (UTC).", primary_key=True, partition=True)
    source = text("Requested source, such as belib or open_meteo.", primary_key=True)
    origin = dy.Enum(["poll", "import"], metadata={"doc": "Polled live, or imported from a recording."})
    outcome = dy.Enum(
        ["asking", "sound", "refused", "failed", "not_asked"],
        metadata={
            "doc": "sound: stored and used. refused: stored, not used. failed: no response. not_asked: not sent "
            "because of a rate limit. asking: begun, but never finished."
        },
    )
    reason = text("Why it is not sound, or a warning about a sound response.", nullable=True)
    received_at = instant("When the response was complete (UTC).", nullable=True)
    page_id = text("_id of the response in MongoDB.", nullable=True)
    record_count = count("Number of records in the response.", nullable=True)
    newest_source_updated_at = instant(
        "Newest operator's timestamp in the response that is not later than received_at (UTC).", nullable=True
    )
    fresh_ratio = number("Share of records whose timestamp is at most 24 h before fetched_at.", 0, 1)
    unknown_ratio = number("Share of records whose status is UNKNOWN.", 0, 1)
    future_stamp_count = count("Number of records whose timestamp is later than received_at.", nullable=True)
    is_folded = flag("Whether its observations are in charge_point_status.", nullable=False)


class ChargePointStatus(RunsOfState):
    """One row per charge point and uninterrupted period of one status within one UTC day."""

    indexes = (
        # All of one point's history: in time, which the key begins with, a point's rows lie in every page of the table.
        # SELECT … WHERE charge_point_id = … ORDER BY first_seen_at
        Index("of_point", ("charge_point_id", "first_seen_at")),
    )

    first_seen_at = instant("First poll of the period (UTC).", primary_key=True, partition=True)
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    last_seen_at = instant("Last poll of the period (UTC).")
    holds_until = instant("last_seen_at plus the gap limit: three polling intervals of that poll (UTC).")
    status = dy.Enum(STATUSES, metadata={"doc": "OCPI status; from statut_pdc."})
    poll_count = dy.Int32(min=1, metadata={"doc": "Number of polls in the period."})
    source_updated_at = instant(
        "The operator's timestamp (last_updated) in the last poll; not the time of the status change (UTC).",
        nullable=True,
    )


class ChargePointDay(Contract):
    """One row per charge point and UTC day: the last known value of each attribute on that day.

    Address, coordinates, commune and arrondissement come from the real-time feed, or else from the static set of the
    same day. All other attributes come from the static set.
    """

    utc_date = dy.Date(primary_key=True, metadata={"doc": "UTC day.", "window": True})
    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    is_live = flag("Whether the real-time feed had the charge point on that day.", nullable=False)
    is_in_static_set = flag("Whether the static set of that day had the charge point.", nullable=False)
    station_id = text("id_station_local of the static set.", nullable=True)
    station_name = text("nom_station.", nullable=True)
    address = text("adresse_station.", nullable=True)
    insee_code = text("code_insee_commune as published; wrong for some points.", nullable=True)
    arrondissement = dy.Int8(
        nullable=True,
        min=1,
        max=20,
        metadata={"doc": "Arrondissement, 1 to 20; for Paris centre from the postcode, else from the INSEE code."},
    )
    longitude = number("WGS 84, degrees.", -180, 180)
    latitude = number("WGS 84, degrees.", -90, 90)
    power_kw = number("puissance_nominale, kW.", 0)
    location_type = text("implantation_station as published.", nullable=True)
    accessibility = text("accessibilite_pmr as published.", nullable=True)
    is_two_wheeler = flag("station_deux_roues.")
    has_ef = flag("prise_type_ef: domestic socket.")
    has_type_2 = flag("prise_type_2.")
    has_combo_ccs = flag("prise_type_combo_ccs.")
    has_chademo = flag("prise_type_chademo.")
    has_type_3 = flag("prise_type_3.")
    commissioned_at = instant("date_mise_en_service (UTC).", nullable=True)
    opening_hours = text("horaires as published.", nullable=True)
    operator_name = text("nom_operateur.", nullable=True)
    access_condition = text("condition_acces as published.", nullable=True)
    is_free_of_charge = flag("gratuit: charging costs nothing.")
    accepts_single_payment = flag("paiement_acte: one can pay for one session, without a contract.")
    accepts_bank_card = flag("paiement_cb.")
    accepts_other_payment = flag("paiement_autre: a badge or an app, for example.")


class ChargePoint(Contract):
    """One row per charge point ever observed: the last known value of each attribute. Rows are never removed."""

    charge_point_id = text("IRVE id_pdc with its asterisks.", primary_key=True, regex=CHARGE_POINT_ID)
    national_id = text("IRVE id_pdc_itinerance: charge_point_id without asterisks.")
    first_seen_date = dy.Date(metadata={"doc": "First UTC day on which any response had it."})
    last_seen_date = dy.Date(metadata={"doc": "Last UTC day on which any response had it."})
    last_live_date = dy.Date(nullable=True, metadata={"doc": "Last UTC day on which the real-time feed had it."})
    last_static_date = dy.Date(nullable=True, metadata={"doc": "Last UTC day on which the static set had it."})
    station_id = text("Station, from the static set, else derived from charge_point_id.")
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
    access_condition = ChargePointDay.access_condition
    is_free_of_charge = ChargePointDay.is_free_of_charge
    accepts_single_payment = ChargePointDay.accepts_single_payment
    accepts_bank_card = ChargePointDay.accepts_bank_card
    accepts_other_payment = ChargePointDay.accepts_other_payment


class Station(Contract):
    """One row per station: attributes that its charge points share."""

    station_id = text("id_station_local, or derived from the ids of its charge points.", primary_key=True)
    station_name = ChargePointDay.station_name
    address = ChargePointDay.address
    arrondissement = ChargePointDay.arrondissement
    longitude = number("WGS 84, degrees; median of its charge points.", -180, 180)
    latitude = number("WGS 84, degrees; median of its charge points.", -90, 90)
    point_count = count("Number of charge points ever observed.")
    max_power_kw = number("Largest known power of its charge points, kW.", 0)
    last_seen_date = dy.Date(metadata={"doc": "Last UTC day on which any response had one of its charge points."})


class Arrondissement(Contract):
    """One row per arrondissement of Paris: its name and border, from the newest sound response with the borders."""

    arrondissement = dy.Int8(primary_key=True, min=1, max=20, metadata={"doc": "Arrondissement, 1 to 20; c_ar."})
    arrondissement_name = text("Official name as published; l_aroff.")
    geometry = text("Border as published: a GeoJSON geometry, Polygon or MultiPolygon (WGS 84, longitude first).")
    outline = text(
        "Border for drawing: geometry without the corners within 15 m of the line between their neighbours, rounded "
        "to five decimals (1 m), outer rings counterclockwise (RFC 7946). Borders of neighbours may overlap or gape by "
        "that much."
    )
    fetched_at = instant("fetched_at of the response that it is from (UTC).")


class WeatherForecast(Contract):
    """One row per provider, place, forecast interval and request. Later forecasts never overwrite earlier ones.

    Unusable values are null. A forecast step with neither temperature nor precipitation is rejected.
    """

    fetched_at = instant(
        "When the request was sent; its UTC day is the partition (UTC).", primary_key=True, partition=True
    )
    provider = text("Weather provider, such as open_meteo.", primary_key=True)
    location = text("Name of the requested place.", primary_key=True)
    valid_at = instant("End of the forecast interval (UTC).", primary_key=True)
    available_at = instant("When the forecast became available here: the response was complete (UTC).")
    issued_at = instant("Time of the model run, if the provider publishes it (UTC).", nullable=True)
    interval_s = dy.Int32(min=1, metadata={"doc": "Length of the interval that ends at valid_at, seconds."})
    temperature_c = number("Air temperature at 2 m, °C.", -60, 60)
    precipitation_mm = number("Precipitation over the interval, mm.", 0, 500)
    relative_humidity_ratio = number("Relative humidity at 2 m, 0–1.", 0, 1)
    wind_speed_kmh = number("Mean wind at 10 m, km/h.", 0, 500)
    wind_gust_kmh = number("Gusts at 10 m, km/h.", 0, 500)
    wind_from_direction_deg = number("Direction from which the wind blows, degrees clockwise from north.", 0, 360)
    pressure_msl_hpa = number("Pressure at mean sea level, hPa.", 850, 1100)
    cloud_cover_ratio = number("Cloud cover, 0–1.", 0, 1)
    has_snow_risk = flag("Whether snow is expected in the interval.")

    @dy.rule()
    def step_has_temperature_or_precipitation(cls) -> pl.Expr:
        return pl.col("temperature_c").is_not_null() | pl.col("precipitation_mm").is_not_null()


class RejectedRecord(Contract):
    """One row per rejected record, with the rule it violates.

    Each step stores at most 1,000 rejected records of one response; one row per rule counts the others
    (`further_records`).
    """

    asset = text("Table for which the record was meant.", primary_key=True)
    fetched_at = instant("fetched_at of its response (UTC).", primary_key=True, partition=True)
    page_id = text("_id of its response in MongoDB.", primary_key=True)
    record_index = dy.Int32(min=0, primary_key=True, metadata={"doc": "Position in the response, from 0."})
    rule = text("Name of the violated rule.", primary_key=True)
    source = text("Source of the response.")
    record = text("The record as JSON, at most 4 kB.")


class WrittenWindow(Contract):
    """One row per table and written partition: what it was made from, how many rows it has, and which run wrote it."""

    asset = text("Name of the table.", primary_key=True)
    window_key = text("Partition: UTC day (ISO 8601), or all.", primary_key=True)
    fingerprint = text("Hash of the inputs, the code version and the contract: everything that affects the result.")
    settled_count = count("Number of oldest inputs to whose result later inputs can only add.")
    settled = text("Fingerprint of these inputs.")
    row_count = count("Number of rows in the partition.")
    rejected_count = count("Number of rows of rejected_record in the partition.")
    run_id = text("Dagster run that wrote it.")
    written_at = instant("When it was written (UTC).")
    revised_at = instant(
        "When its earlier rows were last made from other inputs or by other code (UTC). Null if inputs were only added "
        "at the end.",
        nullable=True,
    )


class WriteLock(Contract):
    """One row per table or index. A process that writes to it locks the row, so that no other process writes."""

    name = text("Name of the table with its schema, or of the index.", primary_key=True)
