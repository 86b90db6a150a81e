"""The code location: every asset, check, job, schedule and resource of the platform."""

import dagster as dg

from belib_platform.assets import archive, clean, mart, raw
from belib_platform.io_managers.mongo import MongoLatestIOManager, MongoPagesIOManager
from belib_platform.io_managers.postgres import PostgresIOManager
from belib_platform.jobs import JOBS
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.schedules import SCHEDULES

mongo = MongoResource()
postgres = PostgresResource()

defs = dg.Definitions(
    assets=dg.with_source_code_references(
        [
            raw.raw_belib,
            raw.raw_belib_static,
            raw.raw_meteo,
            raw.raw_belib_latest,
            clean.charge_point_status,
            clean.poll,
            clean.charge_point_day,
            clean.charge_point,
            clean.station,
            clean.weather_forecast,
            mart.station_availability_hourly,
            archive.archive_belib,
            archive.retired_day,
        ]
    ),
    jobs=JOBS,
    schedules=SCHEDULES,
    resources={
        "mongo": mongo,
        "postgres": postgres,
        "mongo_pages_io_manager": MongoPagesIOManager(mongo=mongo),
        "mongo_latest_io_manager": MongoLatestIOManager(mongo=mongo),
        "postgres_io_manager": PostgresIOManager(postgres=postgres),
    },
    executor=dg.in_process_executor,
)
