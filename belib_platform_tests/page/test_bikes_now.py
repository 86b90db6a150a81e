"""Vélib' now: figures, map, list and the nearest are those of the warehouse; and the switch between the networks."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Route, expect

from belib_platform_tests.page.bikes import (
    PRESENT,
    busiest,
    counted,
    figures,
    number,
    present,
)
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells

pytestmark = pytest.mark.slow


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


def test_an_answer_that_comes_after_the_switch_is_not_shown_as_that_of_the_other_network(site: Site) -> None:
    page = site.open("?lang=fr#network=velib")
    waiting: list[Route] = []
    page.route("**/v1/bike-stations*", lambda route: waiting.append(route))
    page.evaluate("window.dispatchEvent(new Event('hashchange'))")
    with page.expect_request("**/v1/stations*"):
        page.get_by_role("link", name="Bornes", exact=True).click()
    for route in waiting:
        route.continue_()
    expect(page.locator("h1")).to_have_text("Belib' à Paris")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
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
        on_map = "codes => map.stations.map((station) => station.station_code).sort().join() === codes"
        page.wait_for_function(on_map, arg=",".join(expected))
        listed = page.locator("#bike-list tbody tr").evaluate_all("rows => rows.map((row) => row.cells[1].textContent)")
        assert len(listed) == min(50, len(expected))
        for sign in said:
            said[sign] += sum(text.startswith(sign) for text in listed)
    assert min(said.values()) > 0, "a state that no station has"


def test_close_by_a_station_has_its_counts_or_the_sign_of_its_state(site: Site) -> None:
    page, by_state = site.open("?lang=fr#network=velib"), {row["state"]: row for row in present(site)}
    for state, text in (("open", None), ("closed", "✕"), ("not_reporting", "…")):
        row = by_state[state]
        page.evaluate("([y, x]) => { map.leaflet.setView([y, x], 18); }", [row["latitude"], row["longitude"]])
        marker = page.locator(".leaflet-marker-icon.points").filter(has=page.locator(f".point.{MARKS[state]}")).first
        expect(marker).to_be_visible()
        if text is not None:
            assert marker.inner_text() == text
        else:
            shown = [number(part.inner_text()) for part in marker.locator(".point").all()]
            counts = {tuple(one[name] for name in ("mechanical", "ebike", "docks")) for one in present(site)}
            assert tuple(shown) in counts
    expect(page.locator("#signs")).to_contain_text("muette depuis plus de 24 h")


MARKS = {"open": "mechanical", "closed": "closed", "not_reporting": "not_reporting"}


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
    expect(page.locator("#near-title")).to_contain_text(
        {"ebike": "un vélo électrique", "dock": "une place libre"}[what]
    )
    assert site.complaints == []


def test_an_address_of_a_charge_point_is_a_place_for_bikes_and_back(site: Site) -> None:
    [station] = site.history.sql("SELECT address FROM clean.station WHERE address IS NOT NULL LIMIT 1")
    [bikes] = site.history.sql("SELECT station_name FROM clean.bike_station ORDER BY station_code LIMIT 1")
    for network, place in (("velib", station["address"]), ("belib", bikes["station_name"])):
        page = site.open(f"?lang=fr#network={network}&place={quote(str(place))}")
        expect(page.locator("#nearest")).not_to_contain_text("Aucune station ni adresse de ce nom.")
