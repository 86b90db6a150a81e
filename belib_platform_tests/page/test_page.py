"""The page in a browser: what it shows is what the warehouse has, for everybody."""

from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from belib_platform.page.views import VIEWS
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.figures import expected, shown

pytestmark = pytest.mark.slow

FIRST_VIEW_BYTES = 150_000


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


def test_a_place_far_from_paris_has_nothing_near(site: Site) -> None:
    page = site.open(geolocation={"latitude": 45.76, "longitude": 4.84}, permissions=["geolocation"])
    page.click("#near-me")
    expect(page.locator("#nearest")).to_have_text("Aucune station avec un point libre n'est connue à moins de 3 km.")


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
