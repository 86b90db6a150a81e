"""How long a scrape takes on stores that hold a month: `python -m belib_platform_tests.bench.observing [DAYS]`."""

import re
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from pymongo import ASCENDING, MongoClient

from belib_platform.local.addresses import Addresses
from belib_platform.local.databases import ensure_database
from belib_platform.local.stores import stores
from belib_platform.local.urls import Urls
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform.raw.response import epoch_ms
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.bench.results import Row, show
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.local.homes import new_home
from belib_platform_tests.monitoring.served import served, settings_of

GROUP = "A scrape of /metrics"
SCRAPES = 20
POLLS_A_DAY = 320
CHECKS = 25
DURATION = re.compile(r'belib_store_look_duration_seconds\{store="(\w+)"\} (\S+)')

NOTES = """
    INSERT INTO clean.written_window
    SELECT asset, (current_date - d)::text, 'f', 1, 's', 10000, 3, 'r', now()
    FROM unnest(ARRAY['poll', 'charge_point_status', 'charge_point_day', 'weather_forecast',
                      'station_availability_hourly', 'city_daily']) AS asset, generate_series(1, %(days)s) AS d
"""
REJECTS = """
    INSERT INTO clean.rejected_record
    SELECT 'charge_point_status', now() - n * interval '4 minutes', 'p', n, 'status_is_known', 'belib', '{}'
    FROM generate_series(1, %(days)s * 360) AS n
"""
EVENTS = """
    INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key)
    SELECT n::text, repeat('x', 1500), 'STEP_START', now(), 's'
    FROM generate_series(1, greatest(100000, %(days)s * 3333)) AS n
"""
RUNS = """
    INSERT INTO runs (run_id, pipeline_name, status, run_body, start_time, end_time, update_timestamp)
    SELECT n::text, 'belib_five_minutely', 'SUCCESS', repeat('x', 2000), extract(epoch FROM at),
           extract(epoch FROM at) + 5, at
    FROM (SELECT n, now() - n * interval '270 seconds' AS at FROM generate_series(1, %(days)s * 320) AS n) AS past
"""
EVALUATIONS = """
    INSERT INTO asset_check_executions (asset_key, check_name, run_id, execution_status, evaluation_event)
    SELECT '["a"]', 'c' || c, n::text, 'SUCCEEDED',
           '{"dagster_event": {"event_specific_data": {"severity": {"__enum__": "X.ERROR"}, "blocking": true}}, "x": "'
           || repeat(md5(n::text), 60) || '"}'
    FROM generate_series(1, %(days)s * 288) AS n, generate_series(1, %(checks)s) AS c
"""


def fill(urls: Urls, days: int, folder: Path) -> None:
    """Put a history of so many days into each store."""
    ensure_schema(urls.postgres)
    values = {"days": days, "checks": CHECKS}
    with psycopg.connect(urls.postgres, autocommit=True) as warehouse:
        for statement in (NOTES, REJECTS):
            warehouse.execute(statement, values)
    with instance_at(urls.dagster_postgres, folder), psycopg.connect(urls.dagster_postgres, autocommit=True) as dagster:
        for statement in (EVENTS, RUNS, EVALUATIONS):
            dagster.execute(statement, values)
        dagster.execute("ANALYZE")
    now = datetime.now(UTC)
    client: MongoClient[dict[str, Any]] = MongoClient(urls.mongo)
    with client:
        ledger = client.get_default_database()["poll_attempt"]
        ledger.create_index([("fetched_at_ms", ASCENDING)])
        past = (epoch_ms(now - n * timedelta(days=1) / POLLS_A_DAY) for n in range(days * POLLS_A_DAY))
        fields = {"source": "belib", "origin": "poll", "outcome": "sound", "page_id": "p", "record_count": 2000}
        ledger.insert_many([{"_id": f"belib/{ms}", "fetched_at_ms": ms, **fields} for ms in past])


def measure(days: int) -> list[Row]:
    """Fill the stores and scrape."""
    with new_home() as home, ExitStack() as started:
        urls = started.enter_context(stores(home))
        ensure_database(urls.postgres, "belib_bench")
        urls = replace(urls, postgres=on_same_server(urls.postgres, "belib_bench"))
        fill(urls, days, Path(started.enter_context(tempfile.TemporaryDirectory())))
        settings = settings_of(urls, str(home.home))
        observer = Observer(settings, Addresses(settings), counter=PollCounter(), kept_s=0)
        running = started.enter_context(served(settings, observer))
        took, durations = [], []
        for _ in range(SCRAPES + 1):
            began = time.perf_counter()
            scraped = httpx.get(f"{running.url}/metrics", timeout=30).text
            took.append(time.perf_counter() - began)
            durations.append({store: float(seconds) for store, seconds in DURATION.findall(scraped)})
    return [
        Row(GROUP, "the first scrape", took[:1], remark="loads clients, counts the whole ledger"),
        Row(GROUP, "later scrapes", took[1:], remark=f"{len(scraped):,} characters"),
        *(Row(GROUP, f"of it, {store}", [seconds[store] for seconds in durations[1:]]) for store in durations[0]),
        Row(GROUP, "memory of the process", [psutil.Process().memory_info().rss / 2**20], "MiB", "with Dagster"),
    ]


if __name__ == "__main__":
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    told = f"Observing {days} days: {days * POLLS_A_DAY:,} attempts, {days * 288 * CHECKS:,} evaluations of checks"
    show(measure(days), told)
