"""Checks of rows: each sentence once true and once false, with the numbers and the sample behind it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from belib_platform.checks import (
    attributes,
    charge_point,
    contract_kept,
    newest_response,
    rejected,
    status,
    weather_forecast,
)
from belib_platform.checks.finding import SAMPLE
from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointDay,
    ChargePointStatus,
    RejectedRecord,
    WeatherForecast,
)
from belib_platform.contracts.contract import Contract, frame_schema
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.contracts.rejects import further_records
from belib_platform.sources.belib_static import LAYOUT
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError, Decoded

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
A, B = "FR*V75*EPX01*01*1", "FR*V75*EPX01*01*2"


def frame(contract: type[Contract], *told: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(told), schema=frame_schema(contract))


def run(first: int, last: int, point: str = A, **changes: Any) -> dict[str, Any]:
    """A run from one minute after noon to another."""
    return {
        "first_seen_at": NOON + first * MINUTE,
        "charge_point_id": point,
        "last_seen_at": NOON + last * MINUTE,
        "holds_until": NOON + (last + 15) * MINUTE,
        "status": "AVAILABLE",
        "poll_count": 1,
        **changes,
    }


def reject(index: int, rule: str, response: str = "p") -> dict[str, Any]:
    return {
        "asset": "charge_point_status",
        "page_id": response,
        "record_index": index,
        "rule": rule,
        "source": "belib",
        "fetched_at": NOON,
        "record": "{}",
    }


@pytest.mark.parametrize(
    "broken",
    [
        run(5, 4),
        run(5, 12 * 60),
        run(5, 6, "fictif"),
        run(5, 6, poll_count=0),
        run(5, 6, status=None),
    ],
)
def test_a_row_that_breaks_its_contract_is_found(broken: dict[str, Any]) -> None:
    good = [run(0, 1), run(2, 3)]
    assert contract_kept.rows_keep_their_contract(ChargePointStatus, frame(ChargePointStatus, *good)).passed
    finding = contract_kept.rows_keep_their_contract(ChargePointStatus, frame(ChargePointStatus, *good, broken))
    assert (finding.passed, finding.numbers["offending"], finding.numbers["judged"]) == (False, 1, 3)


def test_a_key_twice_breaks_the_contract_of_both_rows() -> None:
    finding = contract_kept.rows_keep_their_contract(ChargePointStatus, frame(ChargePointStatus, run(0, 1), run(0, 2)))
    assert (finding.passed, finding.numbers["offending"]) == (False, 2)


def test_no_rows_keep_every_contract() -> None:
    assert contract_kept.rows_keep_their_contract(ChargePointStatus, ChargePointStatus.create_empty()).passed


def availability(**changes: Any) -> pl.DataFrame:
    none = dict.fromkeys(SECONDS, 0) | {"no_point_free_s": 0}
    key = {"hour_at": NOON, "station_id": "S", "power_kw": 7.0, "point_count": 2}
    return frame(StationAvailabilityHourly, none | key | {"available_s": 7200} | changes)


def test_seconds_add_up_or_do_not() -> None:
    def keeps(frame: pl.DataFrame) -> bool:
        return contract_kept.rule_is_kept(StationAvailabilityHourly, "seconds_of_an_hour_add_up", frame).passed

    assert keeps(availability())
    assert keeps(availability().clear())
    assert keeps(availability(available_s=7199, unobserved_s=1))
    assert not keeps(availability(available_s=7199))
    assert not keeps(availability(unobserved_s=1))


def test_weather_was_known_or_was_not() -> None:
    def keeps(at: datetime | None) -> bool:
        hours = availability(weather_available_at=at)
        return contract_kept.rule_is_kept(StationAvailabilityHourly, "weather_was_known_at_that_hour", hours).passed

    assert keeps(NOON)
    assert keeps(None)
    assert not keeps(NOON + timedelta(milliseconds=1))


def test_a_rule_is_judged_by_itself() -> None:
    late = availability(weather_available_at=NOON + HOUR)
    assert contract_kept.rule_is_kept(StationAvailabilityHourly, "seconds_of_an_hour_add_up", late).passed


def test_only_the_rules_asked_for_are_counted_among_rejects() -> None:
    rejects = frame(RejectedRecord, reject(0, "status_is_present"))
    assert rejected.nothing_was_rejected_for(rejects, ["status_word_is_known"], 10).passed
    finding = rejected.nothing_was_rejected_for(rejects, ["status_is_present", "x"], 10)
    assert (finding.passed, finding.numbers) == (False, {"offending": 1, "judged": 10})


def test_one_record_in_a_hundred_may_be_turned_away() -> None:
    rejects = frame(RejectedRecord, reject(0, "a"))
    assert rejected.rejected_rows_stay_under_a_limit(rejects, 99).passed
    assert not rejected.rejected_rows_stay_under_a_limit(rejects, 98).passed
    assert not rejected.rejected_rows_stay_under_a_limit(rejects, 0).passed
    assert rejected.rejected_rows_stay_under_a_limit(rejects.clear(), 0).passed


def test_a_record_that_breaks_two_rules_is_one_record() -> None:
    rejects = frame(RejectedRecord, reject(0, "a"), reject(0, "b"), reject(0, "a", response="q"))
    finding = rejected.rejected_rows_stay_under_a_limit(rejects, 198)
    assert finding.passed
    assert finding.numbers == {"rejected": 2, "rejected_ratio": 0.01, "a": 2, "b": 1}


@pytest.mark.parametrize(
    ("runs", "passed"),
    [
        ([run(0, 5), run(6, 9)], True),
        ([run(6, 9), run(0, 5)], True),
        ([run(0, 5), run(0, 5, B)], True),
        ([run(0, 5), run(5, 9)], False),
        ([run(3, 9), run(0, 5)], False),
        ([run(0, 9), run(2, 3), run(10, 11)], False),
        ([], True),
    ],
)
def test_runs_of_a_point_overlap_or_do_not(runs: list[dict[str, Any]], passed: bool) -> None:
    assert status.runs_do_not_overlap(frame(ChargePointStatus, *runs)).passed is passed


def test_days_folded_twice_are_equal_differ_or_were_not_compared() -> None:
    same, other = frame(ChargePointStatus), frame(ChargePointStatus, run(0, 1))
    check = status.folding_page_by_page_equals_folding_the_day
    assert [check(days).passed for days in ([], [same], [same, other])] == [True, True, False]
    assert check([same, other]).numbers == {"days_compared": 2, "differing": 1}


@pytest.mark.parametrize(
    ("place", "passed"),
    [((1.4, 48.1), True), ((3.6, 49.3), True), ((48.85, 2.35), False), ((0.0, 0.0), False), ((2.3, 49.4), False)],
)
def test_a_place_outside_the_region_is_a_warning(place: tuple[float, float], passed: bool) -> None:
    told = {"utc_date": date(2026, 1, 5), "charge_point_id": A, "longitude": place[0], "latitude": place[1]}
    finding = attributes.coordinates_lie_in_the_region(frame(ChargePointDay, told, told | {"longitude": None}))
    assert (finding.passed, finding.is_warning, finding.numbers["judged"]) == (passed, True, 1)


def test_a_point_without_a_station_is_found() -> None:
    told = {"charge_point_id": A, "is_station_derived": True}
    stations = ["S", None]
    finding = charge_point.every_point_has_a_station(frame(ChargePoint, *(told | {"station_id": s} for s in stations)))
    assert (finding.passed, finding.numbers) == (False, {"offending": 1, "judged": 2, "derived": 2})
    assert charge_point.every_point_has_a_station(frame(ChargePoint, told | {"station_id": "S"})).passed


def forecasts(available_at: datetime, hours: int, interval_h: int = 1, start: datetime = NOON) -> list[dict[str, Any]]:
    common = {
        "available_at": available_at,
        "provider": "open_meteo",
        "location": "paris",
        "fetched_at": available_at,
        "temperature_c": 12.0,
        "precipitation_mm": 0.0,
    }
    ends = range(interval_h, hours + 1, interval_h)
    return [common | {"valid_at": start + n * HOUR, "interval_s": interval_h * 3600} for n in ends]


@pytest.mark.parametrize(("hours", "interval_h", "covered"), [(25, 1, 24), (24, 1, 23), (27, 3, 24), (24, 3, 23)])
def test_weather_covers_the_24_hours_after_it_came_or_less(hours: int, interval_h: int, covered: int) -> None:
    newest = forecasts(NOON + 59 * MINUTE, hours, interval_h)
    finding = weather_forecast.weather_covers_the_next_24_hours(frame(WeatherForecast, *newest))
    assert (finding.passed, finding.numbers) == (covered == 24, {"hours_covered": covered})


def test_older_forecasts_do_not_fill_the_newest_ones_holes() -> None:
    told = [*forecasts(NOON, 48), *forecasts(NOON + HOUR, 12)]
    assert not weather_forecast.weather_covers_the_next_24_hours(frame(WeatherForecast, *told)).passed
    assert not weather_forecast.weather_covers_the_next_24_hours(frame(WeatherForecast)).passed


@pytest.mark.parametrize("absent", [["temperature_c"], ["precipitation_mm"], ["temperature_c", "precipitation_mm"]])
def test_an_hour_of_which_something_is_not_told_is_not_covered(absent: list[str]) -> None:
    told = forecasts(NOON, 48)
    told[9] |= dict.fromkeys(absent)
    finding = weather_forecast.weather_covers_the_next_24_hours(frame(WeatherForecast, *told))
    assert (finding.passed, finding.numbers) == (False, {"hours_covered": 23})


def test_a_measure_without_any_value_is_a_warning_that_names_who_does_not_send_it() -> None:
    promised = {"open_meteo": ["temperature_c", "wind_gust_kmh"], "infoclimat": ["temperature_c"]}
    early = [row | {"wind_gust_kmh": 20.0} for row in forecasts(NOON, 3)]
    late = forecasts(NOON + HOUR, 3)
    other = [row | {"provider": "infoclimat", "temperature_c": None} for row in forecasts(NOON - HOUR, 3)]

    def check(*told: dict[str, Any]) -> tuple[bool, bool, object]:
        finding = weather_forecast.every_measure_has_values(frame(WeatherForecast, *told), promised)
        return finding.passed, finding.is_warning, finding.numbers["missing"]

    assert check(*early) == check() == (True, True, "")
    assert check(*early, *late) == (False, True, "open_meteo has no wind_gust_kmh")
    assert check(*early, late[0], late[1] | {"wind_gust_kmh": 1.0}) == (True, True, "")
    assert check(*early, *other) == (False, True, "infoclimat has no temperature_c")


def test_rejects_for_a_usual_rule_are_counted_and_not_judged() -> None:
    rejects = frame(RejectedRecord, *(reject(n, "a") for n in range(40)))
    finding = rejected.rejected_rows_stay_under_a_limit(rejects, 128, ["a"])
    assert (finding.passed, finding.numbers) == (True, {"rejected": 0, "rejected_ratio": 0.0, "a": 40})
    mixed = frame(RejectedRecord, *(reject(n, "a") for n in range(40)), *(reject(n, "b") for n in range(50, 53)))
    finding = rejected.rejected_rows_stay_under_a_limit(mixed, 128, ["a"])
    assert (finding.passed, finding.numbers["rejected"], finding.numbers["a"]) == (False, 3, 40)


def edition(*records: dict[str, Any]) -> Decoded:
    return read_records(json.dumps(records).encode(), "application/json", LAYOUT)


def test_values_that_cannot_be_read_are_a_warning_with_counts_by_rule() -> None:
    record = {"id_pdc_local": A, "puissance_nominale": 7, "prise_type_2": "oui"}
    odd = [{**record, "puissance_nominale": -7}, {**record, "id_pdc_local": A.lower(), "puissance_nominale": "?"}]
    found = newest_response.every_value_is_readable(edition(record, *odd))
    assert (found.passed, found.is_warning) == (False, True)
    assert found.numbers == {
        "records": 3,
        "odd_values": 3,
        "power_kw_is_readable": 2,
        "charge_point_id_is_normalised": 1,
    }
    assert newest_response.every_value_is_readable(edition(record)).numbers == {"records": 1, "odd_values": 0}
    assert newest_response.every_value_is_readable(None).passed
    assert not newest_response.every_value_is_readable(BodyError("is a poem")).passed


def test_records_that_are_counted_only_count() -> None:
    kept = [reject(n, "a") for n in range(3)]
    further = [{**reject(3, "a"), "record": further_records(90)}, {**reject(9, "b"), "record": further_records(7)}]
    found = rejected.rejected_rows_stay_under_a_limit(frame(RejectedRecord, *kept, *further), 100)
    assert found.numbers == {"rejected": 100, "rejected_ratio": 0.5, "a": 93, "b": 7}
    assert rejected.nothing_was_rejected_for(frame(RejectedRecord, *kept, *further), ["b"], 1).numbers["offending"] == 7


def test_a_missing_column_of_the_static_set_is_a_warning() -> None:
    check = attributes.the_static_set_still_has_its_columns
    record = {column.source_names[0]: "1" for column in LAYOUT.columns}
    lost = check(edition({**record, "horaires": None, "nom_operateur": " "}))
    assert (lost.passed, lost.is_warning) == (False, True)
    assert lost.numbers == {"missing": 2, "columns": "horaires, nom_operateur"}
    assert check(edition(record)).passed
    assert check(edition({**record, "horaires": ["odd"]})).passed
    assert (check(None).passed, check(None).numbers["editions"]) == (True, 0)


def test_a_sample_shows_a_few_of_many() -> None:
    many = frame(RejectedRecord, *(reject(n, "a") for n in range(3 * SAMPLE)))
    finding = rejected.nothing_was_rejected_for(many, ["a"], 100)
    assert finding.sample is not None
    assert (finding.sample.height, finding.numbers["offending"]) == (SAMPLE, 3 * SAMPLE)
