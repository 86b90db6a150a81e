"""Eight ways: each audience comes from the address of the page to its answer, which is that of the warehouse."""

import io
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from belib_platform_tests.page.conftest import Site

pytestmark = pytest.mark.slow

CLICKS, SECONDS = 2, 10.0

PRESENT = """
SELECT p.*, s.address AS station_address, present.status
FROM (SELECT DISTINCT ON (charge_point_id) charge_point_id, CASE WHEN holds_until >= %(at)s THEN status END AS status
      FROM clean.charge_point_status
      WHERE first_seen_at <= %(at)s AND first_seen_at >= CAST(%(at)s AS timestamptz) - interval '1 day'
      ORDER BY charge_point_id, first_seen_at DESC) AS present
JOIN clean.charge_point AS p USING (charge_point_id) JOIN clean.station AS s USING (station_id)
"""

METRES = """
6371009 * 2 * asin(sqrt(sin(radians(s.latitude - %(latitude)s) / 2) ^ 2
    + cos(radians(%(latitude)s)) * cos(radians(s.latitude)) * sin(radians(s.longitude - %(longitude)s) / 2) ^ 2))
"""

NEAREST_FREE = f"""
SELECT coalesce(s.address, s.station_name) AS name
FROM ({PRESENT}) AS p JOIN clean.station AS s USING (station_id)
WHERE status = 'AVAILABLE' GROUP BY s.station_id HAVING {METRES} <= %(radius)s ORDER BY {METRES}, s.station_id
"""

FORECAST = """
SELECT DISTINCT ON (valid_at) * FROM clean.weather_forecast
WHERE available_at <= %(at)s AND valid_at > %(at)s AND valid_at <= CAST(%(at)s AS timestamptz) + interval '6 hours'
ORDER BY valid_at, available_at DESC
"""

SATURATION = """
SELECT s.arrondissement, sum(none_free_s)::float8 / sum(free_s + none_free_s) AS share,
    count(DISTINCT hour_at::date) AS n
FROM mart.station_free_hourly JOIN clean.station AS s USING (station_id)
WHERE free_s + none_free_s > 0 AND s.arrondissement IS NOT NULL
GROUP BY 1 ORDER BY share DESC, s.arrondissement::text LIMIT 1
"""

UPTIME = """
SELECT up::float8 / of AS lower, (up + unknown)::float8 / of AS upper, 1 - unobserved::float8 / of_all AS observed
FROM (SELECT sum(available_s + charging_s + reserved_s) AS up, sum(unknown_s) AS unknown,
        sum(available_s + charging_s + reserved_s + out_of_order_s + unknown_s) AS of,
        sum(unobserved_s) AS unobserved, sum(point_count) * 3600.0 AS of_all
      FROM mart.station_availability_hourly) AS sums
"""


@dataclass
class Way:
    """From the address bar to an answer, with a count of clicks."""

    page: Page
    clicks: int = 0

    def click(self, *steps: Locator) -> None:
        for step in steps:
            step.click()
            self.clicks += 1
        self.page.wait_for_load_state("networkidle")

    def figures(self, audience: str) -> list[tuple[str, str, str]]:
        """Value, label and what it is of, of each figure on a card."""
        found = self.page.locator(f"#{audience} > div")
        expect(found).to_have_count(3)
        parts = ("dd.value", "dt", "dd.hint")
        return [tuple(one.locator(part).inner_text() for part in parts) for one in found.all()]  # type: ignore[misc]


@contextmanager
def way(site: Site, locale: str = "fr-FR", viewed: str = "Pour qui", *, first: bool = True) -> Iterator[Way]:
    """The page as a reader opens it, with the click that shows the audiences unless `first` is false."""
    began = time.perf_counter()
    taken = Way(site.open("", locale=locale))
    if first:
        taken.click(taken.page.get_by_role("link", name=viewed, exact=True))
    yield taken
    assert taken.clicks <= CLICKS
    assert time.perf_counter() - began < SECONDS
    assert site.complaints == []


def number(text: str) -> float:
    """The number of a text, whatever its thousands and decimals look like."""
    return float(re.sub(r"[^\d.\-]", "", text.replace(",", ".")))


def share(text: str) -> float:
    return number(text) / 100


def one(site: Site, query: str, **parameters: object) -> dict[str, Any]:
    [found] = site.history.sql(query, at=site.at, **parameters)
    return found


def counted(site: Site, condition: str) -> int:
    return int(one(site, f"SELECT count(*) AS n FROM ({PRESENT}) AS present WHERE {condition}")["n"])


