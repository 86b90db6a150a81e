"""Statistics are sums over the warehouse's hours, with the intervals that their number of days allows."""

from collections import defaultdict
from contextlib import closing
from statistics import NormalDist
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest

from belib_platform.api.intervals import share_of, wilson
from belib_platform.contracts.mart import StationPeriod
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.statistics import STATION_PERIOD
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_openapi import PATHS
from belib_platform_tests.api.test_present import ask
from belib_platform_tests.warehouse.days import NOW

PARIS = ZoneInfo("Europe/Paris")

FREE_HOURS = """
SELECT f.*, w.rain FROM mart.station_free_hourly AS f
JOIN (SELECT hour_at, max(precipitation_mmh) AS rain FROM mart.station_availability_hourly GROUP BY 1) AS w
USING (hour_at)
"""


def hours(history: History, condition: str = "true") -> list[dict[str, Any]]:
    return history.sql(f"SELECT * FROM ({FREE_HOURS}) AS hours WHERE {condition}")


def share(rows: list[dict[str, Any]]) -> float | None:
    determined = sum(row["free_s"] + row["none_free_s"] for row in rows)
    return sum(row["free_s"] for row in rows) / determined if determined else None


def a_station(history: History) -> str:
    """The station that had most often no free charge point."""
    [found] = history.sql(
        "SELECT station_id FROM mart.station_free_hourly GROUP BY 1 ORDER BY sum(none_free_s) DESC, 1 LIMIT 1"
    )
    return str(found["station_id"])


def local(row: dict[str, Any]) -> tuple[int, int]:
    at = row["hour_at"].astimezone(PARIS)
    return at.isoweekday(), at.hour


@pytest.mark.parametrize("weather", ["any", "dry", "wet"])
@pytest.mark.parametrize("place", ["station", "city", "arrondissement"])
def test_rhythms_are_those_of_the_hours(api: httpx.Client, history: History, place: str, weather: str) -> None:
    station = a_station(history)
    [arrondissement] = history.sql("SELECT arrondissement FROM clean.station WHERE station_id = %(s)s", s=station)
    asked: dict[str, Any] = {"station": {"station": station}, "arrondissement": arrondissement}.get(place, {})
    conditions = [f"{name.replace('station', 'station_id')} = '{value}'" for name, value in asked.items()]
    conditions += {"dry": ["rain < 0.1"], "wet": ["rain >= 0.1"]}.get(weather, [])
    expected = defaultdict(list)
    for row in hours(history, " AND ".join(["true", *conditions])):
        expected[local(row)].append(row)
    items = ask(api, "/v1/rhythms", weather=weather, **asked)["items"]
    assert {(item["weekday"], item["hour"]) for item in items} == set(expected)
    for item in items:
        of_hour = expected[item["weekday"], item["hour"]]
        assert item["free_ratio"] == pytest.approx(share(of_hour))
        assert item["n"] <= 1, "a hour of the week comes once in two days"
        determined = sum(row["free_s"] + row["none_free_s"] for row in of_hour)
        assert item["observed_ratio"] == pytest.approx(determined / (3600 * len(of_hour)))
        assert item["station_count"] == len({row["station_id"] for row in of_hour})


def test_rhythms_name_their_days_and_have_csv(api: httpx.Client, history: History) -> None:
    answer = ask(api, "/v1/rhythms")
    assert (answer["first_date"], answer["last_date"]) == ("2025-03-29", "2025-03-30")
    assert any("CC BY" in terms["licence"] for terms in answer["licences"]), "dry and wet come from forecasts"
    table = api.get("/v1/rhythms", params={"format": "csv"}).text.splitlines()
    assert len(table) == len(answer["items"]) + 1
    assert table[0].startswith("as_of,weekday,hour,free_ratio")


def test_best_times_rank_the_hours_of_a_weekday(api: httpx.Client, history: History) -> None:
    station = a_station(history)
    rhythm = {
        (weather, item["weekday"], item["hour"]): item
        for weather in ("any", "dry", "wet")
        for item in ask(api, "/v1/rhythms", station=station, weather=weather)["items"]
    }
    items = ask(api, "/v1/best-times", station=station, weekday=6)["items"]
    assert len(items) == len({hour for name, weekday, hour in rhythm if (name, weekday) == ("any", 6)}) > 20
    shares = [item["free_ratio"] for item in items if item["free_ratio"] is not None]
    assert shares == sorted(shares, reverse=True)
    fields = ("free_ratio", "free_low", "free_high", "n", "observed_ratio")
    for item in items:
        assert all(item[name] == rhythm["any", 6, item["hour"]][name] for name in fields)
        for weather in ("dry", "wet"):
            known = rhythm.get((weather, 6, item["hour"]))
            assert item[weather] == ({name: known[name] for name in fields} if known else item[weather])
            assert known or item[weather]["n"] == 0


