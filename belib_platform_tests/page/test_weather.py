"""The view Météo in a browser: differences with their intervals, and no effect where none is seen."""

import psycopg
import pytest
from playwright.sync_api import expect

from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow

BINS = [
    # variable, bin, lower, upper, dates, hours, difference, low, high
    ("temperature_c", 0, None, 0.0, 4, 9, -0.0312, -0.0501, -0.0123),
    ("temperature_c", 1, 0.0, 5.0, 30, 300, 0.0049, -0.0102, 0.0201),
    ("precipitation_mmh", 0, 0.1, 0.5, 12, 40, 0.0277, 0.0011, 0.0544),
    ("precipitation_mmh", 1, 0.5, None, 1, 2, 0.1, None, None),
]


def written(site: Site) -> None:
    with psycopg.connect(site.history.url) as connection:
        columns = [
            row[0]
            for row in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'weather_effect'"
            )
        ]
        for variable, n, lower, upper, dates, hours, difference, low, high in BINS:
            values = {
                "area": "all",
                "variable": variable,
                "bin": n,
                "lower": lower,
                "upper": upper,
                "date_count": dates,
                "hour_count": hours,
                "occupancy_difference": difference,
                "difference_low": low,
                "difference_high": high,
                "first_date": "2025-03-29",
                "last_date": "2025-03-30",
            }
            named = [name for name in columns if name in values]
            connection.execute(
                f"INSERT INTO mart.weather_effect ({', '.join(named)}) VALUES ({', '.join(['%s'] * len(named))})",
                [values[name] for name in named],
            )


def test_differences_are_those_of_the_warehouse(own_site: Site) -> None:
    written(own_site)
    page = own_site.open("?lang=fr#view=weather")
    first, second = page.locator("#by-temperature tbody tr").all()
    third, fourth = page.locator("#by-precipitation tbody tr").all()
    expect(first.locator("th")).to_have_text("moins de 0 °C")
    expect(first.locator("td").nth(0)).to_have_text("-3,1 pt")
    expect(first.locator("td").nth(2)).to_have_text("-5,0 pt à -1,2 pt")
    expect(first.locator("td").nth(3)).to_have_text("4")
    expect(first.locator("td").nth(4)).to_have_text("moins occupé")
    expect(second.locator("th")).to_have_text("0 à 5 °C")
    expect(second.locator("td").nth(4)).to_have_text("aucun effet vu")
    expect(third.locator("td").nth(4)).to_have_text("plus occupé")
    expect(fourth.locator("th")).to_have_text("0,5 mm/h et plus")
    expect(fourth.locator("td").nth(2)).to_have_text("–")
    expect(fourth.locator("td").nth(4)).to_have_text("trop peu de dates")
    expect(page.locator("#weather-says")).to_contain_text("2 classes sur 4")
    assert own_site.complaints == []


def test_a_short_history_is_said_to_be_too_short(site: Site) -> None:
    page = site.open("?lang=fr#view=weather")
    for place in ("#weather-says", "#by-temperature-missing", "#by-precipitation-missing"):
        expect(page.locator(place)).to_contain_text("Il faut plusieurs semaines d'historique")
    assert site.complaints == []
