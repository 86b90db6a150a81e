"""Documents say what dashboards cannot compute: local hours, holidays, shares, labels, and the present of a point."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Station
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.transforms.documents import availability_documents, charge_point_documents

MIDNIGHT = datetime(2025, 3, 30, tzinfo=UTC)
STATION = "FR*V75*PPX01*01"
POINT = "FR*V75*EPX01*01*1"


def hours(*rows: dict[str, Any]) -> pl.LazyFrame:
    """Rows of the mart; what is not said is an hour of one free point of 7 kW without weather."""
    free = dict.fromkeys((*SECONDS, "no_point_free_s"), 0) | {"available_s": 3600}
    made = [{"station_id": STATION, "power_kw": 7.0, "point_count": 1, **free, **row} for row in rows]
    return pl.LazyFrame(made, schema=frame_schema(StationAvailabilityHourly))


def stations(**known: Any) -> pl.LazyFrame:
    """One row of Station."""
    row = {"station_id": STATION, "station_name": "Rue A", "longitude": 2.35, "latitude": 48.85, "point_count": 1}
    return pl.LazyFrame([row | known], schema=frame_schema(Station))


def document(row: dict[str, Any], **known: Any) -> dict[str, Any]:
    frame = conform(BelibAvailability, availability_documents(hours(row), stations(**known)).collect())
    assert BelibAvailability.filter(frame).failure.counts() == {}
    return frame.row(0, named=True)


@pytest.mark.parametrize(
    ("hour_at", "hour_local", "day", "weekday"),
    [
        (datetime(2025, 3, 30, 0, tzinfo=UTC), 1, date(2025, 3, 30), 7),
        (datetime(2025, 3, 30, 1, tzinfo=UTC), 3, date(2025, 3, 30), 7),
        (datetime(2025, 10, 26, 0, tzinfo=UTC), 2, date(2025, 10, 26), 7),
        (datetime(2025, 10, 26, 1, tzinfo=UTC), 2, date(2025, 10, 26), 7),
        (datetime(2025, 12, 31, 23, tzinfo=UTC), 0, date(2026, 1, 1), 4),
    ],
)
def test_an_hour_is_told_in_paris_time(hour_at: datetime, hour_local: int, day: date, weekday: int) -> None:
    told = document({"hour_at": hour_at})
    assert (told["hour_local"], told["local_date"], told["day_of_week"]) == (hour_local, day, weekday)
    assert told["is_public_holiday"] == (day == date(2026, 1, 1))
    assert told["is_school_holiday"] == (day != date(2025, 3, 30))


@pytest.mark.parametrize(
    ("power_kw", "label", "ending"),
    [(0.0, "unknown", "0"), (3.0, "003 kW", "3"), (3.7, "003.7 kW", "3.7"), (150.0, "150 kW", "150")],
)
def test_labels_sort_and_ids_say_the_key(power_kw: float, label: str, ending: str) -> None:
    told = document({"hour_at": MIDNIGHT, "power_kw": power_kw, "arrondissement": 4})
    assert told["power_label"] == label
    assert told["document_id"] == f"{int(MIDNIGHT.timestamp())}_{STATION}_{ending}"
    assert told["arrondissement_label"] == "04"


def test_what_is_not_known_stays_unknown() -> None:
    unseen = {"available_s": 0, "unobserved_s": 3600}
    told = document({"hour_at": MIDNIGHT, **unseen}, longitude=None)
    assert (told["location"], told["occupancy_ratio"], told["is_raining"]) == (None, None, None)
    assert (told["observed_ratio"], told["arrondissement_label"]) == (0.0, "??")


def test_shares_are_of_what_was_observed() -> None:
    busy = {"point_count": 2, "available_s": 1800, "charging_s": 3600, "unknown_s": 900, "unobserved_s": 900}
    told = document({"hour_at": MIDNIGHT, **busy, "precipitation_mmh": 0.1})
    assert told["occupancy_ratio"] == pytest.approx(2 / 3)
    assert (told["observed_s"], told["total_s"], told["observed_ratio"]) == (6300, 7200, 0.875)
    assert told["is_raining"] is True
    assert told["location"] == {"lat": 48.85, "lon": 2.35}


def run(first: datetime, last: datetime, status: str = "AVAILABLE", point: str = POINT) -> dict[str, Any]:
    return {
        "first_seen_at": first,
        "charge_point_id": point,
        "last_seen_at": last,
        "holds_until": last + timedelta(minutes=15),
        "status": status,
        "poll_count": 1 + int((last - first).total_seconds() // 300),
    }


def present(*runs: dict[str, Any]) -> pl.DataFrame:
    points = pl.LazyFrame(
        [{"charge_point_id": POINT, "national_id": "x", "station_id": STATION, "arrondissement": 11}],
        schema=frame_schema(ChargePoint),
    )
    frame = pl.LazyFrame(list(runs), schema=frame_schema(ChargePointStatus))
    return conform(BelibChargePoints, charge_point_documents(frame, points).collect())


def test_a_status_over_midnight_began_before_it() -> None:
    before = run(MIDNIGHT - timedelta(hours=5), MIDNIGHT - timedelta(minutes=2))
    after = run(MIDNIGHT + timedelta(minutes=3), MIDNIGHT + timedelta(hours=1))
    [told] = present(before, after).rows(named=True)
    assert told["status_since_at"] == before["first_seen_at"]
    assert (told["power_label"], told["arrondissement_label"], told["is_current"]) == ("unknown", "11", True)


@pytest.mark.parametrize("change", [{"status": "CHARGING"}, {"holds_until": MIDNIGHT}])
def test_another_status_or_a_hole_begins_anew(change: dict[str, Any]) -> None:
    before = run(MIDNIGHT - timedelta(hours=5), MIDNIGHT - timedelta(minutes=2)) | change
    after = run(MIDNIGHT + timedelta(minutes=3), MIDNIGHT + timedelta(hours=1))
    assert present(before, after)["status_since_at"].to_list() == [after["first_seen_at"]]


def test_a_poll_is_dated_on_one_point_of_a_kind_and_a_point_it_did_not_see_keeps_its_own_date() -> None:
    earlier, newest = MIDNIGHT + timedelta(minutes=5), MIDNIGHT + timedelta(minutes=10)
    runs = [
        run(MIDNIGHT, earlier, point="FR*V75*EPX01*01*1"),
        *(run(MIDNIGHT, newest, point=f"FR*V75*EPX01*01*{n}") for n in (2, 3, 4, 5)),
    ]
    points = pl.LazyFrame(
        [
            {"charge_point_id": r["charge_point_id"], "station_id": STATION, "arrondissement": 11, "power_kw": power}
            for r, power in zip(runs, (7.0, 7.0, 7.0, None, None), strict=True)
        ],
        schema=frame_schema(ChargePoint),
    )
    frame = charge_point_documents(pl.LazyFrame(runs, schema=frame_schema(ChargePointStatus)), points).collect()
    told = frame.sort("charge_point_id").select("is_current", "last_seen_at").rows()
    assert told == [(False, earlier), (True, newest), (True, None), (True, newest), (True, None)]


@pytest.mark.parametrize("point", [POINT, "FR*V75*EHBSAG*AAA*01*1", "FR*V75*E9001*02*11"])
def test_a_point_of_which_nothing_else_is_known_has_its_status_and_the_station_of_its_id(point: str) -> None:
    runs = pl.LazyFrame([run(MIDNIGHT, MIDNIGHT, point=point)], schema=frame_schema(ChargePointStatus))
    points = pl.LazyFrame(schema=frame_schema(ChargePoint))
    frame = conform(BelibChargePoints, charge_point_documents(runs, points).collect())
    [told] = BelibChargePoints.validate(frame).rows(named=True)
    assert told["station_id"] == "*".join(point.split("*")[:4]).replace("*E", "*P", 1)
    assert (told["status"], told["power_label"], told["location"]) == ("AVAILABLE", "unknown", None)


@given(st.lists(st.integers(0, 10), min_size=7, max_size=7), st.integers(0, 20 * 365 * 24))
def test_every_hour_of_the_mart_keeps_the_contract_of_its_document(shares: list[int], hour: int) -> None:
    count = max(sum(shares), 1)
    seconds = dict(zip(SECONDS, [3600 * share for share in shares], strict=True))
    if not sum(shares):
        seconds["unobserved_s"] = 3600
    told = document(
        {"hour_at": datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=hour), "point_count": count, **seconds}
    )
    assert 0 <= told["observed_ratio"] <= 1
    assert told["hour_local"] == told["hour_at"].astimezone(ZoneInfo("Europe/Paris")).hour
