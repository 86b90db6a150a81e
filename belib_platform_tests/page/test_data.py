"""The view of the data and their quality: its figures are those of the warehouse, and its links lead somewhere."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from belib_platform.page.words.data import WORDS
from belib_platform.raw.archive.archive import archive_day, archive_of
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.page.conftest import Site, opened
from belib_platform_tests.page.test_reliability import cells, numbers
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live

pytestmark = pytest.mark.slow

POLLS = """
SELECT source, fetched_at::date AS utc_date, count(*) FILTER (WHERE outcome = 'sound')::int AS sound,
    count(*) FILTER (WHERE outcome = 'refused')::int AS refused,
    count(*) FILTER (WHERE outcome NOT IN ('sound', 'refused'))::int AS failed,
    count(*) FILTER (WHERE source IN ('belib', 'velib') AND gap > interval '45 minutes')::int AS gaps,
    extract(epoch FROM max(gap))::float8 AS longest_s
FROM clean.poll LEFT JOIN (
    SELECT source, fetched_at, fetched_at - lag(fetched_at) OVER (PARTITION BY source ORDER BY fetched_at) AS gap
    FROM clean.poll WHERE outcome = 'sound'
) AS sound USING (source, fetched_at)
GROUP BY 1, 2
"""

HOPS = """
SELECT to_char(at AT TIME ZONE 'Europe/Paris', 'HH24:MI') AS clock
FROM (
    SELECT 1 AS n, newest_source_updated_at AS at FROM (
        SELECT * FROM clean.poll WHERE source = 'belib' AND outcome = 'sound' ORDER BY fetched_at DESC LIMIT 1
    ) AS newest
    UNION ALL SELECT 2, max(fetched_at) FROM clean.poll WHERE source = 'belib' AND outcome = 'sound'
    UNION ALL SELECT 3, max(written_at) FROM clean.written_window WHERE asset = 'charge_point_status'
) AS hops ORDER BY n
"""

COVERAGE = """
SELECT 1 - sum(unobserved_s)::float8 / (sum(point_count) * 3600) AS share, arrondissement
FROM mart.station_availability_hourly GROUP BY GROUPING SETS ((arrondissement), ()) ORDER BY arrondissement NULLS FIRST
"""

SOURCES = {
    WORDS[f"source_{name}"].fr: name for name in ("belib", "velib", "belib_static", "arrondissements", "open_meteo")
}


def in_words(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{round(minutes / 60)} h"


def expected_polls(history: History) -> dict[tuple[object, object], list[str]]:
    """The lines of the cell of each source and UTC day."""
    return {
        (row["source"], str(row["utc_date"])): [
            str(row["sound"]),
            *([f"écart max. {in_words(row['longest_s'])}"] if row["longest_s"] is not None else []),  # type: ignore[arg-type]
            *([f"refusées\u202f: {row['refused']}"] if row["refused"] else []),
            *([f"échecs\u202f: {row['failed']}"] if row["failed"] else []),
            *([f"trous\u202f: {row['gaps']}"] if row["gaps"] else []),
        ]
        for row in history.sql(POLLS)
    }


def assert_polls_are_those_of_the_warehouse(site: Site, page: Page) -> None:
    expected = expected_polls(site.history)
    days = [f"2025-03-{day}" for day in range(24, 31)]
    heads = page.locator("#polls thead th").all_inner_texts()[1:]
    assert [numbers(head)[0] for head in heads] == [float(day[-2:]) for day in days]
    rows = page.locator("#polls tbody tr").all()
    assert {row.locator("th").inner_text() for row in rows} == {
        name for name, source in SOURCES.items() if any(found == source for found, _ in expected)
    }
    for row in rows:
        source = SOURCES[row.locator("th").inner_text()]
        for day, cell in zip(days, row.locator("td").all(), strict=True):
            lines = cell.locator("strong, small").all_inner_texts() or [cell.inner_text()]
            assert lines == expected.get((source, day), ["–"])
            assert bool(re.search("unknown", cell.get_attribute("class") or "")) == ((source, day) not in expected)


def test_polls_are_those_of_the_warehouse(site: Site) -> None:
    page = site.open("?lang=fr#view=data")
    assert_polls_are_those_of_the_warehouse(site, page)
    assert cells(page, "polls")[0][0] == "Statuts Belib'"
    assert site.complaints == []


def test_holes_and_failures_of_a_day_are_shown(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute(
            "DELETE FROM clean.poll "
            "WHERE source = 'belib' AND fetched_at BETWEEN '2025-03-30 06:00Z' AND '2025-03-30 12:00Z'"
        )
        connection.execute(
            "UPDATE clean.poll SET outcome = 'failed' "
            "WHERE source = 'belib' AND fetched_at BETWEEN '2025-03-30 15:00Z' AND '2025-03-30 17:00Z'"
        )
        connection.execute("DELETE FROM clean.poll WHERE source = 'open_meteo' AND fetched_at < '2025-03-30 00:00Z'")
    page = own_site.open("?lang=fr#view=data")
    assert_polls_are_those_of_the_warehouse(own_site, page)
    assert {"trous\u202f: 2", "échecs\u202f: 8", "écart max. 6 h"} <= set(
        page.locator("#polls small").all_inner_texts()
    )


def test_hops_are_those_of_the_warehouse(site: Site) -> None:
    shown = cells(site.open("?lang=fr#view=data"), "hops")
    assert [row["clock"] for row in site.history.sql(HOPS)] == [at.rpartition(" ")[2] for _, at, _ in shown]
    assert shown[1][2] == "4 min"


def test_rejected_records_are_those_of_the_warehouse(site: Site) -> None:
    rows = site.history.sql("SELECT source, rule, count(*) AS n FROM clean.rejected_record GROUP BY 1, 2 ORDER BY 1, 2")
    shown = cells(site.open("?lang=fr#view=data"), "rejected")
    assert [(SOURCES[source], rule, int(n)) for source, n, rule in shown] == [tuple(row.values()) for row in rows]
    assert rows


def test_coverage_is_that_of_the_warehouse(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        for table in ("mart.station_period", "mart.station_availability_hourly"):
            connection.execute(
                f"UPDATE {table} SET unobserved_s = available_s + charging_s, available_s = 0, charging_s = 0 "
                "WHERE station_id = (SELECT min(station_id) FROM clean.station)"
            )
    page = own_site.open("?lang=fr#view=data")
    shown, rows = cells(page, "coverage"), own_site.history.sql(COVERAGE)
    assert len(shown) == len(rows) > 3
    for (name, share, points, stations, n), row in zip(shown, rows, strict=True):
        assert name == (f"{row['arrondissement']}e" if row["arrondissement"] else "tout Paris")
        assert numbers(share) == [round(100 * row["share"], 1)]  # type: ignore[operator]
        [counted] = own_site.history.sql(
            "SELECT count(*) AS points, count(DISTINCT station_id) AS stations FROM clean.charge_point "
            "WHERE %(n)s::int IS NULL OR arrondissement = %(n)s",
            n=row["arrondissement"],
        )
        assert (int(points), int(stations)) == (counted["points"], counted["stations"])
        assert n == "2"
    assert len({share for _, share, *_ in shown}) > 2, "nothing is unobserved"
    expect(page.locator("#coverage-says")).to_have_text("Du sam. 29 mars au dim. 30 mars (jours UTC).")


def test_the_head_of_the_archive_is_that_of_its_manifest(
    history: History, running: Browser, tmp_path: Path, store: RawStore
) -> None:
    with opened(history, running, tmp_path) as site:
        page = site.open("?lang=fr#view=data")
        expect(page.locator("#archive-says")).to_contain_text("personne ne connaît l'empreinte")
        expect(page.locator("#archive-head")).to_have_text("")
    day = history.paris.first_day
    store.keep(BELIB.collection, [response([live(0)], datetime.combine(day, time(12), UTC))])
    archive = archive_of(SETTINGS.model_copy(update={"home": tmp_path}))
    archive_day(archive, store, day)
    with opened(history, running, tmp_path) as site:
        page = site.open("?lang=fr#view=data")
        expect(page.locator("#archive-says")).to_have_text("Dernier jour archivé (UTC) : sam. 29 mars")
        expect(page.locator("#archive-head")).to_have_text(str(archive.chain().head))


def test_every_link_leads_to_what_it_says(site: Site) -> None:
    page = site.open("?lang=fr#view=data")
    links = page.locator("#view-data a").all()
    types = {"CSV": "text/csv", "GeoJSON": "application/geo+json", "Parquet": "application/vnd.apache.parquet"}
    for link in links:
        answer = httpx.get(f"{site.url}/{link.get_attribute('href')}", timeout=60)
        assert answer.status_code == 200, link.get_attribute("href")
        assert types.get(link.inner_text(), "") in answer.headers["content-type"]
    assert {"CSV", "GeoJSON", "Parquet", "OpenAPI", "OCPI 2.3.0"} <= {link.inner_text() for link in links}


def test_the_terms_of_all_sources_are_named(site: Site) -> None:
    page = site.open("?lang=fr#view=data")
    said = " ".join(page.locator("#licences li").all_inner_texts())
    assert all(name in said for name in ("Belib'", "Vélib'", "Open-Meteo", "Borders of the arrondissements"))
    assert page.locator("#licences li").count() == 4


def test_nothing_rejected_and_no_statistics_are_said(own_site: Site) -> None:
    with psycopg.connect(own_site.history.url) as connection:
        connection.execute("TRUNCATE clean.rejected_record, mart.station_period")
    page = own_site.open("?lang=en#view=data")
    expect(page.locator("#rejected-missing")).to_have_text("No record was rejected in seven days.")
    expect(page.locator("#coverage-missing")).to_have_text("Statistics are made at night; there are none yet.")
    expect(page.locator("#coverage-says")).to_have_text("")
    assert own_site.complaints == []
