"""The page with an address that nobody meant, with answers that are none, with odd names, and a reader in a hurry."""

from urllib.parse import quote, urlsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect

from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.test_page import expected, shown

pytestmark = pytest.mark.slow

ODD = {
    "now": (
        *("view=__proto__", "view=constructor", "view=toString", "view=%00", "main", "&&==="),
        *("power=%3Cimg%20src=x%20onerror=alert(1)%3E", "power=11", "in=99", "in=abc", "in=-1&in=4"),
        *(
            "status=__proto__",
            "status=__defineGetter__",
            f"place={quote('<script>alert(1)</script>')}",
            "place=%E0%A4%A",
        ),
    ),
    "when": ("in=4&weekday=9", "in=4&weekday=2.5", "in=4&hour=-1", "in=4&hour=abc", "in=99", f"place={'a' * 100_000}"),
    "trends": ("days=5", "days=1e400", "in=abc"),
    "weather": ("in=0", "in=%3Cb%3E"),
    "reliability": ("days=5", "place=%00"),
}
"""Selections that a view does not offer."""

NO_ANSWERS = (
    (404, "{}", "l'historique ne connaît pas ce qui est demandé."),
    (429, '{"detail": "Slow down."}', "trop de questions en une minute."),
    (500, "", "l'API n'a pas répondu à la question."),
    (502, "<h1>Bad gateway</h1>", "l'API n'a pas répondu à la question."),
    (503, '{"detail": "The query took too long."}', "la base de données ne répond pas, ou n'a pas encore de relevé."),
    (200, "", "l'API ne répond pas."),
    (200, "<h1>Sign in</h1>", "l'API ne répond pas."),
    (200, '{"items": [', "l'API ne répond pas."),
)

ADDRESS = "SELECT address FROM clean.station WHERE address IS NOT NULL AND max_power_kw < 50 ORDER BY 1 LIMIT 1"


FOLLOW = """
selection => new Promise((done) => {
  addEventListener("hashchange", done, { once: true });
  location.hash = selection;
})
"""


def select(page: Page, selection: str) -> None:
    """Follow a link within the page, until what is selected stands there."""
    page.evaluate(FOLLOW, selection)
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize("view", ODD)
def test_what_a_view_does_not_offer_is_as_if_it_were_not_selected(site: Site, view: str) -> None:
    page = site.open()
    for selection in ODD[view]:
        select(page, f"view={view}&{selection}" if view != "now" else selection)
        expect(page.locator(".view:visible")).to_have_id(f"view-{view}")
        expect(page.locator("#trouble")).to_be_hidden()
    if view == "now":
        assert shown(page) == expected(site)
    assert site.complaints == []


def test_an_answer_that_is_none_is_said_in_the_page_s_language(site: Site) -> None:
    page, given = site.open(), {"status": 200, "body": ""}
    page.route("**/v1/**", lambda route: route.fulfill(**given))  # type: ignore[arg-type]
    for n, (status, body, reason) in enumerate(NO_ANSWERS):
        given.update(status=status, body=body)
        select(page, f"view=weather&answer={n}")
        expect(page.locator("#trouble")).to_have_text(f"Les chiffres manquent : {reason} Nouvel essai dans une minute.")
    assert [told for told in site.complaints if "Failed to load resource" not in told] == []


def test_a_library_that_does_not_arrive_is_said(site: Site) -> None:
    page = site.open()
    page.route("**/uPlot.iife.min.js", lambda route: route.abort())
    select(page, "view=trends")
    expect(page.locator("#trouble")).to_contain_text("un fichier de la page n'est pas arrivé.")
    assert page.locator("#by-weekday tbody tr").count() == 7


def test_a_script_of_another_view_that_does_not_arrive_is_said_and_asked_for_again(site: Site) -> None:
    page = site.open()
    page.route("**/trends.js", lambda route: route.abort())
    select(page, "view=audiences")
    expect(page.locator("#trouble")).to_contain_text("un fichier de la page n'est pas arrivé.")
    page.unroute("**/trends.js")
    page.evaluate("() => { show(); }")
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#drivers > div")).to_have_count(3)


def test_names_are_texts_and_long_ones_fit(own_site: Site) -> None:
    names = (
        '<img src=x onerror=alert(1)>"</script>',
        "\u202eRTL\u2067 «»",
        "N" * 2000,
        "",
        "'; --\t\n",
        "<b>&amp;</b>",
    )
    [*stations] = own_site.history.sql("SELECT station_id FROM clean.station ORDER BY station_id")
    with psycopg.connect(own_site.history.url) as connection:
        for station, name in zip(stations, names, strict=True):
            for table in ("station", "charge_point"):
                connection.execute(
                    f"UPDATE clean.{table} SET station_name = %s, address = %s WHERE station_id = %s",
                    [name, name, station["station_id"]],
                )
        connection.execute("UPDATE clean.station SET latitude = NULL, longitude = NULL WHERE station_name = ''")
    page = own_site.open(viewport={"width": 390, "height": 844})
    for view in ("now", "when", "trends", "reliability", "audiences"):
        select(page, f"view={view}&place={quote(names[2])}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, view
    select(page, f"place={quote(names[0])}")
    expect(page.locator("#nearest strong", has_text=names[0])).to_be_visible()
    assert own_site.complaints == []


def test_a_place_that_is_chosen_replaces_the_reader_s_position(site: Site) -> None:
    [station] = site.history.sql(ADDRESS)
    page = site.open(
        "?lang=fr#place=Atlantis", geolocation={"latitude": 48.86, "longitude": 2.34}, permissions=["geolocation"]
    )
    page.click("#near-me")
    expect(page.locator("#place")).to_have_value("")
    expect(page.locator("#nearest .distance").first).to_be_visible()
    assert urlsplit(page.url).fragment == ""
    page.fill("#place", str(station["address"]))
    page.locator("#place").press("Enter")
    expect(page.locator("#nearest strong").first).to_have_text(str(station["address"]))
    page.select_option("#power", "50")  # which that station does not have
    page.wait_for_load_state("networkidle")
    expect(page.locator("#nearest")).not_to_contain_text("Aucune station ni adresse de ce nom.")


def test_what_is_typed_stays_when_the_view_is_asked_for_again(site: Site) -> None:
    page = site.open()
    page.locator("#place").press_sequentially("rue de")
    page.evaluate("show()")
    expect(page.locator("#place")).to_have_value("rue de")


def test_links_to_views_and_to_the_content_keep_the_selection(site: Site) -> None:
    page = site.open("?lang=fr#view=trends&in=15")
    expect(page.get_by_role("link", name="Météo", exact=True)).to_have_attribute("href", "#view=weather&in=15")
    page.locator(".skip").press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert urlsplit(page.url).fragment == "view=trends&in=15"
    page.get_by_role("link", name="Maintenant", exact=True).click()
    expect(page.locator("#arrondissement")).to_have_value("15")
    page.go_back()
    expect(page.locator("#view-trends")).to_be_visible()


def test_of_a_place_and_an_arrondissement_the_last_one_counts(site: Site) -> None:
    [station] = site.history.sql(ADDRESS)
    page = site.open("?lang=fr#view=when&place=Atlantis")
    page.select_option("#when-arrondissement", "1")  # where the history has no station
    expect(page.locator("#when-place")).to_have_value("")
    expect(page.locator("#when-says")).to_have_text("Il n'y a pas encore de statistiques de ce lieu.")
    page.fill("#when-place", str(station["address"]))
    page.locator("#when-place").press("Enter")
    expect(page.locator("#when-arrondissement")).to_have_value("")
    expect(page.locator("#hours-free tbody tr").first).to_be_visible()
