"""Pictures of the page and of Dagster's UI on the demo's home, for the README: `make pictures`, after `make demo`.

Needs Chromium (on the PATH as chromium, chromium-browser or google-chrome).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from belib_platform.cli.demo import HOME
from belib_platform_tests.browser import browser, chromium

FOLDER = Path("docs/pictures")
MART = "station_availability_hourly"
SCALE = 1.5
"""Pixels of a picture for each of the window."""

LOADED_MS = 60_000

ZOOMED_MS = 1_000
"""The map's zooming has an end that the page does not tell."""

SETTLED_MS = 15_000
"""The UI draws in steps, and has no event that says it is done."""


def main() -> None:
    """Take them all; the exit code says whether there is a browser and a demo to look at."""
    if chromium() is None:
        sys.exit("No Chromium on the PATH: no pictures.")
    if not HOME.exists():
        sys.exit("There is no demo to take pictures of: `make demo` first.")
    with _up() as (public, url), browser() as running:
        _page(running, public, "light")
        _page(running, public, "dark")
        page = running.new_page(device_scale_factor=SCALE)
        _lineage(page, url)
        _asset(page, url)
        _plots(page, url)


@contextmanager
def _up() -> Iterator[tuple[str, str]]:
    """`belib up` on the demo's home, whose simulated Paris goes on: the addresses of the page and of Dagster's UI."""
    up = subprocess.Popen(
        [sys.executable, "-m", "belib_platform.cli", "up", "--simulated", "--port", "3100"],
        env={**os.environ, "BELIB_HOME": str(HOME)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(up.stdout or ())
        public = next(line for line in lines if line.startswith("Page: ")).split()[-1]
        url = next(line for line in lines if line.startswith("Dagster UI: ")).split()[-1]
        next(line for line in lines if line.startswith("Ready"))
        yield public, url
    finally:
        up.terminate()
        up.wait()


def _page(running: Browser, public: str, scheme: Literal["light", "dark"]) -> None:
    """What is free now in all of Paris, and around its middle."""
    context = running.new_context(
        viewport={"width": 1250, "height": 960}, device_scale_factor=SCALE, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    page.goto(public)
    expect(page.locator("#reading")).to_contain_text("ago", timeout=LOADED_MS)
    page.locator("#place").fill("1st arrondissement")
    page.locator("#place").press("Enter")
    expect(page.locator("#nearest strong").first).to_be_visible(timeout=2 * LOADED_MS)  # once the first poll is in
    page.wait_for_timeout(ZOOMED_MS)
    page.evaluate("() => { map.leaflet.fitBounds(PARIS, { animate: false }); }")
    page.locator("h1").click()
    page.wait_for_load_state("networkidle")
    _shot(page, f"page-{scheme}")


def _lineage(page: Page, url: str) -> None:
    """What the hourly table is made from."""
    page.set_viewport_size({"width": 1250, "height": 1000})
    page.goto(f"{url}/assets/{MART}?view=lineage&lineageScope=upstream&lineageDepth=5")
    page.get_by_text("Hide navigation").click()  # the other pages remember it
    page.reload()  # the graph fits itself to the window once
    page.wait_for_timeout(SETTLED_MS)
    expect(page.get_by_text("Loading")).to_have_count(0, timeout=LOADED_MS)
    _shot(page, "lineage")


def _asset(page: Page, url: str) -> None:
    """The page of an asset: status, checks, description, columns."""
    page.set_viewport_size({"width": 1250, "height": 900})
    page.goto(f"{url}/assets/{MART}?view=overview")
    page.wait_for_timeout(SETTLED_MS)
    _shot(page, "asset")


def _plots(page: Page, url: str) -> None:
    """What an asset's numbers did over time."""
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{url}/assets/poll?view=overview")
    page.get_by_text("Plots", exact=True).click()
    page.wait_for_timeout(SETTLED_MS)  # what comes in above would push the plots down again
    page.get_by_text("Metadata", exact=True).first.evaluate("title => title.scrollIntoView()")
    page.wait_for_timeout(SETTLED_MS)
    _shot(page, "plots")


def _shot(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