def test_a_driver_finds_the_nearest_free(site: Site) -> None:
    place = one(site, "SELECT * FROM clean.station WHERE address IS NOT NULL AND latitude IS NOT NULL LIMIT 1")
    asked = {name: place[name] for name in ("latitude", "longitude")}
    nearest = [row["name"] for row in site.history.sql(NEAREST_FREE, at=site.at, radius=3000, **asked)]
    assert nearest
    with way(site, first=False) as taken:
        taken.click(taken.page.locator("#place"))
        taken.page.keyboard.type(place["address"])
        taken.page.keyboard.press("Enter")
        expect(taken.page.locator("#nearest strong")).to_have_text(nearest[:5])
    with way(site) as taken:
        free, usually, _ = taken.figures("drivers")
        assert number(free[0]) == counted(site, "status = 'AVAILABLE'")
        assert number(free[2].split(";")[0]) == counted(site, "true")
        now = taken.page.evaluate("nowInParis()")
        known = site.history.sql(
            "SELECT sum(free_s)::float8 / nullif(sum(free_s + none_free_s), 0) AS share FROM mart.station_free_hourly "
            "WHERE extract(isodow FROM hour_at AT TIME ZONE 'Europe/Paris') = %(weekday)s "
            "AND extract(hour FROM hour_at AT TIME ZONE 'Europe/Paris') = %(hour)s",
            **now,
        )[0]["share"]
        assert usually[0] == "–" if known is None else share(usually[0]) == pytest.approx(known, abs=0.005)


def test_a_cyclist_learns_of_the_rain(site: Site) -> None:
    steps = site.history.sql(FORECAST, at=site.at)
    assert steps
    with way(site) as taken:
        *_, rain = taken.figures("cyclists")
        assert number(rain[0]) == pytest.approx(steps[0]["precipitation_mm"], abs=0.05)
        wet = [step for step in steps if (step["precipitation_mm"] or 0) >= 0.1]  # type: ignore[operator]
        note = taken.page.locator("#cyclists-note")
        expect(note).to_contain_text("Pluie prévue" if wet else "Pas de pluie prévue")
        temperature, gusts = (number(part) for part in note.inner_text().split(";")[1].split(", "))
        assert temperature == round(steps[0]["temperature_c"])  # type: ignore[call-overload]
        assert gusts == pytest.approx(steps[0]["wind_gust_kmh"], abs=0.5)
        taken.click(taken.page.get_by_role("link", name="Les six prochaines heures"))
        shown = [number(text) for text in taken.page.locator("#forecast tbody td:nth-child(3)").all_inner_texts()]
        assert shown == pytest.approx([step["precipitation_mm"] for step in steps], abs=0.05)


def test_an_operator_sees_what_is_out_of_order(site: Site) -> None:
    going_on = site.history.sql("SELECT * FROM mart.outage WHERE is_going_on ORDER BY observed_s DESC")
    with way(site) as taken:
        broken, longest, without_contact = taken.figures("operators")
        assert number(broken[0]) == counted(site, "status = 'OUTOFORDER'")
        assert number(without_contact[0]) == counted(site, "status = 'UNKNOWN'")
        if going_on:
            station = one(site, "SELECT * FROM clean.station WHERE station_id = %(id)s", id=going_on[0]["station_id"])
            assert station["station_name"] in longest[1]
            assert number(longest[0]) == round(going_on[0]["observed_s"] / span(longest[0]))  # type: ignore[operator]
        else:
            assert longest[0] == "0"
        taken.click(taken.page.get_by_role("link", name="La carte de ce qui est hors service"))
        assert taken.page.locator("#status").input_value() == "out_of_order"
        expect(taken.page.locator("#out_of_order")).to_have_text(broken[0])


def span(text: str) -> int:
    """Seconds of the unit of a duration."""
    return {"min": 60, "h": 3600, "j": 86400}[text.split()[-1]]


def test_a_planner_finds_the_most_saturated_arrondissement(site: Site) -> None:
    worst = one(site, SATURATION)
    with way(site) as taken:
        saturated, of_paris, longest = taken.figures("planners")
        assert share(saturated[0]) == pytest.approx(worst["share"], abs=0.0006)
        assert f"du {worst['arrondissement']}e" in saturated[1].replace("1er", "1e")
        assert f"jours\u202f: {worst['n']}\u202f;" in saturated[2]
        of_city = "SELECT sum(none_free_s)::float8 / sum(free_s + none_free_s) AS share FROM mart.station_free_hourly"
        assert share(of_paris[0]) == pytest.approx(one(site, of_city)["share"], abs=0.0006)
        assert longest[0].endswith("h")
        taken.click(taken.page.get_by_role("link", name="Les heures de cet arrondissement"))
        assert taken.page.locator("#when-arrondissement").input_value() == str(worst["arrondissement"])
        hours = one(
            site,
            "SELECT count(DISTINCT extract(hour FROM hour_at AT TIME ZONE 'Europe/Paris')) AS n "
            "FROM mart.station_free_hourly WHERE arrondissement = %(n)s "
            "AND extract(isodow FROM hour_at AT TIME ZONE 'Europe/Paris') = %(weekday)s",
            n=worst["arrondissement"],
            weekday=int(taken.page.locator("#weekday").input_value()),
        )
        expect(taken.page.locator("#hours-free tbody tr")).to_have_count(hours["n"])


