"""Seven dates of a charge point: its bands are those of the warehouse, and a hole stays a hole."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Page, expect

from belib_platform_tests.api.conftest import History
from belib_platform_tests.page.conftest import Site
from belib_platform_tests.page.tables import cells

pytestmark = pytest.mark.slow

PARIS = ZoneInfo("Europe/Paris")

BANDS = """
SELECT status, first_seen_at AS begins_at,
    CASE WHEN following <= holds_until THEN following
         WHEN following IS NULL AND holds_until >= %(at)s THEN %(newest)s
         ELSE last_seen_at + (holds_until - last_seen_at) / 2 END AS ends_at
FROM (SELECT *, lead(first_seen_at) OVER (ORDER BY first_seen_at) AS following
      FROM clean.charge_point_status WHERE charge_point_id = %(point)s) AS runs
ORDER BY begins_at
"""

LONGEST = "SELECT charge_point_id FROM mart.outage ORDER BY observed_s DESC, charge_point_id, first_seen_at LIMIT 1"

NEWEST = "SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'belib' AND outcome = 'sound' AND is_folded"

NAMES = {"AVAILABLE": "available", "CHARGING": "charging", "OUTOFORDER": "out_of_order", "UNKNOWN": "unknown"}
FRENCH = {
    "available": "libre",
    "charging": "en charge",
    "out_of_order": "hors service",
    "unknown": "inconnu de l'opérateur",
    "unobserved": "non observé",
}

Band = tuple[str, datetime, datetime]


def newest_of(history: History) -> datetime:
    [row] = history.sql(NEWEST)
    assert isinstance(row["at"], datetime)
    return row["at"]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def dates_shown(history: History) -> list[date]:
    last = newest_of(history).astimezone(PARIS).date()
    return [last - timedelta(days=n) for n in reversed(range(7))]


def expected_bands(site: Site, point: str, begin: datetime, end: datetime) -> list[Band]:
    """Status, beginning and end of each band between two instants, holes among them, by the test's own arithmetic."""
    newest = newest_of(site.history)
    end = min(end, newest)
    found: list[Band] = []
    for row in site.history.sql(BANDS, point=point, at=site.at, newest=newest):
        first, last = max(row["begins_at"], begin), min(row["ends_at"], end)  # type: ignore[type-var]
        assert isinstance(first, datetime)
        assert isinstance(last, datetime)
        if last <= first:
            continue
        covered = found[-1][2] if found else begin
        if first > covered:
            found.append(("unobserved", covered, first))
        name = NAMES[str(row["status"])]
        if found and found[-1][0] == name and found[-1][2] == first:
            first = found.pop()[1]
        found.append((name, first, last))
    covered = found[-1][2] if found else begin
    return [*found, *([("unobserved", covered, end)] if covered < end else [])]


def drawn_bands(page: Page) -> list[list[tuple[str, float, float]]]:
    """For each date the state of each band, and its left end and width in per cent."""
    return page.evaluate(
        """[...document.querySelectorAll("#point-days .bands")].map((row) => [...row.querySelectorAll(".band")].map(
            (band) => [band.classList[1], parseFloat(band.style.left), parseFloat(band.style.width)]))"""
    )


def assert_bands_are_those_of_the_warehouse(site: Site, page: Page, point: str) -> None:
    dates = dates_shown(site.history)
    rows = drawn_bands(page)
    assert len(rows) == len(dates)
    for day, bands in zip(dates, rows, strict=True):
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        expected = expected_bands(site, point, begin, end)
        assert [name for name, _, _ in bands] == [name for name, _, _ in expected]
        for (_, left, width), (_, first, last) in zip(bands, expected, strict=True):
            assert left == pytest.approx(100 * ((first - begin) / (end - begin)), abs=1e-3)
            assert width == pytest.approx(100 * ((last - first) / (end - begin)), abs=1e-3)
    whole = expected_bands(site, point, midnight(dates[0]), midnight(dates[-1] + timedelta(days=1)))
    expect(page.locator("#point-changes-count")).to_have_text(f"Tous les changements ({len(whole)})")
    assert page.locator("#point-changes tbody tr").count() == len(whole)
    for name, said in FRENCH.items():
        minutes = round(
            sum(((last - first).total_seconds() for state, first, last in whole if state == name), 0.0) / 60
        )
        told = f"{said} {minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{said} {minutes} min"
        shown = page.locator("#point-legend li", has_text=f"{said} ")
        expect(shown).to_have_count(1 if minutes else 0)
        if minutes:
            assert told in shown.inner_text()


