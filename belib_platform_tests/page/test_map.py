"""The map of Maintenant in a browser."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow


def test_stations_with_a_status_are_on_the_map(site: Site) -> None:
    page = site.open("?lang=fr#status=out_of_order")
    down = site.history.sql(
        "SELECT DISTINCT station_id FROM (SELECT DISTINCT ON (charge_point_id) charge_point_id, status, holds_until "
        "FROM clean.charge_point_status WHERE first_seen_at <= %(at)s "
        "AND first_seen_at >= CAST(%(at)s AS timestamptz) - interval '1 day' "
        "ORDER BY charge_point_id, first_seen_at DESC) AS present JOIN clean.charge_point USING (charge_point_id) "
        "WHERE status = 'OUTOFORDER' AND holds_until >= %(at)s",
        at=site.at,
    )
    assert page.evaluate("map.stations.map(station => station.station_id).sort()") == sorted(
        str(row["station_id"]) for row in down
    )


def test_close_by_each_charge_point_has_its_sign(site: Site) -> None:
    page = site.open()
    station = page.evaluate("map.stations.find(station => station.point_count > 2)")
    page.evaluate("({ latitude, longitude }) => { map.leaflet.setView([latitude, longitude], 18); }", station)
    marker = page.get_by_title(f"{station['available_count']} sur {station['point_count']} libres").first
    expect(marker).to_be_visible()
    expect(page.locator("#signs")).to_be_visible()
    assert marker.locator(".point").count() == station["point_count"]
    assert marker.inner_text().count("✓") == station["available_count"]


def test_what_is_read_stays_while_the_page_asks_again(site: Site) -> None:
    page = site.open()
    [station] = site.history.sql("SELECT address FROM clean.station WHERE address IS NOT NULL LIMIT 1")
    page.fill("#place", str(station["address"]))
    page.locator("#place").press("Enter")
    page.locator("#nearest button").nth(1).focus()
    page.evaluate("() => { map.dots.getLayers()[0].openPopup(); }")
    said = page.locator(".leaflet-popup-content").last.text_content() or ""  # another may still fade
    with page.expect_response("**/v1/weather?**"):
        page.evaluate("() => { show(); }")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".leaflet-popup-content")).to_have_text([said])
    assert page.evaluate("[...document.querySelectorAll('#nearest button')].indexOf(document.activeElement)") == 1


def test_the_seine_is_where_the_banks_meet(site: Site) -> None:
    page = site.open()
    lines = page.evaluate("map.seine.map(ends => ends.map(({ lat, lng }) => [lat, lng]))")
    assert lines
    areas = httpx.get(f"{site.url}/v1/arrondissements").json()["features"]
    corners = {
        bank: [
            (y, x)
            for area in areas
            if area["properties"]["arrondissement"] in numbers
            for ring in area["geometry"]["coordinates"]
            for x, y in ring
        ]
        for bank, numbers in (("left", {5, 6, 7, 13, 15}), ("right", {1, 4, 8, 12, 16}))
    }
    for end in (end for line in lines for end in line):
        assert any(abs(end[0] - y) < 1e-9 and abs(end[1] - x) < 1e-9 for y, x in corners["right"])


def test_a_tile_server_is_asked_where_one_is_set(history: History, running: Browser, tmp_path: Path) -> None:
    tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings = SETTINGS.model_copy(update={"home": tmp_path, "tiles": tiles, "tiles_attribution": "© Example"})
    with served(settings, history.url) as client:
        site = Site(str(client.base_url).rstrip("/"), datetime.now(UTC), history, running)
        page = running.new_context().new_page()
        page.on("request", lambda request: site.requested.append(request.url))
        page.route("https://tiles.example.org/**", lambda route: route.fulfill(status=200, content_type="image/png"))
        page.goto(f"{site.url}/?lang=fr")
        expect(page.locator(".leaflet-control-attribution")).to_have_text("© Example")
        assert any(url.startswith("https://tiles.example.org/") for url in site.requested)