def test_an_insurer_reads_both_bounds_of_uptime(site: Site) -> None:
    uptime = one(site, UPTIME)
    with way(site) as taken:
        lower, upper, longest = taken.figures("insurers")
        assert share(lower[0]) == pytest.approx(uptime["lower"], abs=0.0006)
        assert share(upper[0]) == pytest.approx(uptime["upper"], abs=0.0006)
        assert uptime["lower"] < uptime["upper"]
        assert share(lower[2].split(":")[-1]) == pytest.approx(uptime["observed"], abs=0.005)
        outage = one(site, "SELECT max(observed_s) AS s FROM mart.outage")
        assert number(longest[0]) == round(outage["s"] / span(longest[0]))


def test_a_researcher_judges_the_history_and_takes_it(site: Site) -> None:
    polls = one(
        site,
        "SELECT count(*) FILTER (WHERE outcome = 'sound') AS sound, "
        "count(*) FILTER (WHERE outcome = 'refused') AS refused FROM clean.poll "
        "WHERE source = 'belib' AND fetched_at::date = CAST(%(at)s AS timestamptz)::date - 1",
    )
    with way(site) as taken:
        observed, used, gap = taken.figures("researchers")
        assert share(observed[0]) == pytest.approx(one(site, UPTIME)["observed"], abs=0.0006)
        assert number(used[0]) == polls["sound"] > 0
        assert used[2].startswith(f"refusés\u202f: {polls['refused']}\u202f;")
        assert gap[0].endswith(("min", "h"))
        with taken.page.expect_download() as waited:
            taken.click(taken.page.get_by_role("link", name="heure par heure"))
        rows = pl.read_parquet(io.BytesIO(Path(waited.value.path()).read_bytes()))
        since = site.at - timedelta(days=7)
        hours = one(site, "SELECT count(*) AS n FROM mart.station_availability_hourly WHERE hour_at >= %(s)s", s=since)
        assert len(rows) == hours["n"] > 0


def test_an_app_maker_gets_json(site: Site) -> None:
    bastille = {"latitude": 48.853, "longitude": 2.369}
    nearest = site.history.sql(NEAREST_FREE, at=site.at, radius=1000, **bastille)
    with way(site) as taken:
        age, stations, lost = taken.figures("developers")
        assert age[0].split() == ["4", "min"]
        assert number(stations[0]) == one(site, f"SELECT count(DISTINCT station_id) AS n FROM ({PRESENT}) AS p")["n"]
        assert number(lost[0]) == counted(site, "status IS NULL")
        assert site.complaints == []
        taken.click(taken.page.get_by_role("link", name="Libre près de Bastille (JSON)"))
        site.complaints.clear()  # beside JSON the browser looks for an icon, which there is none of
        told = json.loads(taken.page.locator("pre").inner_text())
        assert [item["address"] or item["station_name"] for item in told["items"]] == [row["name"] for row in nearest]
        assert told["age_s"] >= 240


def test_a_tourist_reads_english_and_finds_a_fast_point(site: Site) -> None:
    with way(site, "en-GB", "For whom") as taken:
        fast, faster, single = taken.figures("tourists")
        assert number(fast[0]) == counted(site, "status = 'AVAILABLE' AND power_kw >= 22")
        assert number(faster[0]) == counted(site, "status = 'AVAILABLE' AND power_kw >= 50")
        assert number(single[0]) == counted(site, "status = 'AVAILABLE' AND accepts_single_payment")
        taken.click(taken.page.get_by_role("link", name="The map, 22 kW and more"))
        expect(taken.page.locator("#power")).to_have_value("22")
        expect(taken.page.locator("#available")).to_have_text(fast[0])
        expect(taken.page.locator(".available dt")).to_have_text("free")


def test_a_part_that_fails_costs_no_other(site: Site) -> None:
    page = site.open("?lang=fr")
    page.route("**/v1/outages**", lambda route: route.fulfill(status=503, json={"detail": "The query took too long."}))
    page.get_by_role("link", name="Pour qui", exact=True).click()
    expect(page.locator("#trouble")).to_contain_text("la base de données ne répond pas")
    expect(page.locator("#planners > div")).to_have_count(3)
    expect(page.locator("#operators > div")).to_have_count(0)


def test_an_api_that_is_away_is_said_and_nothing_else(site: Site) -> None:
    page = site.open("?lang=en")
    page.route("**/v1/**", lambda route: route.fulfill(status=503, json={"detail": "PostgreSQL does not answer."}))
    page.get_by_role("link", name="For whom", exact=True).click()
    expect(page.locator("#trouble")).to_contain_text("the database does not answer")
    page.wait_for_load_state("networkidle")
    assert site.complaints
    assert all(complaint.startswith("Failed to load resource") for complaint in site.complaints)


def test_before_the_first_statistics_the_cards_say_so(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url, autocommit=True) as connection:
        connection.execute("TRUNCATE mart.station_rhythm, mart.station_period, mart.outage, mart.weather_effect")
    page = own_site.open("?lang=en#view=audiences")
    for audience, count in (("drivers", 1), ("operators", 1), ("planners", 3), ("insurers", 3), ("researchers", 1)):
        missing = page.locator(f"#{audience} > div", has_text="Statistics are made at night; there are none yet.")
        expect(missing).to_have_count(count)
        expect(missing.locator("dd.value")).to_have_text(["–"] * count)
    expect(page.locator("#trouble")).to_be_hidden()
    assert own_site.complaints == []