@contextmanager
def drawn(page: Page, point: str) -> Iterator[None]:
    """Wait until what is done in the block has drawn the charge point."""
    with page.expect_response(lambda response: "/history" in response.url and point in response.url):
        yield
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")


def longest(history: History) -> str:
    return str(history.sql(LONGEST)[0]["charge_point_id"])


def test_the_bands_are_those_of_the_longest_outage_and_of_its_warehouse(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability")
    point = longest(site.history)
    assert page.locator("#reliability-point").input_value() == point
    assert_bands_are_those_of_the_warehouse(site, page, point)
    headings = [row[0] for row in cells(page, "point-days")]
    assert "dim. 30 mars (23 h)" in [heading.replace("\u00a0", " ") for heading in headings]
    assert sum("23" in heading for heading in headings) == 1
    expect(page.locator("#point-days .bands").nth(5)).to_have_attribute("aria-label", re.compile("hors service"))


def test_every_charge_point_is_drawn_as_the_warehouse_has_it(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability")
    points = site.history.sql("SELECT charge_point_id AS id FROM clean.charge_point ORDER BY 1")
    for row in points[::4]:
        with drawn(page, str(row["id"])):
            page.evaluate("id => { location.hash = `view=reliability&point=${id}` }", row["id"])
        expect(page.locator("#reliability-point")).to_have_value(str(row["id"]))
        assert_bands_are_those_of_the_warehouse(site, page, str(row["id"]))


def test_a_hole_of_some_hours_is_a_hole(own_site: Site) -> None:
    point = longest(own_site.history)
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute(
            "DELETE FROM clean.charge_point_status WHERE charge_point_id = %s "
            "AND first_seen_at BETWEEN '2025-03-29 06:00Z' AND '2025-03-29 12:00Z'",
            [point],
        )
    page = own_site.open(f"?lang=fr#view=reliability&point={point}")
    assert_bands_are_those_of_the_warehouse(own_site, page, point)
    [saturday] = [
        bands for day, bands in zip(dates_shown(own_site.history), drawn_bands(page), strict=True) if day.day == 29
    ]
    assert [name for name, _, _ in saturday].count("unobserved") == 2


def test_a_point_that_nobody_observed_is_hatched(own_site: Site) -> None:
    point = longest(own_site.history)
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("DELETE FROM clean.charge_point_status WHERE charge_point_id = %s", [point])
    page = own_site.open(f"?lang=fr#view=reliability&point={point}")
    expect(page.locator("#point-says")).to_have_text("Personne n'a observé ce point ces sept jours.")
    assert [[name for name, _, _ in bands] for bands in drawn_bands(page)] == [["unobserved"]] * 7
    assert own_site.complaints == []


def test_an_unknown_point_is_said_and_the_rest_is_shown(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability&point=FR*V75*E0000*00*0")
    expect(page.locator("#trouble")).to_contain_text("l'historique ne connaît pas ce qui est demandé.")
    expect(page.locator("#point-drawn")).to_be_hidden()
    expect(page.locator("#outages tbody tr").first).to_be_visible()


def test_a_point_is_chosen_by_its_place(site: Site) -> None:
    page = site.open(f"?lang=fr#view=reliability&point={longest(site.history)}")
    [station] = site.history.sql(
        "SELECT station_id, address FROM clean.station WHERE address IS NOT NULL AND latitude IS NOT NULL "
        "ORDER BY station_id LIMIT 1"
    )
    own = site.history.sql(
        "SELECT charge_point_id AS id FROM clean.charge_point WHERE station_id = %(id)s ORDER BY 1",
        id=station["station_id"],
    )
    page.fill("#reliability-place", str(station["address"]))
    with drawn(page, "EPX"):
        page.locator("#reliability-place").press("Enter")
    offered = page.locator("#reliability-point option").evaluate_all("options => options.map(({ value }) => value)")
    assert {row["id"] for row in own} <= set(offered)
    assert page.locator("#reliability-point").input_value() == offered[0]
    chosen = str(own[-1]["id"])
    with drawn(page, chosen):
        page.select_option("#reliability-point", chosen)
    assert parse_qs(urlsplit(page.url).fragment)["point"] == [chosen]
    assert_bands_are_those_of_the_warehouse(site, page, chosen)
    link = page.locator("#outages a").last
    with drawn(page, link.inner_text()):
        link.click()
    assert "place=" not in page.url
    expect(page.locator("#reliability-point")).to_have_value(link.inner_text())


def test_a_place_without_points_is_said(site: Site) -> None:
    page = site.open("?lang=fr#view=reliability&place=Atlantis")
    expect(page.locator("#point-says")).to_have_text("Aucune station ni adresse de ce nom.")
    expect(page.locator("#point-drawn")).to_be_hidden()


@pytest.mark.parametrize(
    ("at", "lengths"),
    [
        ("2025-10-27T12:00:00Z", [24, 25, 24]),
        ("2025-10-26T22:59:00Z", [24, 24, 25]),
        ("2025-03-31T12:00:00Z", [24, 23, 24]),
        ("2024-12-31T23:30:00Z", [24, 24, 24]),
    ],
)
def test_a_date_lasts_as_long_as_in_paris(site: Site, at: str, lengths: list[int]) -> None:
    page = site.open("?lang=fr#view=reliability")
    dates = page.evaluate("at => datesUntil(Date.parse(at), 3)", at)
    last = datetime.fromisoformat(at).astimezone(PARIS).date()
    for n, (found, hours) in enumerate(zip(dates, lengths, strict=True)):
        day = last - timedelta(days=2 - n)
        assert found["date"] == day.isoformat()
        assert found["begin"] == midnight(day).timestamp() * 1000
        assert found["end"] == midnight(day + timedelta(days=1)).timestamp() * 1000
        assert (found["end"] - found["begin"]) / 3_600_000 == hours


def run_of(status: str, first: str, last: str | None = None, holds: str | None = None) -> dict[str, str | None]:
    """A run as the API tells it, in October 2025; one that goes on has no last observation yet."""
    instants = {"first_seen_at": first, "last_seen_at": last, "holds_until": holds}
    return {"status": status, **{name: at and f"2025-10-{at}:00Z" for name, at in instants.items()}}


def test_bands_of_a_date_of_25_hours(site: Site) -> None:
    """A band lasts until the next, if that begins while it holds, also over the hour that comes twice."""
    page = site.open("?lang=fr#view=reliability")
    runs = [
        run_of("AVAILABLE", "25T21:00", "25T23:50", "26T00:05"),
        run_of("AVAILABLE", "26T00:00", "26T00:30", "26T00:45"),
        run_of("CHARGING", "26T00:35", "26T01:30", "26T01:45"),
        run_of("UNKNOWN", "26T02:00"),
    ]
    found = page.evaluate(
        """runs => {
            const [date] = datesUntil(Date.parse("2025-10-26T12:00:00Z"), 1);
            const bands = bandsOf(runs, Date.parse("2025-10-26T22:30:00Z"));
            return bandsWithin(bands, date.begin, date.end).map((part) =>
                [part.status, (part.begin - date.begin) / 60000, (part.end - date.begin) / 60000]);
        }""",
        runs,
    )
    assert found == [
        ["AVAILABLE", 0, 155],
        ["CHARGING", 155, 217.5],
        [None, 217.5, 240],
        ["UNKNOWN", 240, 1470],
        [None, 1470, 1500],
    ]
