"""The view Demain: the forecast of bikes and docks as it was made, and how right such forecasts were."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from belib_platform.contracts.bikes.mart import BikeTomorrow, BikeTomorrowSkill
from belib_platform.contracts.contract import frame_schema
from belib_platform_tests.page.bikes import number, rows_of, share
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells
from belib_platform_tests.page.test_hostile import select

pytestmark = pytest.mark.slow

PARTS = ("06-10", "10-16", "16-20", "20-24")

FORECASTS = "SELECT * FROM mart.bike_tomorrow JOIN clean.bike_station USING (station_code) WHERE part = %(part)s"


def insert(connection: psycopg.Connection[Any], table: str, columns: list[str], **values: Any) -> None:
    places = ", ".join(f"%({column})s" for column in columns)
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})".encode(), dict.fromkeys(columns) | values
    )


@pytest.fixture
def told(own_site: Site) -> Site:
    """The page with a forecast made on the last evening of the history, of every station, and the skill of three dates.

    Nothing is known of the first station.
    """
    evening = own_site.at.replace(hour=17, minute=0, second=0, microsecond=0)
    target = evening.date() + timedelta(days=1)
    forecast, skill = list(frame_schema(BikeTomorrow)), list(frame_schema(BikeTomorrowSkill))
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("DELETE FROM mart.bike_tomorrow")
        connection.execute("DELETE FROM mart.bike_tomorrow_skill")
        codes = [row[0] for row in connection.execute("SELECT station_code FROM clean.bike_station ORDER BY 1")]
        for n, code in enumerate(codes):
            for m, part in enumerate(PARTS):
                ratios = {"no_bike_ratio": ((7 * n + 13 * m) % 100) / 100, "no_dock_ratio": ((11 * n + m) % 90) / 100}
                if n == 0:
                    ratios = dict.fromkeys(ratios)  # type: ignore[assignment]
                rest = {
                    "no_bike_climatology_ratio": ratios["no_bike_ratio"],
                    "no_dock_climatology_ratio": ratios["no_dock_ratio"],
                }
                when = {"issued_at": evening, "target_date": target, "temperature_c": 9.6, "precipitation_mmh": 0.4}
                counts = {
                    "date_count": 13 if n else 0,
                    "observed_ratio": 0.9,
                    "weather_date_count": 12,
                    "is_weather_used": True,
                }
                insert(
                    connection,
                    "mart.bike_tomorrow",
                    forecast,
                    station_code=code,
                    part=part,
                    **ratios,
                    **rest,
                    **when,
                    **counts,
                )
        for n in range(1, 4):
            for part in PARTS:
                errors = {name: 0.1 * n for name in skill if name.endswith("error")} | {
                    "climatology_absolute_error": 0.25
                }
                shares = dict.fromkeys(("observed_share", "forecast_share", "over_climatology", "over_last_week"), 0.1)
                better = {"is_better_than_climatology": True, "is_better_than_last_week": False}
                key = {
                    "target_date": evening.date() - timedelta(days=n),
                    "part": part,
                    "lacking": "bike",
                    "station_count": 9,
                }
                insert(connection, "mart.bike_tomorrow_skill", skill, **key, **errors, **shares, **better)
    return own_site


@pytest.mark.parametrize(("lacking", "part"), [("bike", "06-10"), ("dock", "16-20")])
def test_the_forecast_is_that_of_the_warehouse(told: Site, lacking: str, part: str) -> None:
    page = told.open(f"?lang=fr#network=velib&view=tomorrow&lacking={lacking}&part={part}")
    column = f"no_{lacking}_ratio"
    rows = rows_of(told, FORECASTS, part=part)
    known = [row for row in rows if row[column] is not None]
    assert 0 < len(known) < len(rows)
    says = page.locator("#tomorrow-says")
    worst = sum(row[column] > 0.5 for row in known)
    expect(says).to_contain_text(f"{worst} stations sur {len(known)}")
    expect(says).to_contain_text("Lun. 31 mars")
    expect(says).to_contain_text(f"{int(part[:2])} à {part[3:]} h")
    expect(page.locator("#tomorrow-of")).to_contain_text("10 °C")
    expect(page.locator("#tomorrow-of")).to_contain_text("Stations sans prévision\u202f: 1.")
    of_station = {row["station_name"]: row["station_code"] for row in rows}
    ratios = {
        (row["station_code"], row["part"]): row[column] for one in PARTS for row in rows_of(told, FORECASTS, part=one)
    }
    shown = cells(page, "tomorrow-worst")
    assert len(shown) == 30
    for name, *texts, dates in shown:
        assert [number(text) for text in texts] == [share(ratios[of_station[name], one], 0.5001) for one in PARTS]
        assert dates == "13"
    order = [ratios[of_station[name], part] for name, *_ in shown]
    assert order == sorted((row[column] for row in known), reverse=True)[:30]
    skill = rows_of(
        told,
        "SELECT part, avg(absolute_error)::float8 AS e, avg(climatology_absolute_error)::float8 AS c, count(*) AS n, "
        "count(*) FILTER (WHERE absolute_error < climatology_absolute_error) AS better "
        "FROM mart.bike_tomorrow_skill WHERE lacking = %(lacking)s GROUP BY 1 ORDER BY 1",
        lacking=lacking,
    )
    rows_shown = cells(page, "skill")
    assert len(rows_shown) == len(skill)
    for row, (_, forecast, weekday, _, better, _) in zip(skill, rows_shown, strict=True):
        assert [number(forecast), number(weekday)] == [share(row["e"]), share(row["c"])]
        assert better == f"{row['better']} dates sur {row['n']}"
    if not skill:
        expect(page.locator("#skill-missing")).to_contain_text("Aucune prévision n'a encore pu être jugée.")
    drawn = page.evaluate("VIEWS.tomorrow.layers.getLayers().filter((layer) => layer instanceof L.CircleMarker).length")
    assert drawn == len(rows)
    assert told.complaints == []


def test_the_card_of_bike_operators_tells_of_tomorrow(told: Site) -> None:
    [most, *_] = rows_of(
        told,
        "SELECT part, count(*) FILTER (WHERE no_bike_ratio > 0.5) AS n, count(no_bike_ratio) AS known "
        "FROM mart.bike_tomorrow GROUP BY 1 ORDER BY 2 DESC, 1",
    )
    page = told.open("?lang=fr#view=audiences")
    figure = page.locator("#bike-operators > div").nth(2)
    expect(figure.locator("dd.value")).to_have_text(str(most["n"]))
    expect(figure.locator("dt")).to_contain_text(f"lun. 31 mars, {int(most['part'][:2])} à {most['part'][3:]} h")
    expect(figure.locator("dd.hint")).to_contain_text(f"sur {most['known']}")
    page.locator("#view-audiences a", has_text="Demain").first.click()
    expect(page.locator("#tomorrow-worst")).to_be_visible()
    assert told.complaints == []


def test_axe_finds_nothing_and_odd_selections_are_none(told: Site) -> None:
    page = told.open("?lang=fr#network=velib&view=tomorrow")
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    for odd in ("part=00-06&lacking=scooter", "part=__proto__&lacking=constructor"):
        select(page, f"network=velib&view=tomorrow&{odd}")
        expect(page.locator("#tomorrow-says")).to_contain_text("6 à 10 h")
        expect(page.locator("#trouble")).to_be_hidden()
    assert told.complaints == []


def test_without_a_forecast_it_is_said(site: Site) -> None:
    page = site.open("?lang=en#view=tomorrow")
    expect(page.locator("#tomorrow-says")).to_contain_text("There is no recent forecast")
    expect(page.locator("#tomorrow-map")).to_be_hidden()
    expect(page.locator("#skill-missing")).to_be_visible()
    assert site.complaints == []
