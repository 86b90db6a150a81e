"""The page in a browser: what it shows is what the warehouse has, for everybody."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from belib_platform.page.views import VIEWS
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow

FIRST_VIEW_BYTES = 150_000

COUNTS = """
SELECT count(*) FILTER (WHERE status = 'AVAILABLE') AS available,
       count(*) FILTER (WHERE status = 'CHARGING') AS charging,
       count(*) FILTER (WHERE status = 'OUTOFORDER') AS out_of_order,
       count(*) FILTER (WHERE status = 'UNKNOWN' OR status IS NULL) AS unknown
FROM (SELECT DISTINCT ON (charge_point_id) CASE WHEN holds_until >= %(at)s THEN status END AS status, charge_point_id
      FROM clean.charge_point_status
      WHERE first_seen_at <= %(at)s AND first_seen_at >= CAST(%(at)s AS timestamptz) - interval '1 day'
      ORDER BY charge_point_id, first_seen_at DESC) AS present
JOIN clean.charge_point USING (charge_point_id)
WHERE %(power)s::float8 IS NULL OR power_kw >= %(power)s
"""

FIGURES = ("available", "charging", "out_of_order", "unknown")


def shown(page: Page) -> dict[str, int]:
    """The figures on the page, whatever separates their thousands."""
    texts = {name: page.locator(f"#{name}").inner_text() for name in FIGURES}
    return {name: int(re.sub(r"\D", "", text)) for name, text in texts.items()}


def expected(site: Site, power: float | None = None) -> dict[str, object]:
    [counts] = site.history.sql(COUNTS, at=site.at, power=power)
    return counts


def test_the_figures_are_those_of_the_warehouse(site: Site) -> None:
    page = site.open()
    assert shown(page) == expected(site)
    assert sum(shown(page).values()) > 20
    expect(page.locator("#reading")).to_contain_text("il y a 4 min")
    expect(page.locator("#temperature")).to_contain_text("°C")
    assert site.complaints == []


def test_without_scripts_the_same_figures_stand_there(site: Site) -> None:
    page = site.open(script=False)
    assert shown(page) == expected(site)
    expect(page.get_by_text("ont besoin de JavaScript")).to_be_visible()
    expect(page.locator("#map")).to_be_hidden()


def test_nothing_is_asked_of_other_hosts_and_the_first_view_is_small(site: Site) -> None:
    context = site.browser.new_context()
    page, sizes = context.new_page(), []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()))
    page.on("request", lambda request: site.requested.append(request.url))
    page.goto(f"{site.url}/?lang=fr")
    page.wait_for_load_state("networkidle")
    hosts = {urlsplit(url).netloc for url in site.requested if not url.startswith("data:")}
    assert hosts == {urlsplit(site.url).netloc}
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) < FIRST_VIEW_BYTES


def test_a_selection_is_in_the_address_and_a_link_leads_to_it(site: Site) -> None:
    page = site.open()
    page.select_option("#power", "22")
    page.wait_for_load_state("networkidle")
    assert urlsplit(page.url).fragment == "power=22"
    expect(page.locator("#available")).to_have_text(str(expected(site, 22)["available"]))
    again = site.open(f"?lang=fr#{urlsplit(page.url).fragment}")
    assert again.locator("#power").input_value() == "22"
    assert shown(again) == expected(site, 22)
    assert urlsplit(again.locator("#language").get_attribute("href") or "").fragment == "power=22"


def test_the_nearest_with_a_free_point_are_those_of_the_api(site: Site) -> None:
    page = site.open()
    [station] = site.history.sql(
        "SELECT address, latitude, longitude FROM clean.station WHERE address IS NOT NULL AND latitude IS NOT NULL "
        "LIMIT 1"
    )
    page.fill("#place", str(station["address"]))
    page.locator("#place").press("Enter")
    page.wait_for_load_state("networkidle")
    near = {"near": f"{station['latitude']},{station['longitude']}", "radius": 3000, "free_min": 1, "limit": 5}
    items = httpx.get(f"{site.url}/v1/stations", params=near).json()["items"]
    assert items
    expect(page.locator("#nearest strong")).to_have_text([item["address"] or item["station_name"] for item in items])
    assert "place=" in page.url


def test_near_me_asks_and_keeps_nothing(site: Site) -> None:
    [station] = site.history.sql("SELECT latitude, longitude FROM clean.station WHERE latitude IS NOT NULL LIMIT 1")
    place = {"latitude": station["latitude"], "longitude": station["longitude"]}
    page = site.open(geolocation=place, permissions=["geolocation"])
    page.click("#near-me")
    expect(page.locator("#nearest strong").first).to_be_visible()
    assert str(station["latitude"])[:6] not in page.url
    refused = site.open()
    refused.click("#near-me")
    expect(refused.locator("#nearest")).to_have_text("Le navigateur n'a pas donné de position.")


def test_an_unknown_place_is_said(site: Site) -> None:
    page = site.open("?lang=fr#place=Atlantis")
    expect(page.locator("#nearest")).to_have_text("Aucune station ni adresse de ce nom.")


@pytest.mark.parametrize(
    ("address", "locale", "language"), [("", "en-GB", "en"), ("", "de-DE", "fr"), ("?lang=en", "fr-FR", "en")]
)
def test_the_language_is_the_one_asked_for_else_the_browsers(
    site: Site, address: str, locale: str, language: str
) -> None:
    page = site.open(address, locale=locale)
    assert page.locator("html").get_attribute("lang") == language
    expect(page.locator(".available dt")).to_have_text({"en": "free", "fr": "libres"}[language])


def test_the_keyboard_reaches_everything(site: Site) -> None:
    page = site.open()
    reached = []
    for _ in range(24):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert reached[0] == "skip"
    assert {"power", "arrondissement", "status", "map", "place", "near-me"} <= {
        name.split()[0] for name in reached if name
    }


def test_a_store_that_is_away_is_said_and_the_figures_come_back(site: Site) -> None:
    page = site.open()
    page.route("**/v1/**", lambda route: route.fulfill(status=503, json={"detail": "PostgreSQL does not answer."}))
    page.select_option("#power", "7")
    expect(page.locator("#trouble")).to_contain_text("la base de données ne répond pas")
    page.unroute("**/v1/**")
    page.select_option("#power", "")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize("view", VIEWS)
def test_an_api_that_is_away_is_said_in_every_view(site: Site, view: str) -> None:
    page = site.open()
    page.route("**/v1/**", lambda route: route.abort())
    page.evaluate("view => location.hash = `view=${view}&in=4&power=22`", view)
    expect(page.locator("#trouble")).to_contain_text("l'API ne répond pas.")
    expect(page.locator(f"#view-{view}")).to_be_visible()
    assert [told for told in site.complaints if "ERR_FAILED" not in told] == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_part_that_fails_costs_no_other(site: Site, view: str) -> None:
    """The weather and the quality of the history are away; what else there is stands there."""
    page = site.open()
    page.route("**/v1/weather?**", lambda route: route.abort())
    page.route("**/v1/quality", lambda route: route.abort())
    page.evaluate("view => location.hash = `view=${view}&power=7`", view)
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    page.wait_for_load_state("networkidle")
    if view == "now":
        expect(page.locator("#trouble")).to_contain_text("l'API ne répond pas.")
        assert shown(page) == expected(site, 7)
    assert [told for told in site.complaints if "ERR_FAILED" not in told] == []


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_history_is_said_in_every_view(
    history: History, running: Browser, postgres_url: str, view: str
) -> None:
    with served(SETTINGS, postgres_url) as client:
        site = Site(str(client.base_url).rstrip("/"), datetime.now(UTC), history, running)
        page = site.open(f"?lang=en#view={view}")
        expect(page.locator("#trouble")).to_be_visible()
        expect(page.locator("#trouble")).not_to_be_empty()
        assert [told for told in site.complaints if "Failed to load resource" not in told] == []


def test_a_single_poll_is_enough_for_now(own_site: Site) -> None:
    [newest] = own_site.history.sql("SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'belib' AND is_folded")
    with psycopg.connect(own_site.history.url) as connection:
        for table, at in (("poll", "fetched_at"), ("charge_point_status", "last_seen_at")):
            connection.execute(f"DELETE FROM clean.{table} WHERE {at} < %s", [newest["at"]])
        for table in ("station_rhythm", "station_period", "outage", "weather_effect", "station_availability_hourly"):
            connection.execute(f"DELETE FROM mart.{table}")
    page = own_site.open()
    assert shown(page)["available"] > 0
    for view, place, said in (
        ("when&in=4", "#when-says", "Les statistiques se font la nuit"),
        ("trends", "#week-missing", "Aucune heure observée"),
        ("trends", "#by-weekday-missing", "Les statistiques se font la nuit"),
    ):
        page.evaluate("view => location.hash = `view=${view}`", view)
        expect(page.locator(place)).to_contain_text(said)
    assert own_site.complaints == []


def test_the_newest_choice_is_what_is_shown(site: Site) -> None:
    """An answer that comes late does not replace that of a later choice."""
    page = site.open()
    held: list[Route] = []
    page.route("**/v1/totals?power_min=50**", lambda route: held.append(route))
    page.select_option("#power", "50")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    page.select_option("#power", "7")
    for route in held:
        route.continue_()
    expect(page.locator("#available")).to_have_text(str(expected(site, 7)["available"]))
    page.wait_for_load_state("networkidle")
    assert shown(page) == expected(site, 7)


def test_a_view_does_not_wait_for_the_answers_of_another(site: Site) -> None:
    page = site.open()
    held: list[Route] = []
    page.route("**/v1/totals?power_min=50**", lambda route: held.append(route))
    page.select_option("#power", "50")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    page.locator("[data-view=reliability]").click()
    expect(page.locator("#reliability-says")).to_contain_text("%")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    for route in held:
        route.continue_()
    page.locator("[data-view=now]").click()
    expect(page.locator("#available")).to_have_text(str(expected(site, 50)["available"]))


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


def test_a_place_far_from_paris_has_nothing_near(site: Site) -> None:
    page = site.open(geolocation={"latitude": 45.76, "longitude": 4.84}, permissions=["geolocation"])
    page.click("#near-me")
    expect(page.locator("#nearest")).to_have_text("Aucun point libre connu à moins de 3 km.")


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


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_and_a_phone_shows_all_of_it_without_scrolling_sideways(site: Site, view: str) -> None:
    page = site.open(f"?lang=fr#view={view}&in=4")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_when_shows_the_shares_of_the_api(site: Site) -> None:
    [station] = site.history.sql(
        "SELECT address, latitude, longitude FROM clean.station WHERE address IS NOT NULL AND latitude IS NOT NULL "
        "LIMIT 1"
    )
    page = site.open("?lang=fr#view=when")
    expect(page.locator("#when-says")).to_have_text("Choisissez un arrondissement, une adresse ou une station.")
    page.fill("#when-place", str(station["address"]))
    page.locator("#when-place").press("Enter")
    page.select_option("#weekday", "6")
    page.select_option("#hour", "18")
    page.wait_for_load_state("networkidle")
    asked = {"near": f"{station['latitude']},{station['longitude']}", "radius": 300, "weekday": 6}
    items = httpx.get(f"{site.url}/v1/best-times", params=asked).json()["items"]
    shares = {f"{item['hour']} h": item["free_ratio"] for item in items}
    expect(page.locator("#hours-free tbody tr")).to_have_count(len(items))
    for row in page.locator("#hours-free tbody tr").all():
        share = shares[row.locator("th").inner_text()]
        said = row.locator("td").first.inner_text()
        assert said == "–" if share is None else int(re.sub(r"\D", "", said)) == round(100 * share)
    of_week = httpx.get(f"{site.url}/v1/rhythms", params={name: asked[name] for name in ("near", "radius")}).json()[
        "items"
    ]
    free = {(item["weekday"], item["hour"]): item["free_ratio"] for item in of_week}
    for weekday, row in enumerate(page.locator("#free-by-weekday tbody tr").all(), 1):
        for hour, cell in enumerate(row.locator("td").all_inner_texts()):
            ratio = free.get((weekday, hour))
            assert cell == "–" if ratio is None else abs(int(cell) - 100 * ratio) <= 0.5001
    chosen = shares["18 h"]
    assert chosen is not None
    expect(page.locator("#when-says")).to_contain_text(
        f"Samedi vers 18 h : une station avait un point libre {round(10 * chosen)} fois"
    )
    assert {"view=when", "weekday=6", "hour=18"} <= set(urlsplit(page.url).fragment.split("&"))
    again = site.open(f"?lang=en#{urlsplit(page.url).fragment}")
    expect(again.locator("#when-says")).to_contain_text("Saturday around 18:00")
    assert again.locator("#view-now").is_hidden()
    assert site.complaints == []