def test_best_times_want_a_place_and_a_weekday(api: httpx.Client) -> None:
    assert problem(api.get("/v1/best-times", params={"weekday": 1}), 400)["parameter"] == "station"
    assert problem(api.get("/v1/best-times", params={"arrondissement": 4}), 400)["parameter"] == "weekday"
    assert problem(api.get("/v1/best-times", params={"arrondissement": 4, "weekday": 8}), 400)["parameter"] == "weekday"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/rhythms",
        "/v1/best-times",
        "/v1/saturation",
        "/v1/reliability",
        "/v1/outages",
        "/v1/occupancy",
        "/v1/charge-points",
        "/v1/availability/hourly",
    ],
)
def test_an_unknown_station_is_named(api: httpx.Client, path: str) -> None:
    asked = {"station": "FR*V75*NOWHERE"} | ({"weekday": 1} if "best-times" in path else {})
    assert problem(api.get(path, params=asked), 404)["parameter"] == "station"


def test_saturation_ranks_stations_by_time_without_a_free_point(api: httpx.Client, history: History) -> None:
    expected = defaultdict(list)
    for row in hours(history):
        expected[row["station_id"]].append(row)
    items = ask(api, "/v1/saturation")["items"]
    assert {item["station_id"] for item in items} == set(expected)
    for item in items:
        free = share(expected[item["station_id"]])
        assert item["none_free_ratio"] == pytest.approx(1 - free if free is not None else None)
        assert item["none_free_low"] <= item["none_free_ratio"] <= item["none_free_high"]
        assert item["n"] == 2
    ratios = [item["none_free_ratio"] for item in items]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[0] > 0


@pytest.mark.parametrize("path", ["/v1/saturation", "/v1/reliability", "/v1/outages"])
def test_pages_of_a_ranking_make_the_whole(api: httpx.Client, path: str) -> None:
    whole = ask(api, path, limit=1000)["items"]
    found, cursor = [], {}
    while True:
        answer = ask(api, path, limit=2, **cursor)
        found += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert found == whole
    assert len(whole) > 2


@pytest.mark.parametrize("by", ["station", "arrondissement", "city"])
def test_reliability_has_both_bounds(api: httpx.Client, history: History, by: str) -> None:
    key = {"station": "station_id", "arrondissement": "arrondissement", "city": "1"}[by]
    expected = history.sql(
        f"""
        SELECT up::float8 / (up + down + unknown) AS lower, (up + unknown)::float8 / (up + down + unknown) AS upper
        FROM (SELECT {key}, sum(available_s + charging_s + reserved_s) AS up, sum(out_of_order_s) AS down,
                     sum(unknown_s) AS unknown
              FROM mart.station_availability_hourly WHERE {key} IS NOT NULL GROUP BY {key}) AS sums
        WHERE up + down + unknown > 0
        """
    )
    items = ask(api, "/v1/reliability", by=by, days="7")["items"]
    said = [
        (item["uptime_lower_ratio"], item["uptime_upper_ratio"])
        for item in items
        if item["uptime_lower_ratio"] is not None
    ]
    for n in range(2):
        bounds = sorted((row["lower"], row["upper"])[n] for row in expected)
        assert sorted(bound[n] for bound in said) == pytest.approx(bounds)
    assert [upper for _, upper in said] == sorted(upper for _, upper in said)


def test_outages_are_the_runs_out_of_order_over_midnight(api: httpx.Client, history: History) -> None:
    items = ask(api, "/v1/outages", limit=1000)["items"]
    [runs] = history.sql(
        "SELECT count(DISTINCT charge_point_id) AS points FROM clean.charge_point_status WHERE status = 'OUTOFORDER'"
    )
    assert len({item["charge_point_id"] for item in items}) == runs["points"] > 0
    lengths = [item["observed_s"] for item in items]
    assert lengths == sorted(lengths, reverse=True)
    for item in items:
        [seen] = history.sql(
            "SELECT count(*) AS runs, bool_and(status = 'OUTOFORDER') AS is_down FROM clean.charge_point_status "
            "WHERE charge_point_id = %(id)s AND first_seen_at >= %(first)s AND last_seen_at <= %(last)s",
            id=item["charge_point_id"],
            first=item["first_seen_at"],
            last=item["last_seen_at"],
        )
        assert seen["is_down"]
    assert any(item["first_seen_at"][:10] != item["last_seen_at"][:10] for item in items), "none lasts over midnight"


def test_outages_are_filtered(api: httpx.Client) -> None:
    whole = ask(api, "/v1/outages", limit=1000)["items"]
    long = ask(api, "/v1/outages", limit=1000, min_hours=3)["items"]
    assert long == [item for item in whole if item["observed_s"] >= 3 * 3600]
    going_on = ask(api, "/v1/outages", limit=1000, going_on=True)["items"]
    assert going_on == [item for item in whole if item["is_going_on"]]
    noon = "2025-03-29T12:00:00.000Z"
    before = ask(api, "/v1/outages", limit=1000, to=noon)["items"]
    assert before == [item for item in whole if item["first_seen_at"] < noon]
    point = whole[0]["charge_point_id"]
    assert {item["charge_point_id"] for item in ask(api, "/v1/outages", charge_point=point)["items"]} == {point}
    asked = {"from": noon, "to": noon}
    assert problem(api.get("/v1/outages", params=asked), 400)["parameter"] == "from"


