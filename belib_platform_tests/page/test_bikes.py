"""Vélib' on the page: what every view says of bikes is what the warehouse has, and the switch between the networks."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from belib_platform.page.views import VIEWS
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells
from belib_platform_tests.page.test_hostile import select

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")

PRESENT = """
SELECT *, CASE WHEN is_reporting IS NULL THEN 'unobserved' WHEN NOT is_reporting THEN 'not_reporting'
    WHEN is_installed AND is_renting AND is_returning THEN 'open' ELSE 'closed' END AS state,
    CASE WHEN is_reporting AND is_installed AND is_renting THEN mechanical + ebike ELSE 0 END AS bike,
    CASE WHEN is_reporting AND is_installed AND is_renting THEN ebike ELSE 0 END AS electric,
    CASE WHEN is_reporting AND is_installed AND is_returning THEN docks ELSE 0 END AS dock,
    coalesce('Paris ' || arrondissement || 'e', commune) AS area
FROM (SELECT DISTINCT ON (station_code) * FROM clean.bike_station_status WHERE first_seen_at <= %(at)s
      AND first_seen_at >= date_trunc('day', CAST(%(at)s AS timestamptz)) - interval '1 day'
      ORDER BY station_code, first_seen_at DESC) AS newest
JOIN clean.bike_station USING (station_code)
WHERE holds_until >= %(at)s
"""

RHYTHM = """
SELECT weekday, hour, sum(open_s - no_{what}_s)::float8 / nullif(sum(open_s), 0) AS share,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS mean
FROM mart.bike_rhythm JOIN clean.bike_station USING (station_code)
WHERE %(in)s::int IS NULL OR arrondissement = %(in)s GROUP BY 1, 2 ORDER BY 1, 2
"""

DATES = """
SELECT {key} AS key, sum(out_lower)::int AS taken, sum(in_lower)::int AS returned,
    (sum(rebalanced_out) + sum(rebalanced_in))::int AS carried,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS bikes,
    sum(dock_mean * open_s)::float8 / nullif(sum(open_s), 0) AS docks,
    sum(no_bike_s)::float8 / nullif(sum(open_s), 0) AS empty, sum(no_dock_s)::float8 / nullif(sum(open_s), 0) AS full,
    sum(open_s)::float8 / sum(station_count * hours * 3600) AS open,
    sum(closed_s)::float8 / sum(station_count * hours * 3600) AS closed,
    sum(not_reporting_s)::float8 / sum(station_count * hours * 3600) AS not_reporting,
    sum(open_s + closed_s + not_reporting_s)::float8 / sum(station_count * hours * 3600) AS observed,
    max(station_count)::int AS stations, count(*)::int AS n, max(temperature_c) AS temperature
FROM mart.bike_city_daily WHERE %(area)s::text IS NULL OR area = %(area)s GROUP BY 1 ORDER BY 1
"""

HOURS = """
SELECT {key} AS key, sum(out_lower)::int AS taken, sum(in_lower)::int AS returned,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS bikes,
    count(*) FILTER (WHERE open_s > 0)::int AS stations, count(*)::int AS n,
    sum(no_bike_s)::float8 / nullif(sum(open_s), 0) AS empty, sum(no_dock_s)::float8 / nullif(sum(open_s), 0) AS full,
    avg(closed_s)::float8 / 3600 AS closed, avg(not_reporting_s)::float8 / 3600 AS not_reporting,
    avg(unobserved_s)::float8 / 3600 AS unobserved
FROM mart.bike_availability_hourly WHERE hour_at >= %(since)s AND insee_code = %(area)s GROUP BY 1 ORDER BY 1
"""

WHOLE, EXACT = 0.5001, 0.0501
"""By how much a number of the page may differ from the one it was rounded from, in per cent or in tenths."""


def number(text: str) -> float | None:
    """The number that a French text begins with; None where it says that nobody knows."""
    if text.startswith("–"):
        return None
    found = re.match(r"[^\d-]*(-?[\d\u202f\u00a0]+(?:,\d+)?)", text)
    assert found, text
    return float(re.sub(r"[\u202f\u00a0]", "", found[1]).replace(",", "."))


def share(value: float | None, most: float = EXACT) -> Any:
    """A share as the page has it, in per cent."""
    return value if value is None else pytest.approx(100 * value, abs=most)


def tenth(value: float | None) -> Any:
    return value if value is None else pytest.approx(value, abs=EXACT)


def present(site: Site) -> list[dict[str, Any]]:
    return site.history.sql(PRESENT, at=site.at)


def newest_at(site: Site) -> datetime:
    """When the newest response of Vélib' was requested."""
    [row] = site.history.sql("SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'velib' AND is_folded")
    at = row["at"]
    assert isinstance(at, datetime)
    return at


