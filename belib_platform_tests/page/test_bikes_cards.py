"""The cards of cyclists, bike operators and tourists by bike."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from belib_platform_tests.page.bikes import (
    RHYTHM,
    WHOLE,
    counted,
    number,
    present,
    rows_of,
    share,
)
from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow


def hour_of_week(site: Site, weekday: int | None, order: str) -> dict[str, Any]:
    """The first hour with a known share in an order; empty where there is none."""
    ordered = f"""
        SELECT * FROM ({RHYTHM.format(what="bike")}) AS rhythm
        WHERE share IS NOT NULL AND (%(weekday)s::int IS NULL OR weekday = %(weekday)s)
        ORDER BY round(share::numeric, 12) {order}, weekday, hour LIMIT 1
    """
    return next(iter(rows_of(site, ordered, weekday=weekday, **{"in": None})), {})


def test_cards_of_bikes_have_the_figures_of_the_warehouse(site: Site) -> None:
    page, stations = site.open("?lang=fr#view=audiences"), present(site)
    opened = [row for row in stations if row["state"] == "open"]

    def card(name: str) -> list[tuple[str, str, str]]:
        found = page.locator(f"#{name} > div")
        expect(found).to_have_count(3)
        parts = ("dd.value", "dt", "dd.hint")
        return [tuple(one.locator(part).inner_text() for part in parts) for one in found.all()]  # type: ignore[misc]

    def assert_hour(told: tuple[str, str, str], weekday: int | None, order: str) -> None:
        row = hour_of_week(site, weekday, order)
        if not row:
            assert told[0] == "–"
            return
        assert told[0] == f"{row['hour']} h"
        assert number(told[2]) == share(row["share"] if order == "DESC" else 1 - row["share"], WHOLE)

    bikes, best, _ = card("cyclists")
    assert number(bikes[0]) == counted(stations)[0]
    assert number(bikes[2]) == len(opened)
    assert_hour(best, page.evaluate("nowInParis().weekday"), "DESC")
    empty, full, worst = card("bike-operators")
    assert [number(empty[0]), number(full[0])] == [sum(row[name] == 0 for row in opened) for name in ("bike", "dock")]
    assert_hour(worst, None, "ASC")
    others = [sum(row["state"] == name for row in stations) for name in ("closed", "not_reporting", "unobserved")]
    note = page.locator("#bike-operators-note").inner_text()
    assert [int(found) for found in re.findall(r"\d+", note)] == others
    two, docks, saturday = card("bike-tourists")
    assert [number(two[0]), number(docks[0])] == [sum(row[name] >= 2 for row in stations) for name in ("bike", "dock")]
    assert_hour(saturday, 6, "DESC")
    page.get_by_role("link", name="La carte des stations vides").click()
    expect(page.locator("#bike-state")).to_have_value("empty")
    expect(page.locator("h1")).to_have_text("Vélib' à Paris")
    assert site.complaints == []
