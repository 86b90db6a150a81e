"""A code location that loads at once. Its jobs ask nobody: they keep answers of weather, and fail at the portal."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
from pymongo import MongoClient

from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.made_pages import response

PORTAL = "opendata.paris.fr cannot be reached: this is a stand-in"
TODAY = dg.DailyPartitionsDefinition(start_date=date(2026, 1, 1).isoformat(), timezone="UTC", end_offset=1)


@dg.asset
def stand_in() -> None:
    """Nothing, made."""


def job(name: str) -> dg.JobDefinition:
    """A job of this name that does what a run of it would leave in raw."""

    @dg.op(name=f"asks_by_{name}")
    def asks(context: dg.OpExecutionContext) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(os.environ["BELIB_MONGO_URL"], tz_aware=True)
        with client:
            store = RawStore(client.get_default_database())
            for number, source in enumerate(context.run.tags["belib/only"].split(",")):
                at = datetime.now(UTC) + timedelta(milliseconds=number)
                store.ledger.begin(source, at, "poll")
                if name == "weather_hourly":
                    store.keep("raw_meteo", [response([{}] * 168, at, source=source)])
                else:
                    store.ledger.end(source, at, "failed", reason=PORTAL)

    @dg.job(name=name, partitions_def=TODAY)
    def made() -> None:
        asks()

    return made


defs = dg.Definitions(
    assets=[stand_in],
    jobs=[job(name) for name in ("belib_five_minutely", "static_daily", "weather_hourly")],
    executor=dg.in_process_executor,
)
