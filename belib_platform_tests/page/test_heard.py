"""The view of now hears of changes: what is shown follows them at once, and every minute where they are not heard."""

from contextlib import closing

import pytest
from playwright.sync_api import Page, Route, expect

from belib_platform.api import fan_out
from belib_platform.api.routes import stream
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.outbox import tell
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.figures import expected, shown

pytestmark = pytest.mark.slow

AGAIN_MS = 60_000
"""After which the page asks again in any case."""

BUSY = (
    "UPDATE clean.charge_point_status SET status = 'CHARGING' WHERE status = 'AVAILABLE'",
    "UPDATE clean.written_window SET run_id = 'another' WHERE asset = 'charge_point_status'",
)


def make_all_busy(site: Site) -> None:
    """As a run does that found nothing free."""
    with closing(Warehouse(site.history.url)) as house:
        with house.transaction(is_writing=True) as cursor:
            for sql in BUSY:
                cursor.execute(sql)
        tell(house, ["p"])


def is_listening(page: Page) -> bool:
    """Whether the page hears of changes."""
    return bool(page.evaluate("heard.stream !== null && heard.stream.readyState === EventSource.OPEN"))


def test_the_figures_follow_a_change_at_once(own_site: Site) -> None:
    page = own_site.open()
    page.wait_for_function("() => heard.stream && heard.stream.readyState === EventSource.OPEN")
    assert shown(page)["available"] > 0
    make_all_busy(own_site)
    expect(page.locator("#available")).to_have_text("0", timeout=AGAIN_MS / 4)
    assert shown(page) == expected(own_site)
    assert own_site.complaints == []


@pytest.mark.parametrize("is_slow", [False, True])
def test_a_change_before_the_stream_is_open_is_shown(own_site: Site, is_slow: bool) -> None:
    """Whether the figures waited for the stream, or were shown without it since it took long."""
    page = own_site.browser.new_context().new_page()

    def change_first(route: Route) -> None:
        if is_slow:
            expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
            assert shown(page)["available"] > 0
        make_all_busy(own_site)
        route.continue_()

    page.route("**/v1/stream*", change_first)
    page.goto(f"{own_site.url}/?lang=fr")
    expect(page.locator("#available")).to_have_text("0", timeout=AGAIN_MS / 4)


NOTE_FETCHES = """() => {
  const fetched = window.fetch, held = new Promise((resolve) => { window.release = resolve; });
  window.modes = [];
  window.fetch = async (...given) => {
    modes.push(given[1].cache);
    const answer = await fetched(...given);
    await held;
    return answer;
  };
}"""
"""Keep how the browser was to use answers that it has; the page gets none before `release()`."""


def test_a_change_while_nobody_looked_is_shown_on_return(own_site: Site) -> None:
    """What the browser kept is not believed."""
    page = own_site.open()
    assert shown(page)["available"] > 0
    page.evaluate(NOTE_FETCHES)
    page.evaluate("release()")
    for is_hidden in ("true", "false"):
        page.evaluate(f"Object.defineProperty(document, 'hidden', {{ value: {is_hidden}, configurable: true }})")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        if is_hidden == "true":
            make_all_busy(own_site)
    expect(page.locator("#available")).to_have_text("0", timeout=AGAIN_MS / 4)
    assert set(page.evaluate("modes")) == {"no-cache"}


def test_what_was_asked_before_a_change_is_asked_again_however_long_it_took(own_site: Site) -> None:
    """What the browser kept meanwhile is not believed."""
    page = own_site.browser.new_context().new_page()
    page.clock.install()
    page.goto(f"{own_site.url}/?lang=fr")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    assert shown(page)["available"] > 0
    page.evaluate(NOTE_FETCHES)
    page.evaluate("() => { show(); }")
    make_all_busy(own_site)
    page.wait_for_function("() => asking.get('now') === true")
    asked_before = page.evaluate("modes.splice(0).length")
    page.clock.fast_forward(AGAIN_MS / 3)
    page.evaluate("release()")
    expect(page.locator("#available")).to_have_text("0", timeout=AGAIN_MS / 4)
    page.wait_for_function("asking.size === 0")
    assert asked_before > 0
    assert set(page.evaluate("modes")) == {"no-cache"}


def test_only_the_view_of_now_listens_to_the_network_that_is_shown_while_somebody_looks(own_site: Site) -> None:
    page = own_site.open("?lang=fr#network=velib")
    page.wait_for_function("() => heard.address === 'v1/stream?network=velib'")
    page.evaluate("location.hash = 'view=data'")
    page.wait_for_function("() => heard.stream === null")
    page.evaluate("location.hash = ''")
    page.wait_for_function("() => heard.address === 'v1/stream?network=belib'")
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("heard.stream") is None


def test_where_no_stream_is_to_be_had_the_page_asks_every_minute(
    own_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fan_out, "OF_ALL", 0)
    page = own_site.browser.new_context().new_page()
    page.clock.install()
    page.goto(f"{own_site.url}/?lang=fr")
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    page.wait_for_function("() => heard.stream && heard.stream.readyState === EventSource.CLOSED")
    make_all_busy(own_site)
    page.clock.fast_forward(AGAIN_MS)
    expect(page.locator("#available")).to_have_text("0")


def test_a_stream_that_broke_off_is_taken_up_again(own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "AGAIN_MS", 10)
    page = own_site.open()
    page.wait_for_function("() => heard.stream && heard.stream.readyState === EventSource.OPEN")
    with closing(Warehouse(own_site.history.url)) as house:
        with house.transaction(is_writing=True) as cursor:
            cursor.execute("ALTER TABLE mart.change RENAME TO away")
        page.wait_for_function("() => heard.stream.readyState === EventSource.CLOSED")  # it came back, and was refused
        with house.transaction(is_writing=True) as cursor:
            cursor.execute("ALTER TABLE mart.away RENAME TO change")
    page.evaluate("show()")
    page.wait_for_function("() => heard.stream.readyState === EventSource.OPEN")
