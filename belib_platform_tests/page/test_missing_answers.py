"""What the page says where answers are missing, late or few."""

from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from belib_platform.page.views import VIEWS
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.figures import expected, shown

pytestmark = pytest.mark.slow


def assert_no_table(page: Page, view: str) -> None:
    """No table of the view stands there without rows."""
    for table in page.locator(f"#view-{view} table").all():
        expect(table).to_be_hidden()


def hold_back(page: Page, pattern: str) -> list[Route]:
    """Requests that the page sends to such addresses, which wait until they are continued."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))
    return held


def test_a_store_that_is_away_is_said_and_the_figures_come_back(site: Site) -> None:
    page = site.open()
    page.route("**/v1/**", lambda route: route.fulfill(status=503, json={"detail": "PostgreSQL does not answer."}))
    page.select_option("#power", "7")
    expect(page.locator("#trouble")).to_contain_text("la base de données ne répond pas")
    page.unroute("**/v1/**")
    page.select_option("#power", "")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.parametrize("view", VIEWS)
def test_an_api_that_is_away_is_said_in_every_view_until_it_is_back(site: Site, view: str) -> None:
    page = site.open()
    page.route("**/v1/**", lambda route: route.abort())
    page.evaluate("view => location.hash = `view=${view}&in=4&power=22`", view)
    expect(page.locator("#trouble")).to_contain_text("l'API ne répond pas.")
    expect(page.locator(f"#view-{view}")).to_be_visible()
    if view != "now":  # which was shown before, and stays
        assert_no_table(page, view)
    assert [told for told in site.complaints if "ERR_FAILED" not in told] == []
    page.unroute("**/v1/**")
    page.evaluate("() => { show(); }")
    expect(page.locator("#trouble")).to_be_hidden()


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
        expect(page.locator("#trouble")).to_contain_text("The figures are missing:")
        assert_no_table(page, view)
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
        ("trends", "#trends-says", "Aucune heure observée"),
        ("trends", "#by-weekday-missing", "Les statistiques se font la nuit"),
    ):
        page.evaluate("view => location.hash = `view=${view}`", view)
        expect(page.locator(place)).to_contain_text(said)
    assert own_site.complaints == []


def test_the_newest_choice_is_what_is_shown(site: Site) -> None:
    """An answer that comes late does not replace that of a later choice."""
    page = site.open()
    held = hold_back(page, "**/v1/totals?power_min=50**")
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
    held = hold_back(page, "**/v1/totals?power_min=50**")
    page.select_option("#power", "50")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    page.locator("[data-view=reliability]").click()
    expect(page.locator("#reliability-says")).to_contain_text("%")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    for route in held:
        route.continue_()
    page.locator("[data-view=now]").click()
    expect(page.locator("#available")).to_have_text(str(expected(site, 50)["available"]))
