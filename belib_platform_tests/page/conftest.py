from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from belib_platform_tests.api.conftest import SETTINGS, History, history, own_history
from belib_platform_tests.api.served import served
from belib_platform_tests.browser import browser, chromium

__all__ = ["history", "own_history"]

expect.set_options(timeout=30_000)  # milliseconds; how long a busy machine may take is the benchmark's business


@dataclass
class Site:
    """The page as it is served at an instant of the history, and a browser."""

    url: str
    at: datetime
    history: History
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def open(self, address: str = "?lang=fr", *, script: bool = True, **context: object) -> Page:
        """The page, once all is shown. What the browser complains of is kept."""
        page = self.browser.new_context(java_script_enabled=script, **context).new_page()  # type: ignore[arg-type]
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requested.append(request.url))
        page.goto(f"{self.url}/{address}")
        if script:
            expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
        return page


@pytest.fixture(scope="package")
def running() -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("no Chromium on the PATH")
    with browser() as started:
        yield started


@contextmanager
def opened(history: History, running: Browser, home: Path) -> Iterator[Site]:
    """The page some minutes after the last poll of a history."""
    [newest] = history.sql(
        "SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'belib' AND outcome = 'sound' AND is_folded"
    )
    at = newest["at"] + timedelta(minutes=4)  # type: ignore[operator]
    settings = SETTINGS.model_copy(update={"home": home})
    with time_machine.travel(at, tick=True), served(settings, history.url) as client:
        yield Site(str(client.base_url).rstrip("/"), at, history, running)
        for context in running.contexts:  # a page that stays open goes on asking
            context.close()


@pytest.fixture
def site(history: History, running: Browser, tmp_path: Path) -> Iterator[Site]:
    """The page over the history that tests share; a test that uses it needs a browser."""
    with opened(history, running, tmp_path) as found:
        yield found


@pytest.fixture
def own_site(own_history: History, running: Browser, tmp_path: Path) -> Iterator[Site]:
    """The page over a history that the test may change before it opens the page."""
    with opened(own_history, running, tmp_path) as found:
        yield found
