"""The guard before a real browser: a foreign page changes nothing, and the UI's own pages do what they are for."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, WebSocket, expect

from belib_platform.local.ports import LOOPBACK
from belib_platform.local.processes import wait_until
from belib_platform_tests.browser import browser, chromium
from belib_platform_tests.guard.foreign_page import foreign_page
from belib_platform_tests.guard.served_ui import LAUNCH, LOCATION, WAIT_S, ServedUi

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        chromium() is None, reason="no Chromium on the PATH; the same requests are tested with forged headers"
    ),
]

FOREIGN = ["127.0.0.1", "localhost", "evil.example"]
"""Hosts of a foreign page: another origin of the same site, and other sites."""

REBOUND = "rebound.example"
"""A foreign name that suddenly leads to this machine."""

PATIENCE_MS = 300_000


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser to which all names lead to this machine."""
    with browser("--host-resolver-rules=MAP *.example 127.0.0.1") as running:
        yield running


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_page_changes_nothing(ui: ServedUi, chrome: Browser, host: str) -> None:
    with foreign_page(ui.url, ui.stop) as port:
        before = len(ui.log)
        page = chrome.new_page()
        page.goto(f"http://{host}:{port}/")
        told = page.evaluate("told()")
        page.close()
    assert ui.schedule_is_running
    assert ui.times_made == 0
    assert told["WebSocket"] == "refused"
    assert "loaded" not in told.values()
    assert "basic" not in told.values()
    refused = ui.log[before:]
    assert refused.count("Refused GET '/graphql'") >= 5
    assert refused.count("Refused POST '/graphql'") + refused.count("Refused OPTIONS '/graphql'") >= 6
    assert refused.count("Refused POST '/report_asset_materialization/thing'") == 2
    assert refused.count("Refused WebSocket '/graphql'") == 1


def test_a_foreign_name_that_leads_here_shows_nothing(ui: ServedUi, chrome: Browser) -> None:
    page = chrome.new_page()
    answer = page.goto(f"http://{REBOUND}:{ui.port}/runs")
    assert answer is not None
    assert (answer.status, "BELIB_ALLOWED_HOSTS" in answer.text()) == (421, True)
    asked = "fetch('/graphql', {method: 'POST', body: '{}'}).then(answer => answer.status)"
    assert page.evaluate(asked) == 421
    page.close()


def test_a_foreign_page_shows_the_ui_in_no_frame_and_may_link_to_it(ui: ServedUi, chrome: Browser) -> None:
    with foreign_page(ui.url, ui.stop) as port:
        page = chrome.new_page()
        page.goto(f"http://evil.example:{port}/")
        page.evaluate("loaded('iframe', 'src', ui + '/runs')")
        assert "BELIB_ALLOWED_HOSTS" in page.frames[-1].content()
        page.evaluate("document.body.innerHTML = `<a href='${byUrl}'>act</a> <a href='${ui}/runs'>look</a>`")
        page.get_by_text("act").click()
        page.wait_for_url(f"{ui.url}/graphql**")
        assert "but no mutation" in page.content()
        page.go_back()
        page.evaluate("document.body.innerHTML = `<a href='${ui}/runs'>look</a>`")
        page.get_by_text("look").click()
        page.wait_for_url(f"{ui.url}/runs**")
        expect(page.get_by_text("Runs").first).to_be_visible(timeout=PATIENCE_MS)
        page.close()
    assert ui.schedule_is_running


def test_the_uis_own_pages_stop_and_start_a_schedule(ui: ServedUi, chrome: Browser) -> None:
    page = chrome.new_page()
    page.goto(f"{ui.url}/locations/{LOCATION}/schedules/steady")
    switch = page.get_by_role("checkbox").first
    expect(switch).to_be_checked(timeout=PATIENCE_MS)
    for is_running in (False, True):

        def turned(wanted: bool = is_running) -> bool:
            """The page shows for a moment what was before, and the switch takes no key while a change is on its way."""
            if switch.is_enabled() and switch.is_checked() is not wanted:
                switch.press("Space")
            return ui.schedule_is_running is wanted

        assert wait_until(turned, WAIT_S)
    page.close()


def test_the_uis_own_pages_show_a_run_over_a_websocket(ui: ServedUi, chrome: Browser) -> None:
    run = ui.asked(LAUNCH)["launchRun"]["run"]["runId"]
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        assert socket.url == f"ws://{LOOPBACK}:{ui.port}/graphql"
        socket.on("framereceived", lambda frame: frames.append(str(frame)))

    page = chrome.new_page()
    page.on("websocket", listen)
    page.goto(f"{ui.url}/runs/{run}")
    expect(page.get_by_text("RUN_SUCCESS").first).to_be_visible(timeout=PATIENCE_MS)
    page.close()
    assert any("RunSuccessEvent" in frame for frame in frames)
