"""Vélib' in the warehouse, and the numbers that the page writes."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from belib_platform_tests.page.conftest import Site

PRESENT = """
SELECT *, CASE WHEN is_reporting IS NULL THEN 'unobserved' WHEN NOT is_reporting THEN 'not_reporting'
    WHEN is_installed AND is_renting AND is_returning THEN 'open' ELSE 'closed' END AS state,
    CASE WHEN is_reporting AND is_installed AND is_renting THEN mechanical + ebike ELSE 0 END AS bike,
    CASE WHEN is_reporting AND is_installed AND is_renting THEN ebike ELSE 0 END AS electric,
    CASE WHEN is_reporting AND is_installed AND is_returning THEN docks ELSE 0 END AS dock,
    coalesce('Paris ' || arrondissement || 'e', commune) AS area
FROM (SELECT DISTINCT ON (station_code) * FROM clean.bike_station_status WHERE first_seen_at <= %(at)s
      AND first_seen_at >= date_trunc('day', CAST(%(at)s AS timestamptz)) - interval '1 day'
      ORDER BY station_code, first_seen_at DESC) AS newest
JOIN clean.bike_station USING (station_code)
WHERE holds_until >= %(at)s
"""

RHYTHM = """
SELECT weekday, hour, sum(open_s - no_{what}_s)::float8 / nullif(sum(open_s), 0) AS share,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS mean
FROM mart.bike_rhythm JOIN clean.bike_station USING (station_code)
WHERE %(in)s::int IS NULL OR arrondissement = %(in)s GROUP BY 1, 2 ORDER BY 1, 2
"""

DATES = """
SELECT {key} AS key, sum(out_lower)::int AS taken, sum(in_lower)::int AS returned,
    (sum(rebalanced_out) + sum(rebalanced_in))::int AS carried,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS bikes,
    sum(dock_mean * open_s)::float8 / nullif(sum(open_s), 0) AS docks,
    sum(no_bike_s)::float8 / nullif(sum(open_s), 0) AS empty, sum(no_dock_s)::float8 / nullif(sum(open_s), 0) AS full,
    sum(open_s)::float8 / sum(station_count * hours * 3600) AS open,
    sum(closed_s)::float8 / sum(station_count * hours * 3600) AS closed,
    sum(not_reporting_s)::float8 / sum(station_count * hours * 3600) AS not_reporting,
    sum(open_s + closed_s + not_reporting_s)::float8 / sum(station_count * hours * 3600) AS observed,
    max(station_count)::int AS stations, count(*)::int AS n, max(temperature_c) AS temperature
FROM mart.bike_city_daily WHERE %(area)s::text IS NULL OR area = %(area)s GROUP BY 1 ORDER BY 1
"""

HOURS = """
SELECT {key} AS key, sum(out_lower)::int AS taken, sum(in_lower)::int AS returned,
    sum(bike_mean * open_s)::float8 / nullif(sum(open_s), 0) AS bikes,
    count(*) FILTER (WHERE open_s > 0)::int AS stations, count(*)::int AS n,
    sum(no_bike_s)::float8 / nullif(sum(open_s), 0) AS empty, sum(no_dock_s)::float8 / nullif(sum(open_s), 0) AS full,
    avg(closed_s)::float8 / 3600 AS closed, avg(not_reporting_s)::float8 / 3600 AS not_reporting,
    avg(unobserved_s)::float8 / 3600 AS unobserved
FROM mart.bike_availability_hourly WHERE hour_at >= %(since)s AND insee_code = %(area)s GROUP BY 1 ORDER BY 1
"""

WHOLE, EXACT = 0.5001, 0.0501
"""By how much a number of the page may differ from the one it was rounded from, in per cent or in tenths."""


def number(text: str) -> float | None:
    """The number that a French text begins with; None where it says that nobody knows."""
    if text.startswith("–"):
        return None
    found = re.match(r"[^\d-]*(-?[\d\u202f\u00a0]+(?:,\d+)?)", text)
    assert found, text
    return float(re.sub(r"[\u202f\u00a0]", "", found[1]).replace(",", "."))


def share(value: float | None, most: float = EXACT) -> Any:
    """A share as the page has it, in per cent."""
    return value if value is None else pytest.approx(100 * value, abs=most)


def tenth(value: float | None) -> Any:
    return value if value is None else pytest.approx(value, abs=EXACT)


def rows_of(site: Site, query: str, **parameters: object) -> list[dict[str, Any]]:
    """The rows of a query, whose values may be anything."""
    return site.history.sql(query, **parameters)


def present(site: Site) -> list[dict[str, Any]]:
    return site.history.sql(PRESENT, at=site.at)


def newest_at(site: Site) -> datetime:
    """When the newest response of Vélib' was requested."""
    [row] = site.history.sql("SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'velib' AND is_folded")
    at = row["at"]
    assert isinstance(at, datetime)
    return at


def busiest(site: Site) -> int:
    """The arrondissement with most stations."""
    [row] = site.history.sql(
        "SELECT arrondissement AS n FROM clean.bike_station WHERE arrondissement IS NOT NULL "
        "GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    return int(str(row["n"]))


def area_names(site: Site) -> dict[str, str]:
    """Names of areas by INSEE code, as the page has them."""
    communes = site.history.sql("SELECT DISTINCT insee_code, commune FROM clean.bike_station")
    names = {str(row["insee_code"]): str(row["commune"]) for row in communes}
    return names | {str(75100 + n): f"Paris {n}{'er' if n == 1 else 'e'}" for n in range(1, 21)}


def figures(page: Page) -> list[float | None]:
    return [number(page.locator(f"#{name}").inner_text()) for name in ("bikes", "ebikes", "docks", "not_open")]


def counted(stations: Iterable[dict[str, Any]]) -> list[float | None]:
    rows = list(stations)
    sums = [sum(row[name] for row in rows) for name in ("bike", "electric", "dock")]
    return [*sums, sum(row["state"] != "open" for row in rows)]