def test_two_days_show_no_effect_of_the_weather(api: httpx.Client, history: History) -> None:
    answer = ask(api, "/v1/weather-effect")
    assert answer["items"] == [] == history.sql("SELECT * FROM mart.weather_effect")
    assert answer["first_date"] is None


def test_effects_are_the_rows_of_the_table(own_history: History) -> None:
    with psycopg.connect(own_history.url) as connection:
        connection.execute(
            "INSERT INTO mart.weather_effect VALUES "
            "('all', 'temperature_c', 0, NULL, 0, '2025-01-01', '2025-03-30', 9, 200, -0.1, -0.2, -0.05), "
            "('all', 'temperature_c', 1, 0, 5, '2025-01-01', '2025-03-30', 9, 200, 0.1, -0.2, 0.3), "
            "('all', 'temperature_c', 2, 5, 10, '2025-01-01', '2025-03-30', 2, 20, 0.1, NULL, NULL), "
            "('11', 'temperature_c', 2, 5, 10, '2025-01-01', '2025-03-30', 2, 20, 0.5, NULL, NULL)"
        )
    with served(SETTINGS, own_history.url) as api:
        answer = ask(api, "/v1/weather-effect")
        assert [item["is_effect_seen"] for item in answer["items"]] == [True, False, None]
        assert [item["lower"] for item in answer["items"]] == [None, 0, 5]
        assert (answer["first_date"], answer["last_date"]) == ("2025-01-01", "2025-03-30")
        [eleventh] = ask(api, "/v1/weather-effect", arrondissement=11)["items"]
        assert eleventh["occupancy_difference"] == 0.5


@pytest.mark.parametrize(
    ("free", "n", "low", "high"), [(0.5, 10, 0.2693, 0.7307), (1.0, 10, 0.7871, 1.0), (0.0, 1, 0.0, 0.7301)]
)
def test_the_interval_is_wilsons(free: float, n: int, low: float, high: float) -> None:
    assert wilson(free, n) == pytest.approx((low, high), abs=5e-5)
    z = NormalDist().inv_cdf(0.95)
    for bound in wilson(free, n):
        if 0 < bound < 1:
            assert abs(free - bound) == pytest.approx(z * (bound * (1 - bound) / n) ** 0.5), "the definition itself"


def test_the_interval_is_of_the_effective_number_of_dates() -> None:
    """Thirteen dates of which twelve were hardly observed tell little more than one."""
    hardly = [3600, *[60] * 12]
    effective_n = sum(hardly) ** 2 / sum(s**2 for s in hardly)
    sums = {"n": 13, "effective_n": effective_n, "free_s": 2000, "none_free_s": sum(hardly) - 2000, "undetermined_s": 0}
    told = share_of(sums)
    assert told["n"] == 13
    assert told["free_high"] - told["free_low"] > 0.6


def test_days_without_rows_are_not_observed(own_history: History) -> None:
    with psycopg.connect(own_history.url) as connection:
        connection.execute(
            "UPDATE mart.station_free_hourly SET hour_at = hour_at - interval '5 days' WHERE hour_at < '2025-03-30'"
        )
        connection.execute("UPDATE clean.written_window SET window_key = '2025-03-24' WHERE window_key = '2025-03-29'")
    with closing(Warehouse(own_history.url)) as house:
        made = STATION_PERIOD.make(Inputs(None, house, "paris", NOW))  # type: ignore[arg-type]
        write_partitions(house, StationPeriod, [made], "gap")
    with served(SETTINGS, own_history.url) as api:
        [city] = ask(api, "/v1/saturation", by="city", days="7")["items"]
        assert city["n"] == 2
        assert city["observed_ratio"] < 2 / 7


def test_a_cursor_does_not_continue_rows_of_another_night(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as api:
        cursor = ask(api, "/v1/saturation", limit=1)["next_cursor"]
        assert ask(api, "/v1/saturation", limit=1, cursor=cursor)["items"]
        with psycopg.connect(own_history.url) as connection:
            connection.execute("UPDATE clean.written_window SET run_id = 'next night' WHERE asset = 'station_period'")
        told = problem(api.get("/v1/saturation", params={"limit": 1, "cursor": cursor}), 400)
        assert told["parameter"] == "cursor"


@pytest.mark.parametrize("path", ["/v1/outages", "/v1/rhythms", "/v1/availability/hourly", "/v1/quality"])
def test_no_instant_is_asked_of_what_is_not_of_the_present(api: httpx.Client, path: str) -> None:
    assert problem(api.get(path, params={"as_of": "2025-03-29T12:00:00Z"}), 400)["parameter"] == "as_of"


@pytest.mark.parametrize("path", PATHS)
def test_a_misspelt_parameter_is_named(api: httpx.Client, path: str) -> None:
    asked = {"arondissement": 11} | ({"weekday": 1} if "best-times" in path else {})
    answer = api.get(path.format(charge_point_id="FR*V75*EPX01*01*1", station_code="1001", feed="gbfs"), params=asked)
    assert problem(answer, 400)["parameter"] == "arondissement"
