"""The view of reliability: its figures are those of the warehouse."""

import re
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import expect

from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")

UPTIME = """
SELECT key, up::float8 / in_service AS lower, (up + unknown)::float8 / in_service AS upper,
    observed::float8 / (observed + unobserved) AS observed, points::int AS points
FROM (
    SELECT {key} AS key, sum(available_s + charging_s + reserved_s) AS up, sum(unknown_s) AS unknown,
        sum(available_s + charging_s + reserved_s + out_of_order_s + unknown_s) AS in_service,
        sum(available_s + charging_s + reserved_s + out_of_order_s + unknown_s + not_in_service_s) AS observed,
        sum(unobserved_s) AS unobserved
    FROM mart.station_availability_hourly GROUP BY 1
) AS sums JOIN (SELECT {key} AS key, count(*) AS points FROM clean.charge_point GROUP BY 1) AS counted USING (key)
ORDER BY 3, key::text
"""

STATION_NAMES = "SELECT station_id, station_name FROM clean.station"

OUTAGES = """
SELECT o.*, station_name, to_char(first_seen_at AT TIME ZONE 'Europe/Paris', 'HH24:MI') AS began,
    to_char(coalesce(ended_by_at, last_seen_at) AT TIME ZONE 'Europe/Paris', 'HH24:MI') AS ended
FROM mart.outage AS o LEFT JOIN clean.station USING (station_id)
ORDER BY observed_s DESC, charge_point_id, first_seen_at LIMIT 10
"""


def numbers(text: str) -> list[float]:
    """The numbers of a French text."""
    return [float(found.replace(",", ".")) for found in re.findall(r"\d+(?:,\d+)?", text)]


def bounds(row: dict[str, object]) -> list[float]:
    """Both bounds in per cent, as shown; once where they are equal."""
    return list(dict.fromkeys([round(100 * row["lower"], 1), round(100 * row["upper"], 1)]))  # type: ignore[operator]


def test_uptime_is_that_of_the_warehouse(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability")
    [sums] = site.history.sql(UPTIME.format(key="'all'"))
    said = page.locator("#reliability-says").inner_text()
    assert "Du sam. 29 mars au dim. 30 mars" in said
    assert numbers(said)[2:] == bounds(sums)
    [stations] = site.history.sql("SELECT count(*) AS n FROM clean.station")
    of = numbers(page.locator("#reliability-of").inner_text())
    assert of == [sums["points"], stations["n"], 2, round(100 * sums["observed"])]  # type: ignore[operator]
    assert site.complaints == []


@pytest.mark.parametrize(
    ("table", "key"), [("reliability-areas", "arrondissement"), ("reliability-stations", "station_id")]
)
def test_uptime_of_each_is_that_of_the_warehouse(site: Site, table: str, key: str) -> None:
    page = site.open("?lang=fr#view=reliability&days=7")
    rows = site.history.sql(UPTIME.format(key=key))
    names = {row["station_id"]: row["station_name"] for row in site.history.sql(STATION_NAMES)}
    shown = cells(page, table)
    assert len(shown) == len(rows) > 3
    for (name, works, observed, points, n), row in zip(shown, rows, strict=True):
        assert name == (f"{row['key']}e" if key == "arrondissement" else names[row["key"]])
        assert numbers(works) == bounds(row)
        assert numbers(observed) == [round(100 * row["observed"])]  # type: ignore[operator]
        assert (int(points), int(n)) == (row["points"], 2)


def test_the_period_is_in_the_address(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability&days=9")
    assert page.locator("#reliability-days").input_value() == "28"
    asked = [url for url in site.requested if "/v1/reliability" in url]
    assert {parse_qs(urlsplit(url).query)["days"][0] for url in asked} == {"28"}
    with page.expect_response(re.compile("by=city&days=91")):
        page.select_option("#reliability-days", "91")
    assert {"view=reliability", "days=91"} == set(urlsplit(page.url).fragment.split("&"))


def test_outages_are_those_of_the_warehouse(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability")
    rows = site.history.sql(OUTAGES)
    shown = cells(page, "outages")
    assert len(shown) == len(rows) > 2
    for (station, lasted, began, ended, point), row in zip(shown, rows, strict=True):
        assert (station, point) == (row["station_name"], row["charge_point_id"])
        minutes = round(row["observed_s"] / 60)  # type: ignore[operator]
        length = f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"
        is_censored = row["is_left_censored"] or row["is_right_censored"]
        assert lasted == (f"au moins {length}" if is_censored else length)
        assert str(row["began"]) in began
        assert began.startswith("avant") == row["is_left_censored"]
        assert "durait encore à la fin du dim. 30 mars" in ended if row["is_going_on"] else str(row["ended"]) in ended
    assert any(row["is_going_on"] for row in rows)


def test_an_outage_of_which_the_beginning_or_the_end_is_unknown_says_so(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute(
            "UPDATE mart.outage SET is_left_censored = true, is_right_censored = true, is_going_on = false, "
            "ended_by_at = NULL, began_after_at = NULL, observed_s = 500000"
        )
    for _, lasted, began, ended, _ in cells(own_site.open("?lang=en#view=reliability"), "outages"):
        assert lasted == "at least 6 d"
        assert began.startswith("before ")
        assert ended.startswith("end unknown, seen until ")


def test_without_statistics_it_says_so_and_asks_for_a_place(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("TRUNCATE mart.station_period, mart.outage")
    page = own_site.open("?lang=fr#view=reliability")
    none = "Les statistiques se font la nuit ; il n'y en a pas encore."
    for name in (
        "reliability-says",
        "reliability-areas-missing",
        "reliability-stations-missing",
        "outages-missing",
    ):
        expect(page.locator(f"#{name}")).to_have_text(none)
    expect(page.locator("#point-says")).to_have_text("Choisissez une adresse ou une station.")
    expect(page.locator("#point-drawn")).to_be_hidden()
    assert own_site.complaints == []
