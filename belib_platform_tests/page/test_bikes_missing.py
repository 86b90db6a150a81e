"""Views of Vélib' for everybody: odd selections and names, homes of one network, and what nobody knows."""

from urllib.parse import quote

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from belib_platform.page.views import VIEWS
from belib_platform_tests.api.conftest import History
from belib_platform_tests.page.bikes import busiest, counted, figures, present
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.test_hostile import select

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in ("audiences", "data")])
def test_axe_finds_nothing_and_a_phone_shows_all_of_it(site: Site, view: str) -> None:
    page = site.open(f"?lang=fr#network=velib&view={view}&in={busiest(site)}")
    for details in page.locator("details:visible").all():
        details.locator("summary").click()
    for width, scheme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
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
        sql = "SELECT station_code FROM clean.bike_station ORDER BY arrondissement <> %s, station_code"
        codes = [row[0] for row in connection.execute(sql, [n])]
        for code, name in zip(codes, names, strict=False):
            renamed = "UPDATE clean.bike_station SET station_name = %s, commune = %s WHERE station_code = %s"
            connection.execute(renamed, [name, name, code])
        connection.execute("UPDATE clean.bike_station SET latitude = NULL, longitude = NULL WHERE station_name = ''")
    page = own_site.open(viewport={"width": 390, "height": 844})
    for view in ("now", "when", "trends", "reliability", "audiences", "data"):
        select(page, f"network=velib&view={view}&in={n}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, view
    select(page, f"network=velib&place={quote(names[0])}")
    expect(page.locator("#nearest")).not_to_contain_text("Aucune station ni adresse de ce nom.")
    assert own_site.complaints == []


TABLES = {
    "velib": ("bike_station_status", "bike_station"),
    "belib": ("charge_point_status", "charge_point", "station"),
}


def forget(history: History, source: str) -> None:
    with psycopg.connect(history.url) as connection:
        connection.execute("DELETE FROM clean.poll WHERE source = %s", [source])
        for table in TABLES[source]:
            connection.execute(f"DELETE FROM clean.{table}")


def test_a_home_without_bikes_has_no_switch(own_site: Site) -> None:
    forget(own_site.history, "velib")
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
    forget(own_site.history, "belib")
    page = own_site.open("?lang=fr")
    expect(page.locator("#networks")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    assert figures(page) == counted(present(own_site))
    for view in ("now", "when", "trends", "reliability"):
        select(page, f"view={view}&in={busiest(own_site)}")
        expect(page.locator(f"#view-{view}")).to_be_visible()
    expect(page.locator("#trouble")).to_be_hidden()
    assert own_site.complaints == []


def test_where_nobody_knows_it_is_said(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("UPDATE clean.bike_station_status SET holds_until = last_seen_at")
    page = own_site.open("?lang=fr#network=velib")
    assert figures(page) == [None, None, None, len(own_site.history.paris.bike_city)]
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
