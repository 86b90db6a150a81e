"""The view Tendances in a browser: its figures are those of the hours in the warehouse."""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")

HOURS = """
SELECT hour_at, arrondissement, charging_s, available_s, temperature_c, precipitation_mmh
FROM mart.station_availability_hourly WHERE %(in)s::int IS NULL OR arrondissement = %(in)s
"""

SATURATION = """
SELECT sum(none_free_s)::float8 / sum(free_s + none_free_s) AS share FROM mart.station_period
WHERE days = %(days)s GROUP BY {} ORDER BY 1 DESC
"""


def occupancy(rows: list[dict[str, Any]]) -> Any:
    """Per cent, which may be rounded to a whole number."""
    charging = sum(row["charging_s"] for row in rows)
    used = charging + sum(row["available_s"] for row in rows)
    return pytest.approx(100 * charging / used, abs=0.5001) if used else None


def number(text: str) -> int | None:
    """The whole number that a cell begins with, or None where it says that nobody knows."""
    found = re.match(r"\d+", text)
    return int(found[0]) if found else None


def figures(page: Page, table: str) -> list[list[str]]:
    """Texts of the rows of a table, without their headings."""
    return [row[1:] for row in cells(page, table)]


@pytest.mark.parametrize("arrondissement", [None, "first"])
def test_the_week_and_its_rhythm_are_those_of_the_hours(site: Site, arrondissement: str | None) -> None:
    [first] = site.history.sql("SELECT min(arrondissement) AS n FROM clean.station")
    chosen = first["n"] if arrondissement else None
    page = site.open(f"?lang=fr#view=trends&in={chosen or ''}")
    by_hour, by_weekday = defaultdict(list), defaultdict(list)
    for row in site.history.sql(HOURS, **{"in": chosen}):
        at: Any = row["hour_at"]
        by_hour[at].append(row)
        by_weekday[at.astimezone(PARIS).isoweekday(), at.astimezone(PARIS).hour].append(row)

    page.locator("#view-trends summary:visible").click()
    week = figures(page, "week")
    assert len(week) == 7 * 24, "an hour without polls has a row, too"
    end = site.at.replace(minute=0, second=0, microsecond=0)
    expected = [by_hour.get(end - timedelta(hours=n), []) for n in range(1, len(week) + 1)]
    assert [number(row[0]) for row in week] == [occupancy(rows) for rows in expected]
    assert sum(number(row[0]) is not None for row in week) > 40
    temperature = [rows[0]["temperature_c"] if rows else None for rows in expected]
    assert [row[2] == "–" for row in week] == [degrees is None for degrees in temperature]

    rhythm = figures(page, "by-weekday")
    assert [[number(cell) for cell in row] for row in rhythm] == [
        [occupancy(by_weekday.get((weekday, hour), [])) for hour in range(24)] for weekday in range(1, 8)
    ]
    assert page.locator("#week-chart canvas").is_visible()
    expect(page.locator("#trends-says")).to_contain_text("Heures sans relevé")
    assert site.complaints == []


def test_arrondissements_are_those_of_the_hours(site: Site) -> None:
    page = site.open("?lang=fr#view=trends")
    expected = defaultdict(list)
    for row in site.history.sql(HOURS, **{"in": None}):
        at: Any = row["hour_at"]
        expected[row["arrondissement"], at.astimezone(PARIS).hour].append(row)
    numbers = sorted({n for n, _ in expected})
    shown = [[number(cell) for cell in row] for row in figures(page, "by-arrondissement")]
    assert shown == [[occupancy(expected[n, hour]) for hour in range(24)] for n in numbers]


@pytest.mark.parametrize("days", [7, 91])
def test_saturation_is_that_of_the_period(site: Site, days: int) -> None:
    page = site.open(f"?lang=fr#view=trends&days={days}")
    for table, key in (("saturated-arrondissements", "arrondissement"), ("saturated-stations", "station_id")):
        expected = [row["share"] for row in site.history.sql(SATURATION.format(key), days=days)]
        shown = [float(re.sub(r"[^\d,]", "", row[0]).replace(",", ".")) for row in figures(page, table)]
        assert shown == [pytest.approx(100 * share, abs=0.051) for share in expected]  # type: ignore[operator]
    [city] = site.history.sql(SATURATION.format("()"), days=days)
    text = page.locator("#saturation-says").inner_text()
    [share] = re.findall(r"([\d,]+)\s%", text)[:1]
    assert float(share.replace(",", ".")) == pytest.approx(100 * city["share"], abs=0.051)  # type: ignore[operator]
    assert text.startswith("Du sam. 29 mars au dim. 30 mars, "), "the history has these two days"


def test_last_week_is_that_of_the_same_hour_by_the_clock(site: Site) -> None:
    page = site.open("?lang=fr#view=trends")
    told = {
        "as_of": "2025-10-27T12:30:00.000Z",  # a day after clocks went back in Paris
        "items": [
            {"hour_at": at, "occupancy_ratio": share, "temperature_c": 9.0, "precipitation_mmh": 0.0}
            for at, share in (("2025-10-20T07:00:00.000Z", 0.25), ("2025-10-27T08:00:00.000Z", 0.5))
        ],
    }
    week = page.evaluate("told => weekOf(told)", told)
    assert len(week) == 7 * 24
    hour = next(one for one in week if one["occupancy_ratio"] is not None)
    assert datetime.fromtimestamp(hour["at"] / 1000, PARIS).hour == 9
    assert hour["before"] == 0.25
