"""Questions of eight audiences get the figures that the warehouse, or the simulator's truth, gives by another way."""

import json
import math
import os
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from belib_platform.exports.terms import BELIB, VELIB
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.test_present import status_at
from belib_platform_tests.assistants.assistant import Assistant

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")
EARTH_M = 6_371_009
WEEKDAYS = range(1, 6)

RAIN = "(SELECT hour_at, max(precipitation_mmh) AS rain FROM mart.{} GROUP BY 1) AS w"


def near(place: dict[str, Any], other: dict[str, Any], radius_m: float) -> bool:
    """Whether two places are so near each other, by the spherical law of cosines."""
    one, two = (math.radians(thing["latitude"]) for thing in (place, other))
    apart = math.radians(place["longitude"] - other["longitude"])
    cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(apart)
    return EARTH_M * math.acos(min(1.0, cosine)) <= radius_m


def local(row: dict[str, Any]) -> tuple[int, int]:
    at = row["hour_at"].astimezone(PARIS)
    return at.isoweekday(), at.hour


def a_station(weeks: History) -> dict[str, Any]:
    """The station that had most often no free charge point."""
    [found] = weeks.sql(
        "SELECT * FROM clean.station WHERE station_id = (SELECT station_id FROM mart.station_free_hourly GROUP BY 1 "
        "ORDER BY sum(none_free_s) DESC, 1 LIMIT 1)"
    )
    return found


