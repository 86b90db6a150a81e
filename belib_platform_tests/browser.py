"""Chromium without a window, where the machine has one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",  # a container's root may not have one
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Path of the browser, or None where none is on the PATH."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def browser(*options: str) -> Iterator[Browser]:
    """The browser, started with these options, for the time of the block."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium(), args=[*QUIET, *options])
        yield running
        running.close()