def busiest(site: Site) -> int:
    """The arrondissement with most stations."""
    [row] = site.history.sql(
        "SELECT arrondissement AS n FROM clean.bike_station WHERE arrondissement IS NOT NULL "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    return int(str(row["n"]))


def area_names(site: Site) -> dict[str, str]:
    """Names of areas by INSEE code, as the page has them."""
    communes = site.history.sql("SELECT DISTINCT insee_code, commune FROM clean.bike_station")
    names = {str(row["insee_code"]): str(row["commune"]) for row in communes}
    return names | {str(75100 + n): f"Paris {n}{'er' if n == 1 else 'e'}" for n in range(1, 21)}


def figures(page: Page) -> list[float | None]:
    return [number(page.locator(f"#{name}").inner_text()) for name in ("bikes", "ebikes", "docks", "not_open")]


def counted(stations: Iterable[dict[str, Any]]) -> list[float | None]:
    rows = list(stations)
    sums = [sum(row[name] for row in rows) for name in ("bike", "electric", "dock")]
    return [*sums, sum(row["state"] != "open" for row in rows)]


def test_the_switch_is_in_the_address_and_kept_between_views(site: Site) -> None:
    page = site.open("?lang=fr#in=4")
    expect(page.locator("#networks a[aria-current]")).to_have_text("Bornes")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.get_by_role("link", name="Vélib'", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    expect(page.locator("#networks a[aria-current]")).to_have_text("Vélib'")
    assert page.title() == "Vélib' à Paris"
    page.get_by_role("link", name="Tendances", exact=True).click()
    expect(page.locator("#bike-dates")).to_be_attached()
    assert parse_qs(urlsplit(page.url).fragment) == {"network": ["velib"], "view": ["trends"], "in": ["4"]}
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Vélib' in Paris")
    page.get_by_role("link", name="Chargers", exact=True).click()
    expect(page.locator("#week")).to_be_attached()
    expect(page.locator("h1")).to_have_text("Belib' in Paris")
    assert parse_qs(urlsplit(page.url).fragment) == {"view": ["trends"], "in": ["4"]}
    page.go_back()
    expect(page.locator("h1")).to_have_text("Vélib' in Paris")
    assert site.complaints == []


@pytest.mark.parametrize("chosen", [None, "busiest"])
def test_bikes_of_now_are_those_of_the_warehouse(site: Site, chosen: str | None) -> None:
    n = busiest(site) if chosen else None
    stations = [row for row in present(site) if n is None or row["arrondissement"] == n]
    page = site.open(f"?lang=fr#network=velib&in={n or ''}")
    assert figures(page) == counted(stations)
    assert stations
    expect(page.locator("#reading")).to_contain_text(
        f"{len(stations)} stations, dont {sum(row['state'] == 'open' for row in stations)} ouvertes"
    )
    expect(page.locator("#reading")).to_contain_text("il y a 2 min")
    by_area = defaultdict(list)
    for row in stations:
        by_area[row["area"].replace("Paris 1e", "Paris 1er")].append(row)
    shown = cells(page, "bike-areas")
    assert {name for name, *_ in shown} == set(by_area)
    for name, *told in shown:
        rows = by_area[name]
        opened = [row for row in rows if row["state"] == "open"]
        empty, full = (sum(row[kind] == 0 for row in opened) for kind in ("bike", "dock"))
        assert [number(text) for text in told] == [*counted(rows)[:3], len(opened), empty, full]
        assert told[3] == f"{len(opened)} sur {len(rows)}"
    assert site.complaints == []


IN_STATE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "open": lambda row: row["state"] == "open",
    "empty": lambda row: row["state"] == "open" and row["bike"] == 0,
    "full": lambda row: row["state"] == "open" and row["dock"] == 0,
    "closed": lambda row: row["state"] == "closed",
    "not_reporting": lambda row: row["state"] == "not_reporting",
    "unobserved": lambda row: row["state"] == "unobserved",
}


def test_stations_of_a_state_are_on_the_map_and_in_the_list(site: Site) -> None:
    page, everywhere = site.open("?lang=fr#network=velib"), present(site)
    said = {"✓ ouverte": 0, "0 ouverte, vide": 0, "✕ fermée": 0, "… muette": 0}
    for name, holds in IN_STATE.items():
        page.select_option("#bike-state", name)
        expected = sorted(row["station_code"] for row in everywhere if holds(row))
        expect(page.locator("#bike-list-says")).to_contain_text(f"sur {len(expected)},")
        page.wait_for_function("n => map.stations.length === n", arg=len(expected))
        assert page.evaluate("map.stations.map((station) => station.station_code).sort()") == expected
        listed = page.locator("#bike-list tbody tr").evaluate_all("rows => rows.map((row) => row.cells[1].textContent)")
        assert len(listed) == min(50, len(expected))
        for sign in said:
            said[sign] += sum(text.startswith(sign) for text in listed)
    assert min(said.values()) > 0, "a state that no station has"


@pytest.mark.parametrize("what", ["ebike", "dock"])
def test_the_nearest_have_what_is_looked_for(site: Site, what: str) -> None:
    column = {"ebike": "electric", "dock": "dock"}[what]
    [place] = site.history.sql("SELECT * FROM clean.bike_station WHERE latitude IS NOT NULL ORDER BY 1 LIMIT 1")
    metres = (
        f"12742018 * asin(sqrt(sin(radians(latitude - {place['latitude']}) / 2) ^ 2 + cos(radians(latitude)) "
        f"* cos(radians({place['latitude']})) * sin(radians(longitude - {place['longitude']}) / 2) ^ 2))"
    )
    nearest = site.history.sql(
        f"SELECT station_name FROM ({PRESENT}) AS present WHERE {column} > 0 AND {metres} <= 3000 "
        f"ORDER BY {metres} LIMIT 5",
        at=site.at,
    )
    assert nearest
    page = site.open(f"?lang=fr#network=velib&what={what}&place={quote(str(place['station_name']))}")
    expect(page.locator("#nearest strong")).to_have_text([str(row["station_name"]) for row in nearest])
    expect(page.locator("#near-title")).to_contain_text({"ebike": "un vélo électrique", "dock": "une place libre"}[what])
    assert site.complaints == []


def test_an_address_of_a_charge_point_is_a_place_for_bikes_and_back(site: Site) -> None:
    [station] = site.history.sql("SELECT address FROM clean.station WHERE address IS NOT NULL LIMIT 1")
    [bikes] = site.history.sql("SELECT station_name FROM clean.bike_station ORDER BY station_code LIMIT 1")
    for network, place in (("velib", station["address"]), ("belib", bikes["station_name"])):
        page = site.open(f"?lang=fr#network={network}&place={quote(str(place))}")
        expect(page.locator("#nearest")).not_to_contain_text("Aucune station ni adresse de ce nom.")


@pytest.mark.parametrize("what", ["bike", "ebike", "dock"])
def test_shares_of_the_hours_are_those_of_the_warehouse(site: Site, what: str) -> None:
    n = busiest(site)
    known = {(row["weekday"], row["hour"]): row["share"] for row in site.history.sql(RHYTHM.format(what=what), **{"in": n})}
    page = site.open(f"?lang=fr#network=velib&view=when&in={n}&weekday=6&hour=18&what={what}")
    rows = cells(page, "hours-free")
    assert len(rows) > 20
    for heading, said, *_ in rows:
        assert number(said) == share(known[6, int(heading.split()[0])], WHOLE)  # type: ignore[arg-type]
    for weekday, row in enumerate(cells(page, "free-by-weekday"), 1):
        assert [number(cell) for cell in row[1:]] == [share(known.get((weekday, hour)), WHOLE) for hour in range(24)]  # type: ignore[arg-type]
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
    dates = site.history.sql(DATES.format(key="local_date"), area=area)
    shown = cells(page, "bike-dates")
    known = [row for row in reversed(shown) if number(row[1]) is not None]
    assert len(known) == len(dates) > 1
    for row, told in zip(dates, known, strict=True):
        _, bikes, docks, taken, returned, carried, empty, full, temperature, _, observed = map(number, told[:1] + told[1:])
        assert [bikes, docks] == [tenth(row["bikes"]), tenth(row["docks"])]  # type: ignore[arg-type]
        assert [taken, returned, carried] == [row["taken"], row["returned"], row["carried"]]
        assert [empty, full, observed] == [share(row[name], WHOLE) for name in ("empty", "full", "observed")]  # type: ignore[arg-type]
        assert temperature == pytest.approx(row["temperature"], abs=WHOLE)
    expect(page.locator("#trends-says")).to_contain_text(f"{known[-1][3]} vélos pris et {known[-1][4]} rendus")
    means = {(row["weekday"], row["hour"]): row["mean"] for row in site.history.sql(RHYTHM.format(what="bike"), **{"in": n})}
    for weekday, told in enumerate(cells(page, "by-weekday"), 1):
        for hour, cell in enumerate(told[1:]):
            mean: Any = means.get((weekday, hour))
            assert number(cell) == (mean if mean is None else pytest.approx(mean, abs=EXACT if mean < 10 else WHOLE))
    names = area_names(site)
    lacking = {names[str(row["key"])]: row for row in site.history.sql(DATES.format(key="area"), area=None)}
    rows = cells(page, "lacking")
    assert {name for name, *_ in rows} == set(lacking)
    for name, empty, full, observed, stations, days in rows:
        row = lacking[name]
        assert [number(empty), number(full)] == [share(row["empty"]), share(row["full"])]  # type: ignore[arg-type]
        assert number(observed) == share(row["observed"], WHOLE)  # type: ignore[arg-type]
        assert [number(stations), number(days)] == [row["stations"], row["n"]]
    if n is None:
        expect(page.locator("#bike-hours-missing")).to_contain_text("Choisissez un arrondissement")
    else:
        since = newest_at(site) - timedelta(hours=48)
        hours = site.history.sql(HOURS.format(key="hour_at"), since=since, area=area)
        told_hours = list(reversed(cells(page, "bike-hours")))
        assert len(told_hours) == sum(row["bikes"] is not None for row in hours) > 40
        open_hours = [row for row in hours if row["bikes"] is not None]
        for row, (heading, bikes, _, taken, returned, _, _, stations) in zip(open_hours, told_hours, strict=True):
            at: Any = row["key"]
            assert f"{at.astimezone(PARIS):%H:%M}" in heading
            assert number(bikes) == tenth(row["bikes"])  # type: ignore[arg-type]
            assert [number(taken), number(returned), number(stations)] == [row["taken"], row["returned"], row["stations"]]
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
    hours = site.history.sql(HOURS.format(key="station_code"), since=since, area=str(75100 + n))
    worst = {names[row["key"]]: row for row in hours}
    ranked = cells(page, "bikes-worst")
    assert {name for name, *_ in ranked} == set(worst)
    shares = ("empty", "full", "closed", "not_reporting", "unobserved")
    for name, *told, n_hours in ranked:
        row = worst[name]
        assert [number(text) for text in told] == [share(row[one]) for one in shares]  # type: ignore[arg-type]
        assert number(n_hours) == row["n"]
    closed = [worst[name]["closed"] for name, *_ in ranked]
    assert closed == sorted(closed, reverse=True)  # type: ignore[type-var]
    areas = area_names(site)
    times = {areas[str(row["key"])]: row for row in site.history.sql(DATES.format(key="area"), area=None)}
    for name, opened, closed_share, silent_share, unobserved, *_ in cells(page, "bikes-times"):
        of: Any = times[name]
        assert [number(text) for text in (opened, closed_share, silent_share, unobserved)] == [
            *(share(of[one]) for one in ("open", "closed", "not_reporting")),
            share(1 - of["observed"]),
        ]
    assert site.complaints == []


def hour_of_week(site: Site, weekday: int | None, order: str) -> dict[str, Any]:
    [row, *_] = [
        row
        for row in site.history.sql(
            f"SELECT * FROM ({RHYTHM.format(what='bike')}) AS rhythm WHERE share IS NOT NULL "
            f"AND (%(weekday)s::int IS NULL OR weekday = %(weekday)s) ORDER BY round(share::numeric, 12) {order}, weekday, hour",
            weekday=weekday,
            **{"in": None},
        )
    ] or [{}]
    return row


def test_cards_of_bikes_have_the_figures_of_the_warehouse(site: Site) -> None:
    page, stations = site.open("?lang=fr#view=audiences"), present(site)
    opened = [row for row in stations if row["state"] == "open"]

    def card(name: str) -> list[tuple[str, str, str]]:
        found = page.locator(f"#{name} > div")
        expect(found).to_have_count(3)
        parts = ("dd.value", "dt", "dd.hint")
        return [tuple(one.locator(part).inner_text() for part in parts) for one in found.all()]  # type: ignore[misc]

    def assert_hour(told: tuple[str, str, str], weekday: int | None, order: str) -> None:
        row = hour_of_week(site, weekday, order)
        if not row:
            assert told[0] == "–"
            return
        assert told[0] == f"{row['hour']} h"
        assert number(told[2]) == share(row["share"] if order == "DESC" else 1 - row["share"], WHOLE)

    bikes, best, _ = card("cyclists")
    assert number(bikes[0]) == counted(stations)[0]
    assert number(bikes[2]) == len(opened)
    assert_hour(best, page.evaluate("nowInParis().weekday"), "DESC")
    empty, full, worst = card("bike-operators")
    assert [number(empty[0]), number(full[0])] == [sum(row[name] == 0 for row in opened) for name in ("bike", "dock")]
    assert_hour(worst, None, "ASC")
    closed, silent, unknown = (sum(row["state"] == name for row in stations) for name in ("closed", "not_reporting", "unobserved"))
    note = page.locator("#bike-operators-note").inner_text()
    assert [int(found) for found in re.findall(r"\d+", note)] == [closed, silent, unknown]
    two, docks, saturday = card("bike-tourists")
    assert [number(two[0]), number(docks[0])] == [sum(row[name] >= 2 for row in stations) for name in ("bike", "dock")]
    assert_hour(saturday, 6, "DESC")
    page.get_by_role("link", name="La carte des stations vides").click()
    expect(page.locator("#bike-state")).to_have_value("empty")
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    assert site.complaints == []


def test_coverage_of_bikes_is_that_of_the_warehouse(site: Site) -> None:
    page, names = site.open("?lang=fr#view=data"), area_names(site)
    expected = {names[str(row["key"])]: row for row in site.history.sql(DATES.format(key="area"), area=None)}
    rows = cells(page, "bike-coverage")
    assert {name for name, *_ in rows} == set(expected)
    for name, observed, stations, n in rows:
        row = expected[name]
        assert [number(observed), number(stations), number(n)] == [share(row["observed"]), row["stations"], row["n"]]  # type: ignore[arg-type]


def test_the_weather_says_that_it_is_of_charge_points_and_leads_on(site: Site) -> None:
    page = site.open("?lang=fr#network=velib&view=weather")
    expect(page.get_by_text("L'effet de la météo n'est calculé que pour les bornes")).to_be_visible()
    expect(page.locator("#by-temperature-missing")).to_be_hidden()
    page.get_by_role("link", name="Les vélos pris et la météo").click()
    expect(page.locator("#view-trends")).to_be_visible()


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in ("audiences", "data")])
def test_axe_finds_nothing_and_a_phone_shows_all_of_it(site: Site, view: str) -> None:
    page = site.open(f"?lang=fr#network=velib&view={view}&in={busiest(site)}")
    for details in page.locator("details:visible").all():
        details.locator("summary").click()
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