def an_arrondissement(weeks: History) -> int:
    """The one with most bike stations."""
    [found] = weeks.sql(
        "SELECT arrondissement, count(*) FROM clean.bike_station WHERE arrondissement IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    )
    return int(str(found["arrondissement"]))


@pytest.mark.parametrize("hours_ago", [0, 50])
def test_a_driver_asks_what_is_free_near_an_address(
    asked: Assistant, weeks: History, now: datetime, hours_ago: int
) -> None:
    at, station = now - timedelta(hours=hours_ago), a_station(weeks)
    status, points = status_at(weeks, at), weeks.sql("SELECT * FROM clean.charge_point")
    there = [point["charge_point_id"] for point in points if near(point, station, 3000)]
    figure = asked.ask(
        "free_charge_points",
        near=f"{station['latitude']}, {station['longitude']}",
        radius_m=3000,
        **({"as_of": at.isoformat()} if hours_ago else {}),
    )
    assert figure["value"] == sum(status.get(point) == "AVAILABLE" for point in there)
    assert figure["n"] >= len([point for point in there if point in status]) > 0
    assert figure["details"]["charging_count"] == sum(status.get(point) == "CHARGING" for point in there)
    assert abs(datetime.fromisoformat(figure["as_of"]) - at) < timedelta(minutes=10)
    assert figure["licences"][0]["attribution"] == BELIB.attribution


def test_a_driver_asks_for_the_chance_at_six_on_a_friday(asked: Assistant, weeks: History) -> None:
    station = a_station(weeks)
    rows = weeks.sql("SELECT * FROM mart.station_free_hourly WHERE station_id = %(id)s", id=station["station_id"])
    of_hour = defaultdict(list)
    for row in rows:
        weekday, hour = local(row)
        if weekday == 5:
            of_hour[hour].append(row)
    shares = {
        hour: sum(row["free_s"] for row in found) / determined  # type: ignore[misc]
        for hour, found in of_hour.items()
        if (determined := sum(row["free_s"] + row["none_free_s"] for row in found))  # type: ignore[misc, operator]
    }
    at_six = asked.ask("chance_of_a_free_charge_point", station=station["station_id"], weekday=5, hour=18)
    assert at_six["value"] == pytest.approx(shares[18])
    assert at_six["low"] <= at_six["value"] <= at_six["high"]
    assert at_six["n"] == 2
    around = asked.ask("chance_of_a_free_charge_point", near=station["address"], radius_m=3000, weekday=5, hour=18)
    nearest, *others = around["details"]["stations"]
    assert (nearest["station_id"], nearest["free_ratio"]) == (station["station_id"], at_six["value"])
    assert others
    best = asked.ask("chance_of_a_free_charge_point", station=station["station_id"], weekday=5)
    assert best["value"] == pytest.approx(max(shares.values()))
    assert shares[best["details"]["hour"]] == pytest.approx(best["value"])
    assert min(shares.values()) < best["value"], "hours differ"


@pytest.mark.parametrize("what", ["bike", "ebike", "dock"])
def test_a_cyclist_asks_for_bikes_and_docks_nearby(asked: Assistant, weeks: History, now: datetime, what: str) -> None:
    [place] = weeks.sql("SELECT avg(longitude) AS longitude, avg(latitude) AS latitude FROM clean.bike_station")
    polled = now - timedelta(minutes=4)
    expected = 0
    for station in weeks.paris.bike_city:
        state = weeks.paris.bikes.reported_state(station.station_code, polled)
        where = {"longitude": station.longitude, "latitude": station.latitude}
        if near(where, place, 4000) and state.is_installed:
            if what == "dock" and state.is_returning:
                expected += state.docks
            elif what != "dock" and state.is_renting:
                expected += state.ebike + (state.mechanical if what == "bike" else 0)
    figure = asked.ask("bikes_and_docks", near=f"{place['latitude']},{place['longitude']}", radius_m=4000, what=what)
    dead = weeks.sql("SELECT station_code FROM clean.bike_station_status WHERE NOT is_reporting")
    assert dead, "one station does not report, and its bikes cannot be had"
    silent = {str(row["station_code"]) for row in dead}
    assert not silent & {item["station_code"] for item in figure["items"]}
    assert figure["value"] <= expected
    assert figure["value"] > 0
    reported = sum(_had(weeks, code, polled, what) for code in silent if _is_there(weeks, code, place))
    assert figure["value"] == expected - reported
    assert figure["licences"][0]["attribution"] == VELIB.attribution


def _is_there(weeks: History, code: str, place: dict[str, Any]) -> bool:
    [station] = [one for one in weeks.paris.bike_city if one.station_code == code]
    return near({"longitude": station.longitude, "latitude": station.latitude}, place, 4000)


def _had(weeks: History, code: str, at: datetime, what: str) -> int:
    state = weeks.paris.bikes.reported_state(code, at)
    if not state.is_installed or not (state.is_returning if what == "dock" else state.is_renting):
        return 0
    return {"bike": state.mechanical + state.ebike, "ebike": state.ebike, "dock": state.docks}[what]


def test_a_cyclist_asks_for_a_dock_on_monday_morning(asked: Assistant, weeks: History) -> None:
    number = an_arrondissement(weeks)
    rows = weeks.sql(
        "SELECT * FROM mart.bike_availability_hourly WHERE insee_code = %(code)s", code=str(75100 + number)
    )
    rows = [row for row in rows if local(row) == (1, 8)]
    open_s = sum(row["open_s"] for row in rows)  # type: ignore[misc]
    figure = asked.ask("chance_of_a_bike_or_dock", near=f"{number}e", weekday=1, hour=8, what="dock")
    assert figure["place"].endswith(f"(arrondissement {number})")
    assert figure["value"] == pytest.approx(1 - sum(row["no_dock_s"] for row in rows) / open_s)  # type: ignore[misc]
    assert (figure["n"], figure["coverage"]) == (2, 1.0)


@pytest.mark.parametrize("lacking", ["bike", "dock"])
def test_a_bike_operator_asks_which_stations_lack_tomorrow(asked: Assistant, weeks: History, lacking: str) -> None:
    rows = weeks.sql(
        f"SELECT no_{lacking}_ratio AS ratio, station_code, target_date FROM mart.bike_tomorrow "
        "WHERE part = '06-10' AND issued_at = (SELECT max(issued_at) FROM mart.bike_tomorrow) AND date_count > 0"
    )
    short = {row["station_code"] for row in rows if row["ratio"] >= 0.3}  # type: ignore[operator]
    figure = asked.ask("bike_stations_tomorrow", lacking=lacking, at_least=0.3, most=100)
    assert 0 < figure["value"] == len(short) < figure["n"] == len(rows)
    assert {item["station_code"] for item in figure["items"]} == short
    assert figure["details"]["target_date"] == str(rows[0]["target_date"])


def test_an_operator_asks_for_outages(asked: Assistant, weeks: History) -> None:
    outages = weeks.sql("SELECT * FROM mart.outage WHERE observed_s >= 12 * 3600 ORDER BY observed_s DESC")
    figure = asked.ask("outages_of_charge_points", min_hours=12)
    assert figure["value"] == figure["n"] == len(outages) > 0
    assert figure["items"][0]["observed_s"] == outages[0]["observed_s"]
    assert (figure["first_date"], figure["last_date"]) == ("2025-03-17", "2025-03-30"), (
        "all days, and no shorter period"
    )
    going_on = asked.ask("outages_of_charge_points", min_hours=0, going_on=True)
    assert going_on["value"] == weeks.sql("SELECT count(*) AS n FROM mart.outage WHERE is_going_on")[0]["n"]


def test_an_insurer_asks_for_uptime_with_its_bounds(asked: Assistant, weeks: History) -> None:
    [sums] = weeks.sql(
        "SELECT sum(available_s + charging_s + reserved_s) AS up, sum(unknown_s) AS unknown, "
        "sum(out_of_order_s) AS down, 1 - sum(unobserved_s)::float8 / sum(point_count * 3600) AS observed "
        "FROM mart.station_availability_hourly"
    )
    up, unknown, down = (int(str(sums[name])) for name in ("up", "unknown", "down"))
    figure = asked.ask("reliability_of_charge_points")
    assert figure["value"] == figure["low"] == pytest.approx(up / (up + unknown + down))
    assert figure["high"] == pytest.approx((up + unknown) / (up + unknown + down))
    assert figure["low"] < figure["high"] < 1
    assert figure["coverage"] == pytest.approx(sums["observed"])
    upper = [item["uptime_upper_ratio"] for item in figure["items"]]
    assert upper == sorted(upper)
    assert len(upper) == 5


def test_a_planner_asks_how_busy_weekday_evenings_are(asked: Assistant, weeks: History) -> None:
    [most] = weeks.sql("SELECT arrondissement, count(*) FROM clean.station GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1")
    rows = weeks.sql(
        "SELECT * FROM mart.station_availability_hourly WHERE arrondissement = %(n)s", n=most["arrondissement"]
    )
    used: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        weekday, hour = local(row)
        if weekday in WEEKDAYS and 17 <= hour < 21:
            used[weekday, hour][0] += row["charging_s"]  # type: ignore[operator]
            used[weekday, hour][1] += row["available_s"] + row["charging_s"]  # type: ignore[operator]
    ratios = [charging / whole for charging, whole in used.values() if whole]
    figure = asked.ask(
        "occupancy_of_charge_points",
        near=f"{most['arrondissement']}th arrondissement of Paris",
        weekdays=list(WEEKDAYS),
        from_hour=17,
        to_hour=21,
    )
    assert len(ratios) == len(figure["items"]) == 20
    assert figure["value"] == pytest.approx(sum(ratios) / len(ratios))
    assert figure["n"] == 2


def test_a_planner_asks_where_charging_is_scarce(asked: Assistant, weeks: History) -> None:
    [worst] = weeks.sql(
        "SELECT s.arrondissement, sum(none_free_s)::float8 / sum(free_s + none_free_s) AS share "
        "FROM mart.station_free_hourly JOIN clean.station AS s USING (station_id) WHERE s.arrondissement IS NOT NULL "
        "GROUP BY 1 HAVING sum(free_s + none_free_s) > 0 ORDER BY 2 DESC, s.arrondissement::text LIMIT 1"
    )
    figure = asked.ask("where_none_is_free", by="arrondissement")
    assert figure["items"][0]["arrondissement"] == worst["arrondissement"]
    assert figure["value"] == pytest.approx(worst["share"])
    assert 0 < figure["low"] <= figure["value"] <= figure["high"]


def test_a_planner_asks_whether_rain_empties_the_stations_of_an_arrondissement(
    asked: Assistant, weeks: History
) -> None:
    number = an_arrondissement(weeks)
    rows = weeks.sql(
        "SELECT * FROM mart.bike_availability_hourly WHERE insee_code = %(code)s AND precipitation_mmh IS NOT NULL",
        code=str(75100 + number),
    )
    sums: dict[bool, dict[tuple[int, int], list[int]]] = {wet: defaultdict(lambda: [0, 0]) for wet in (False, True)}
    for row in rows:
        of_hour = sums[row["precipitation_mmh"] >= 0.1][local(row)]  # type: ignore[operator]
        of_hour[0] += row["open_s"] - row["no_bike_s"]  # type: ignore[operator]
        of_hour[1] += row["open_s"]  # type: ignore[operator]
    shares = {wet: {key: some / whole for key, (some, whole) in hours.items() if whole} for wet, hours in sums.items()}
    both = shares[True].keys() & shares[False].keys()
    differences = [shares[True][key] - shares[False][key] for key in both]
    figure = asked.ask("rain_and_bikes", near=f"{number}e arrondissement")
    assert figure["n"] == len(both) >= 10
    assert figure["value"] == pytest.approx(sum(differences) / len(differences))
    assert figure["coverage"] == pytest.approx(len(both) / 168)
    assert figure["details"]["hours_with_less_in_rain"] == sum(one < 0 for one in differences)


def test_a_researcher_asks_for_the_effect_of_the_weather_and_learns_where_it_is_unknown(
    asked: Assistant, weeks: History
) -> None:
    bins = weeks.sql("SELECT * FROM mart.weather_effect WHERE area = 'all'")
    known = [one for one in bins if one["date_count"] >= 10]  # type: ignore[operator]
    unknown = [one for one in bins if one["date_count"] < 10]  # type: ignore[operator]
    assert known
    assert unknown
    for one in bins:
        weather = "rain" if one["variable"] == "precipitation_mmh" else "temperature"
        at = one["lower"] if one["lower"] is not None else one["upper"] - 0.01  # type: ignore[operator]
        figure = asked.ask("weather_and_charging", weather=weather, at=at)
        assert figure["n"] == one["date_count"]
        if one in known:
            assert figure["value"] == one["occupancy_difference"]
            assert (figure["low"], figure["high"]) == (one["difference_low"], one["difference_high"])
            assert figure["low"] < figure["high"]
        else:
            assert figure["value"] is None
            assert f"Only {one['date_count']} dates" in figure["insufficient"]


@pytest.mark.parametrize(("network", "table"), [("belib", "station_availability"), ("velib", "bike_availability")])
def test_a_researcher_asks_how_complete_the_history_is(
    asked: Assistant, weeks: History, now: datetime, network: str, table: str
) -> None:
    figure = asked.ask("quality_of_the_history", network=network)
    [polls] = weeks.sql(
        "SELECT count(*) AS n FROM clean.poll WHERE source = %(source)s AND outcome = 'sound' "
        "AND fetched_at >= %(at)s::timestamptz::date - 6",
        source=network,
        at=now,
    )
    assert figure["n"] == polls["n"] > 0
    points, end = {
        "belib": ("point_count", now.replace(minute=0, second=0, microsecond=0)),
        "velib": ("1", datetime(2025, 3, 30, tzinfo=PARIS)),
    }[network]
    [observed] = weeks.sql(
        f"SELECT 1 - sum(unobserved_s)::float8 / sum({points} * 3600) AS share FROM mart.{table}_hourly "
        "WHERE hour_at >= %(end)s::timestamptz - interval '168 hours' AND hour_at < %(end)s",
        end=end,
    )
    assert figure["value"] == figure["coverage"] == pytest.approx(observed["share"])
    assert 0.5 < figure["value"] <= 1


def test_an_app_maker_asks_where_a_station_is_and_what_a_charge_point_did(asked: Assistant, weeks: History) -> None:
    station = a_station(weeks)
    figure = asked.ask("find_place", name=str(station["address"]).upper())
    assert figure["items"][0]["id"] == station["station_id"]
    latitude, longitude = map(float, figure["value"].split(","))
    assert (latitude, longitude) == (station["latitude"], station["longitude"])
    [point] = weeks.sql(
        "SELECT charge_point_id FROM clean.charge_point_status WHERE first_seen_at::date = '2025-03-28' "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    runs = weeks.sql(
        "SELECT * FROM clean.charge_point_status WHERE charge_point_id = %(id)s AND first_seen_at::date = '2025-03-28' "
        "ORDER BY first_seen_at",
        id=point["charge_point_id"],
    )
    day = {"first": "2025-03-28T00:00:00Z", "last": "2025-03-29T00:00:00Z"}
    told = asked.ask("history_of_one", charge_point=point["charge_point_id"], **day)
    assert told["value"] == len(runs) > 1
    assert [item["status"] for item in told["items"]] == [run["status"] for run in runs]
    assert told["n"] == sum(run["poll_count"] for run in runs)  # type: ignore[misc]
    assert told["coverage"] > 0.5


def test_a_tourist_asks_for_a_point_that_takes_a_card_in_paris(asked: Assistant, weeks: History, now: datetime) -> None:
    status = status_at(weeks, now)
    points = weeks.sql("SELECT * FROM clean.charge_point WHERE power_kw >= 7 AND accepts_bank_card")
    figure = asked.ask("free_charge_points", power_min_kw=7, payment="bank_card")
    assert points
    assert figure["value"] == sum(status.get(str(point["charge_point_id"])) == "AVAILABLE" for point in points)


def test_the_sql_of_a_figure_can_be_pasted_into_the_command_line(asked: Assistant, tmp_path: Path) -> None:
    figure = asked.ask("free_charge_points")
    env = {**os.environ, "BELIB_HOME": str(tmp_path), "BELIB_READER_URL": asked.reader_url}
    command = [sys.executable, "-m", "belib_platform.cli", "sql", "--format", "json", figure["sql"][0]]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert json.loads(answer.stdout) == [{"value": figure["value"]}]
