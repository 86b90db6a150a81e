"""Jobs: which assets are made together, in one process."""

import dagster as dg

from belib_platform.assets.partitions import ANEW_TAG

CHAIN = [
    "raw_belib",
    "raw_belib_latest",
    "charge_point_status",
    "poll",
    "charge_point_day",
    "charge_point",
    "station",
    "station_availability_hourly",
]
"""From one poll of the feed to the mart."""

DERIVED = [
    "charge_point_status",
    "poll",
    "charge_point_day",
    "charge_point",
    "station",
    "weather_forecast",
    "station_availability_hourly",
]
"""Everything that can be made again from raw."""

QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
"""What happens in a run is read in Dagster's UI; the terminal and the daemon's log hear of errors only."""

CADENCED_RUN_S = 240
"""A run of the chain is ended before the next is due."""

belib_five_minutely = dg.define_asset_job(
    "belib_five_minutely",
    selection=CHAIN,
    tags={"dagster/max_runtime": str(CADENCED_RUN_S)},
    config=QUIET,
    description="Ask the feed once and carry what it said through to the mart.",
)

weather_hourly = dg.define_asset_job(
    "weather_hourly",
    selection=["raw_meteo", "weather_forecast"],
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Ask for the forecast once an hour.",
)

static_daily = dg.define_asset_job(
    "static_daily",
    selection=["raw_belib_static", "charge_point_day", "charge_point", "station"],
    tags={"dagster/max_runtime": "900"},
    config=QUIET,
    description="Ask for the static set once a day.",
)

close_day_daily = dg.define_asset_job(
    "close_day_daily",
    selection=DERIVED,
    tags={ANEW_TAG: "true", "dagster/max_runtime": "3600"},
    config=QUIET,
    description="Fold the day that is over once more from its pages, compare, and refresh everything after it.",
)

rebuild = dg.define_asset_job(
    "rebuild",
    selection=DERIVED,
    config=QUIET,
    description="Make days again from raw; what is up to date stays as it is.",
)

archive_daily = dg.define_asset_job(
    "archive_daily",
    selection=["archive_belib", "retired_day"],
    tags={"dagster/max_runtime": "7200"},
    config=QUIET,
    description="Archive the day that is over and those that changed since; old pages leave raw where that is set.",
)

JOBS = [belib_five_minutely, weather_hourly, static_daily, close_day_daily, rebuild, archive_daily]