ODD = {
    "now": ("network=__proto__", "network=velib&network=belib", "network=velib&what=__proto__&state=toString&in=99"),
    "when": ("network=velib&what=scooter&weekday=9&in=15", "network=velib&place=%3Cb%3E"),
    "trends": ("network=velib&days=5&in=99",),
    "reliability": ("network=velib&rank=constructor&in=15", "network=velib&days=1e400"),
}


def test_what_no_view_of_bikes_offers_is_as_if_it_were_not_selected(site: Site) -> None:
    page = site.open()
    for view, selections in ODD.items():
        for odd in selections:
            select(page, f"{odd}&view={view}")
            expect(page.locator("#trouble")).to_be_hidden()
    select(page, "network=velib&what=__proto__&state=__proto__")
    assert figures(page) == counted(present(site))
    assert site.complaints == []


def test_names_of_bike_stations_are_texts_and_long_ones_fit(own_site: Site) -> None:
    names = ('<img src=x onerror=alert(1)>"</script>', "\u202eRTL\u2067 «»", "N" * 2000, "", "'; --\t\n")
    n = busiest(own_site)
    with psycopg.connect(own_site.history.url) as connection:
        codes = [row[0] for row in connection.execute("SELECT station_code FROM clean.bike_station ORDER BY arrondissement <> %s", [n])]
        for code, name in zip(codes, names, strict=False):
            connection.execute("UPDATE clean.bike_station SET station_name = %s, commune = %s WHERE station_code = %s", [name, name, code])
        connection.execute("UPDATE clean.bike_station SET latitude = NULL, longitude = NULL WHERE station_name = ''")
    page = own_site.open(viewport={"width": 390, "height": 844})
    for view in ("now", "when", "trends", "reliability", "audiences", "data"):
        select(page, f"network=velib&view={view}&in={n}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, view
    select(page, f"network=velib&place={quote(names[0])}")
    expect(page.locator("#nearest")).not_to_contain_text("Aucune station ni adresse de ce nom.")
    assert own_site.complaints == []


def forget(site: Site, source: str) -> None:
    with psycopg.connect(site.history.url) as connection:
        connection.execute("DELETE FROM clean.poll WHERE source = %s", [source])
        tables = {"velib": ("bike_station_status", "bike_station"), "belib": ("charge_point_status", "charge_point", "station")}
        for table in tables[source]:
            connection.execute(f"DELETE FROM clean.{table}")


def test_a_home_without_bikes_has_no_switch(own_site: Site) -> None:
    forget(own_site, "velib")
    page = own_site.open("?lang=fr#network=velib")
    expect(page.locator("#networks")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Belib' à Paris")
    expect(page.locator("#available")).not_to_be_empty()
    for view in VIEWS:
        select(page, f"network=velib&view={view}")
        expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#bike-coverage-missing")).to_contain_text("Les Vélib' ne sont pas encore relevés ici.")
    select(page, "view=audiences")
    expect(page.locator("#cyclists")).to_contain_text("Les Vélib' ne sont pas encore relevés ici.")
    expect(page.locator("#bike-operators")).to_have_count(0)
    assert own_site.complaints == []


def test_a_home_with_bikes_alone_shows_them(own_site: Site) -> None:
    forget(own_site, "belib")
    page = own_site.open("?lang=fr")
    expect(page.locator("#networks")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    assert figures(page) == counted(present(own_site))
    for view in ("now", "when", "trends", "reliability"):
        select(page, f"view={view}&in={busiest(own_site)}")
        expect(page.locator(f"#view-{view}")).to_be_visible()
    assert [told for told in own_site.complaints if "Failed to load resource" not in told] == []


def test_where_nobody_knows_it_is_said(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("UPDATE clean.bike_station_status SET holds_until = last_seen_at")
    page = own_site.open("?lang=fr#network=velib")
    assert figures(page) == [None, None, None, 60]
    states = page.locator("#bike-list tbody tr").evaluate_all("rows => rows.map((row) => row.cells[1].textContent)")
    assert set(states) == {"? inconnue : aucun relevé récent".replace(" :", "\u202f:")}
    select(page, "view=audiences")
    expect(page.locator("#bike-operators dd.value").first).to_have_text("–")
    assert own_site.complaints == []


def test_before_the_first_statistics_of_bikes_it_is_said(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url, autocommit=True) as connection:
        connection.execute("TRUNCATE mart.bike_rhythm, mart.bike_city_daily, mart.bike_availability_hourly")
    page = own_site.open(f"?lang=en#network=velib&view=when&in={busiest(own_site)}")
    expect(page.locator("#when-says")).to_have_text("Statistics are made at night; there are none yet.")
    select(page, f"network=velib&view=trends&in={busiest(own_site)}")
    expect(page.locator("#trends-says")).to_have_text("No day was observed.")
    expect(page.locator("#bike-hours-missing")).to_contain_text("No hour was observed in 48 hours")
    expect(page.locator("#week-chart")).to_be_hidden()
    select(page, f"network=velib&view=reliability&in={busiest(own_site)}")
    expect(page.locator("#bikes-times-missing")).to_contain_text("there are none yet")
    assert own_site.complaints == []
