"""The public page in Chromium, nothing kept from before: how long until it is complete, and how big it is."""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Browser

from belib_platform_tests.bench.results import Row
from belib_platform_tests.browser import browser, chromium

GROUP = "The public page, without a cache"
ROUNDS, WARM = 10, 2
VIEWPORT = {"width": 1280, "height": 900}

COMPLETE = """
() => new Promise(resolve => {
    const main = document.getElementById("main");
    const told = () => main.ariaBusy === "false" && requestAnimationFrame(() => resolve(performance.now()));
    new MutationObserver(told).observe(main, { attributes: true });
    told();
})
"""
"""Milliseconds from the beginning of the navigation until every answer is drawn."""

BYTES = """
() => performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize || 0), 0)
"""
"""Of the page and of all that it asked for, with headers, as they went over the wire."""


def page_rows(url: str) -> Iterator[Row]:
    """Of the page at this URL; nothing where the machine has no Chromium."""
    if chromium() is None:
        return
    with browser() as running:
        loads = [_loaded(running, url) for _ in range(WARM + ROUNDS)][WARM:]
    kilobytes = median(size for _, size in loads) / 1000
    yield Row(
        GROUP,
        "complete: map, nearest, weather",
        [ms for ms, _ in loads],
        "ms",
        f"{ROUNDS} times, at {VIEWPORT['width']} px",
    )
    yield Row(GROUP, "over the wire", [kilobytes], "kB", "all of the first view")


def _loaded(running: Browser, url: str) -> tuple[float, float]:
    with running.new_context(viewport=VIEWPORT) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{url}/?lang=fr")
        complete = page.evaluate(COMPLETE)
        page.wait_for_load_state("networkidle")
        return complete, page.evaluate(BYTES)
