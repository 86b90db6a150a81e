"""Jobs: which assets are made together, in one process."""

import dagster as dg

from belib_platform.assets.partitions import FULL_REFRESH_TAG
from belib_platform.contracts.contract import name
from belib_platform.contracts.tables import INDICES
from belib_platform.exports.exported import EXPORTED
from belib_platform.search.hourly_index import HOURLY
from belib_platform.search.present_index import PRESENT
from belib_platform.sources.registry import asked_by
from belib_platform.warehouse.bike_tomorrow import BIKE_TOMORROW
from belib_platform.warehouse.registry import MADE_TABLES, made_of, records, statistics

SEARCHED = [name(index) for index in INDICES]
"""The indices: made last, nothing depends on them, and each run restores what was lost of any."""

DERIVED = [table.name for table in MADE_TABLES]
"""Every table that can be made again from raw."""

OF_DAYS = [table.name for table in MADE_TABLES if table not in statistics()]
"""Those that a rebuild makes of each stretch of its days; statistics are made once, after the last stretch."""


def live_tables(*collections: str) -> list[str]:
    """The tables to make when a job has kept new responses in these collections of raw."""
    return [
        table.name
        for table in MADE_TABLES
        if table.is_live and {source.collection for source in table.sources} & {*collections}
    ]


def chain(job: str, *latest: str) -> list[str]:
    """From one poll of a feed to the indices.

    These are what this job asks, its latest documents, and all live tables and indices made of it.
    """
    asked = asked_by(job)
    tables = made_of(asked)
    made = {table.contract for table in tables}
    indices = [name(index.contract) for index in (*HOURLY, *PRESENT) if index.table in made]
    return [*asked, *latest, *(table.name for table in tables), *indices]


CHAIN = [*chain("belib_five_minutely", "raw_belib_latest"), "belib_arrondissements"]
"""From one poll of the feed of charge points to the mart and the indices."""

BIKE_CHAIN = chain("velib_five_minutely", "raw_velib_latest")
"""From one poll of the feed of bike stations to the mart and the indices."""

CLOSED = [table.name for table in MADE_TABLES if table not in records()]
"""What is refreshed when a day is over: all but what was told on that day and stays as it was told."""

ARCHIVED = ["archive_belib", "retired_day"]
"""Raw kept a second time, and what left MongoDB for it; a nightly matter."""

EXPORTS = [*(table.asset for table in EXPORTED), "episode_export", "data_card"]
"""Files made of tables."""

QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
"""What happens in a run is read in Dagster's UI; the terminal and the daemon's log hear of errors only."""

SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Whoever starts the run says in a sentence what failed; a trace on the terminal would hide it."""

CADENCED_RUN_S = 240
"""A run of the chain is ended before the next is due."""

belib_five_minutely = dg.define_asset_job(
    "belib_five_minutely",
    selection=CHAIN,
    tags={"dagster/max_runtime": str(CADENCED_RUN_S)},
    config=QUIET,
    description="Ask the feed of charge points once and carry what it said through to the mart and the indices.",
)

velib_five_minutely = dg.define_asset_job(
    "velib_five_minutely",
    selection=BIKE_CHAIN,
    tags={"dagster/max_runtime": str(CADENCED_RUN_S)},
    config=QUIET,
    description="Ask the feed of bike stations once and carry what it said through to the mart and the indices.",
)

weather_hourly = dg.define_asset_job(
    "weather_hourly",
    selection=[*asked_by("weather_hourly"), *live_tables(*asked_by("weather_hourly"))],
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Ask for the forecast once an hour.",
)

static_daily = dg.define_asset_job(
    "static_daily",
    selection=[
        *asked_by("static_daily"),
        *(table.name for table in made_of(asked_by("static_daily"), whole_only=True)),
        "belib_arrondissements",
    ],
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Ask for the static set and the borders once a day.",
)

bike_tomorrow_daily = dg.define_asset_job(
    "bike_tomorrow_daily",
    selection=[BIKE_TOMORROW.name],
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Say how long each bike station is expected to be empty and full tomorrow.",
)

close_day_daily = dg.define_asset_job(
    "close_day_daily",
    selection=[*CLOSED, *SEARCHED, *EXPORTS],
    tags={FULL_REFRESH_TAG: "true", "dagster/max_runtime": "3600"},
    config=QUIET,
    description="Fold yesterday again from its responses, compare, refresh everything after it, and export.",
)

rebuild = dg.define_asset_job(
    "rebuild",
    selection=[*DERIVED, *SEARCHED],
    tags={"dagster-celery/queue": "rebuild"},  # where Celery executes runs: beside polls, which need not wait for these
    config=QUIET,
    description="Make days again from raw; what is up to date stays as it is.",
)

fill_search = dg.define_asset_job(
    "fill_search",
    selection=SEARCHED,
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Fill the search indices from the tables, after the search layer lost them.",
)

export = dg.define_asset_job(
    "export",
    selection=EXPORTS,
    config=QUIET,
    description="Write the tables to files; those that would be the same stay as they are.",
)

archive_daily = dg.define_asset_job(
    "archive_daily",
    selection=ARCHIVED,
    tags={"dagster/max_runtime": "7200"},
    config=QUIET,
    description="Archive yesterday and the days that gained responses since, compare older days in turn, and retire "
    "old responses from raw where BELIB_RAW_RETENTION_DAYS is set.",
)

JOBS = [
    belib_five_minutely,
    velib_five_minutely,
    weather_hourly,
    static_daily,
    bike_tomorrow_daily,
    close_day_daily,
    rebuild,
    fill_search,
    export,
    archive_daily,
]
