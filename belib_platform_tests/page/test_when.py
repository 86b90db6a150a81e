"""The view Quand ? in a browser: its shares are those of the API."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow


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
