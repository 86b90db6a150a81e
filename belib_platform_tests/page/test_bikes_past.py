"""What views say of Vélib's past is what the warehouse has."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from belib_platform_tests.page.bikes import (
    DATES,
    EXACT,
    HOURS,
    RHYTHM,
    WHOLE,
    area_names,
    busiest,
    newest_at,
    number,
    present,
    rows_of,
    share,
    tenth,
)
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("what", ["bike", "ebike", "dock"])
def test_shares_of_the_hours_are_those_of_the_warehouse(site: Site, what: str) -> None:
    n = busiest(site)
    known = {
        (row["weekday"], row["hour"]): row["share"] for row in rows_of(site, RHYTHM.format(what=what), **{"in": n})
    }
    page = site.open(f"?lang=fr#network=velib&view=when&in={n}&weekday=6&hour=18&what={what}")
    rows = cells(page, "hours-free")
    assert len(rows) > 20
    for heading, said, *_ in rows:
        assert number(said) == share(known[6, int(heading.split()[0])], WHOLE)
    for weekday, row in enumerate(cells(page, "free-by-weekday"), 1):
        assert [number(cell) for cell in row[1:]] == [share(known.get((weekday, hour)), WHOLE) for hour in range(24)]
    thing = {"bike": "un vélo", "ebike": "un vélo électrique", "dock": "une place libre"}[what]
    chosen = known[6, 18]
    assert isinstance(chosen, float)
    expect(page.locator("#when-says")).to_contain_text(
        f"Samedi vers 18 h : une station avait {thing} {round(10 * chosen)} fois sur 10"
    )
    assert site.complaints == []


@pytest.mark.parametrize("chosen", [None, "busiest"])
def test_dates_and_hours_of_bikes_are_those_of_the_warehouse(site: Site, chosen: str | None) -> None:
    n = busiest(site) if chosen else None
    area = str(75100 + n) if n else None
    page = site.open(f"?lang=fr#network=velib&view=trends&days=7&in={n or ''}")
    page.locator("#view-trends summary:visible").click()
    dates = rows_of(site, DATES.format(key="local_date"), area=area)
    shown = cells(page, "bike-dates")
    known = [row for row in reversed(shown) if number(row[1]) is not None]
    assert len(known) == len(dates) > 1
    for row, told in zip(dates, known, strict=True):
        bikes, docks, taken, returned, carried, empty, full, temperature, _, observed = map(number, told[1:])
        assert [bikes, docks] == [tenth(row["bikes"]), tenth(row["docks"])]
        assert [taken, returned, carried] == [row["taken"], row["returned"], row["carried"]]
        assert [empty, full, observed] == [share(row[name], WHOLE) for name in ("empty", "full", "observed")]
        assert temperature == pytest.approx(row["temperature"], abs=WHOLE)
    expect(page.locator("#trends-says")).to_contain_text(f"{known[-1][3]} vélos pris et {known[-1][4]} rendus")
    means = {
        (row["weekday"], row["hour"]): row["mean"] for row in rows_of(site, RHYTHM.format(what="bike"), **{"in": n})
    }
    for weekday, told in enumerate(cells(page, "by-weekday"), 1):
        for hour, cell in enumerate(told[1:]):
            mean: Any = means.get((weekday, hour))
            assert number(cell) == (mean if mean is None else pytest.approx(mean, abs=EXACT if mean < 10 else WHOLE))
    names = area_names(site)
    lacking = {names[str(row["key"])]: row for row in rows_of(site, DATES.format(key="area"), area=None)}
    rows = cells(page, "lacking")
    assert {name for name, *_ in rows} == set(lacking)
    for name, empty, full, observed, stations, days in rows:
        row = lacking[name]
        assert [number(empty), number(full)] == [share(row["empty"]), share(row["full"])]
        assert number(observed) == share(row["observed"], WHOLE)
        assert [number(stations), number(days)] == [row["stations"], row["n"]]
    if n is None:
        expect(page.locator("#bike-hours-missing")).to_contain_text("Choisissez un arrondissement")
    else:
        since = newest_at(site) - timedelta(hours=48)
        hours = rows_of(site, HOURS.format(key="hour_at"), since=since, area=area)
        told_hours = list(reversed(cells(page, "bike-hours")))
        assert len(told_hours) == sum(row["bikes"] is not None for row in hours) > 40
        open_hours = [row for row in hours if row["bikes"] is not None]
        for row, (heading, bikes, _, taken, returned, _, _, stations) in zip(open_hours, told_hours, strict=True):
            at: Any = row["key"]
            assert f"{at.astimezone(PARIS):%H:%M}" in heading
            assert number(bikes) == tenth(row["bikes"])
            assert [number(taken), number(returned), number(stations)] == [
                row["taken"],
                row["returned"],
                row["stations"],
            ]
    assert page.locator("#week-chart canvas").is_visible()
    assert site.complaints == []


def test_reliability_of_bikes_is_that_of_the_warehouse(site: Site) -> None:
    n, stations = busiest(site), present(site)
    page = site.open(f"?lang=fr#network=velib&view=reliability&in={n}&days=7&rank=closed")
    counts = [sum(row["state"] == name for row in stations) for name in ("closed", "not_reporting", "unobserved")]
    said = page.locator("#reliability-says").inner_text()
    assert [int(found) for found in re.findall(r"\d+", said)] == [len(stations), *counts]
    silent = {row["station_name"]: row["state"] for row in stations if row["state"] != "open"}
    shown = cells(page, "bikes-silent")
    assert {name for name, *_ in shown} == set(silent)
    assert silent
    for name, state, *_ in shown:
        assert state.startswith({"closed": "✕", "not_reporting": "…"}[silent[name]])
    names = {row["station_code"]: row["station_name"] for row in stations}
    since = newest_at(site) - timedelta(hours=48)
    hours = rows_of(site, HOURS.format(key="station_code"), since=since, area=str(75100 + n))
    worst = {names[row["key"]]: row for row in hours}
    ranked = cells(page, "bikes-worst")
    assert {name for name, *_ in ranked} == set(worst)
    shares = ("empty", "full", "closed", "not_reporting", "unobserved")
    for name, *told, n_hours in ranked:
        row = worst[name]
        assert [number(text) for text in told] == [share(row[one]) for one in shares]
        assert number(n_hours) == row["n"]
    closed = [worst[name]["closed"] for name, *_ in ranked]
    assert closed == sorted(closed, reverse=True)  # type: ignore[type-var]
    areas = area_names(site)
    times = {areas[str(row["key"])]: row for row in rows_of(site, DATES.format(key="area"), area=None)}
    for name, opened, closed_share, silent_share, unobserved, *_ in cells(page, "bikes-times"):
        of: Any = times[name]
        assert [number(text) for text in (opened, closed_share, silent_share, unobserved)] == [
            *(share(of[one]) for one in ("open", "closed", "not_reporting")),
            share(1 - of["observed"]),
        ]
    assert site.complaints == []


def test_coverage_of_bikes_is_that_of_the_warehouse(site: Site) -> None:
    page, names = site.open("?lang=fr#view=data"), area_names(site)
    expected = {names[str(row["key"])]: row for row in rows_of(site, DATES.format(key="area"), area=None)}
    rows = cells(page, "bike-coverage")
    assert {name for name, *_ in rows} == set(expected)
    for name, observed, stations, n in rows:
        row = expected[name]
        assert [number(observed), number(stations), number(n)] == [share(row["observed"]), row["stations"], row["n"]]


def test_the_weather_says_that_it_is_of_charge_points_and_leads_on(site: Site) -> None:
    page = site.open("?lang=fr#network=velib&view=weather")
    expect(page.get_by_text("L'effet de la météo n'est calculé que pour les bornes")).to_be_visible()
    expect(page.locator("#by-temperature-missing")).to_be_hidden()
    page.get_by_role("link", name="Les vélos pris et la météo").click()
    expect(page.locator("#view-trends")).to_be_visible()
