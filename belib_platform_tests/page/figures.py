"""The figures of Maintenant: what the page shows, and what the warehouse has."""

import re

from playwright.sync_api import Page

from belib_platform_tests.page.conftest import Site

COUNTS = """
SELECT count(*) FILTER (WHERE status = 'AVAILABLE') AS available,
       count(*) FILTER (WHERE status = 'CHARGING') AS charging,
       count(*) FILTER (WHERE status = 'OUTOFORDER') AS out_of_order,
       count(*) FILTER (WHERE status = 'UNKNOWN' OR status IS NULL) AS unknown
FROM (SELECT DISTINCT ON (charge_point_id) CASE WHEN holds_until >= %(at)s THEN status END AS status, charge_point_id
      FROM clean.charge_point_status
      WHERE first_seen_at <= %(at)s AND first_seen_at >= CAST(%(at)s AS timestamptz) - interval '1 day'
      ORDER BY charge_point_id, first_seen_at DESC) AS present
JOIN clean.charge_point USING (charge_point_id)
WHERE %(power)s::float8 IS NULL OR power_kw >= %(power)s
"""

FIGURES = ("available", "charging", "out_of_order", "unknown")


def shown(page: Page) -> dict[str, int]:
    """The figures on the page, whatever separates their thousands."""
    texts = {name: page.locator(f"#{name}").inner_text() for name in FIGURES}
    return {name: int(re.sub(r"\D", "", text)) for name, text in texts.items()}


def expected(site: Site, power: float | None = None) -> dict[str, object]:
    [counts] = site.history.sql(COUNTS, at=site.at, power=power)
    return counts
