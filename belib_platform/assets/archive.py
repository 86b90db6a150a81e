"""Layer `archive`: raw a second time, a file a day that any tool reads, with proof; bodies only say what meets."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import IO_RETRIES, OWNERS
from belib_platform.assets.metadata import OF_THE_ARCHIVE, explained
from belib_platform.assets.partitions import DAILY, MONTH_OF_DAYS, days_of, today
from belib_platform.checks.archived import Reported, reported, reported_retired
from belib_platform.checks.registry import check_specs
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.due import archive_days
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.archive.retiring import Retired, retire
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings

ARCHIVED: dict[str, Any] = {
    "group_name": "archive",
    "owners": OWNERS,
    "tags": {"layer": "archive"},
    "code_version": "1",
    "dagster_type": dg.Nothing,  # nothing is handed over, so that a run may be about many days
    "retry_policy": IO_RETRIES,
    "freshness_policy": dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=30)),
}


@asset(
    **ARCHIVED,
    description=explained(
        "Every closed UTC day of raw, responses and ledger, in one file of its own, read back and compared before the "
        "manifest names it. The manifest's lines are a chain of hashes, so that no day is changed or taken out later "
        "without a trace.",
        OF_THE_ARCHIVE,
    ),
    kinds={"file", "mongodb"},
    deps=COLLECTIONS,
    check_specs=check_specs("archive_belib"),
    partitions_def=DAILY,
    backfill_policy=MONTH_OF_DAYS,
)
def archive_belib(context: dg.AssetExecutionContext, mongo: MongoResource) -> Iterator[Reported]:
    """The run's days, of all others those that gained responses since, and some compared again in turn."""
    began, store, archive = time.monotonic(), mongo.store(), archive_of(load_settings())
    done = archive_days(archive, store, days_of(context), today())
    yield from reported(done, archive.chain(), time.monotonic() - began)


@asset(
    **ARCHIVED,
    description=explained(
        "Days whose responses left MongoDB for the archive, where BELIB_RAW_RETENTION_DAYS says so: each only after "
        "its file was read to the end and found equal to raw. A day noted here is never made from what is left.",
        ["retired_days"],
    ),
    kinds={"mongodb"},
    deps=[archive_belib],
    check_specs=check_specs("retired_day"),
)
def retired_day(mongo: MongoResource) -> Iterator[Reported]:
    """The days that have become too old."""
    settings = load_settings()
    days = settings.raw_retention_days
    done = retire(archive_of(settings), mongo.store(), today() - timedelta(days=days)) if days else Retired()
    yield from reported_retired(done)
