"""Questions that dashboards and reports ask, over all days that the tables hold, and how long each takes."""

import statistics
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import psycopg

from belib_platform_tests.bench.results import Row

GROUP = "A query over these days, warm"
TIMES = 200


class Query(NamedTuple):
    """A question by its name; `%(…)s` are the bounds of the days, a month in them, a station and a charge point."""

    name: str
    sql: str


QUERIES = (
    Query(
        "one station by hour of the week",
        """
        SELECT extract(isodow FROM local_at) AS weekday, extract(hour FROM local_at) AS hour,
               sum(available_s)::float / nullif(sum(point_count * 3600 - unobserved_s), 0) AS available
        FROM (SELECT *, hour_at AT TIME ZONE 'Europe/Paris' AS local_at FROM mart.station_availability_hourly
              WHERE station_id = %(station)s AND hour_at >= %(first)s AND hour_at < %(end)s) AS hours
        GROUP BY 1, 2
        """,
    ),
    Query(
        "the city by date",
        """
        SELECT local_date, sum(charging_s)::float / nullif(sum(available_s + charging_s), 0) AS occupancy,
               sum(out_of_order_s) / 86400.0 AS points_out_of_order, max(temperature_c) AS temperature_c
        FROM mart.city_daily WHERE local_date >= %(first)s AND local_date < %(end)s
        GROUP BY 1 ORDER BY 1
        """,
    ),
    Query(
        "the 20 most saturated stations of a month",
        """
        SELECT station_id, station_name, saturated_s / 3600.0 AS saturated_hours
        FROM (SELECT station_id, sum(no_point_free_s) AS saturated_s FROM mart.station_availability_hourly
              WHERE hour_at >= %(month)s AND hour_at < %(month_end)s AND no_point_free_s > 0
              GROUP BY 1 ORDER BY 2 DESC LIMIT 20) AS most
        JOIN clean.station USING (station_id) ORDER BY 3 DESC
        """,
    ),
    Query(
        "every status of one charge point",
        """
        SELECT first_seen_at, last_seen_at, status FROM clean.charge_point_status
        WHERE charge_point_id = %(point)s AND first_seen_at >= %(first)s AND first_seen_at < %(end)s
        ORDER BY first_seen_at
        """,
    ),
    Query(
        "an arrondissement on weekday evenings, with rain and without",
        """
        SELECT precipitation_mmh > 0 AS rain, sum(charging_s)::float / nullif(sum(available_s + charging_s), 0)
        FROM mart.station_availability_hourly
        WHERE arrondissement = %(arrondissement)s AND hour_at >= %(first)s AND hour_at < %(end)s
          AND extract(isodow FROM hour_at AT TIME ZONE 'Europe/Paris') < 6
          AND extract(hour FROM hour_at AT TIME ZONE 'Europe/Paris') BETWEEN 17 AND 20
        GROUP BY 1
        """,
    ),
    Query(
        "the feed's polls by month: sound, unknown, fresh",
        """
        SELECT date_trunc('month', fetched_at) AS month, count(*) AS polls,
               count(*) FILTER (WHERE outcome = 'sound') AS sound, avg(unknown_ratio) AS unknown,
               avg(fresh_ratio) AS fresh
        FROM clean.poll WHERE source = 'belib' AND fetched_at >= %(first)s AND fetched_at < %(end)s
        GROUP BY 1 ORDER BY 1
        """,
    ),
)


def query_rows(url: str, first_day: date, days: int) -> Iterator[Row]:
    """Two rows a query, the median and the 99th percentile, in milliseconds from the question to the last row."""
    # planned each time with its values, as what a dashboard sends is: one plan for all values of a range is a bad one
    with psycopg.connect(url, prepare_threshold=None) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        values = _values(connection, first_day, first_day + timedelta(days=days))
        for query in QUERIES:
            taken, count = _measured(connection, query, values)
            yield Row(GROUP, f"{query.name}, p50", [statistics.median(taken)], "ms", f"{count:,} rows, {TIMES} runs")
            yield Row(GROUP, f"{query.name}, p99", [statistics.quantiles(taken, n=100)[98]], "ms")


def _values(connection: psycopg.Connection, first: date, end: date) -> dict[str, object]:
    """A month in the middle, the largest station and its arrondissement, the charge point with the most changes."""
    month = first + (end - first) // 2
    station = connection.execute(
        "SELECT station_id, arrondissement FROM clean.station ORDER BY point_count DESC, 1 LIMIT 1"
    ).fetchone()
    point = connection.execute(
        "SELECT charge_point_id FROM clean.charge_point_status GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    ).fetchone()
    if station is None or point is None:
        raise AssertionError("the tables are empty")
    return {
        "first": first,
        "end": end,
        "month": month,
        "month_end": min(month + timedelta(days=31), end),
        "station": station[0],
        "arrondissement": station[1],
        "point": point[0],
    }


def _measured(connection: psycopg.Connection, query: Query, values: dict[str, object]) -> tuple[list[float], int]:
    """Milliseconds of each run after a first one, and how many rows there are."""
    count = len(connection.execute(query.sql, values).fetchall())
    if not count:
        raise AssertionError(f"{query.name}: no rows")
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        connection.execute(query.sql, values).fetchall()
        taken.append(1000 * (time.perf_counter() - began))
    return taken, count
