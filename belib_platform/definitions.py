"""The code location: every asset, check, job, schedule and resource of the platform."""

import dagster as dg

from belib_platform.assets import archive, clean, exports, mart, raw, search
from belib_platform.io_managers.elasticsearch import ElasticsearchIOManager
from belib_platform.io_managers.files import FilesIOManager
from belib_platform.io_managers.mongo import MongoLatestIOManager, MongoResponsesIOManager
from belib_platform.io_managers.postgres import PostgresIOManager
from belib_platform.jobs import JOBS
from belib_platform.recordings.inbox.job import inbox_import
from belib_platform.repair.tidy_job import tidy_daily
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.schedules import SCHEDULES
from belib_platform.sensors.alerts import SENSORS
from belib_platform.sensors.inbox import inbox_sensor
from belib_platform.sensors.lost_index import lost_index_sensor
from belib_platform.sensors.unanswered import unanswered_sensor

mongo = MongoResource()
postgres = PostgresResource()
elasticsearch = ElasticsearchResource()

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([raw, clean, mart, search, exports, archive]),
    jobs=[*JOBS, inbox_import, tidy_daily],
    schedules=SCHEDULES,
    sensors=[*SENSORS, inbox_sensor, unanswered_sensor, lost_index_sensor],
    resources={
        "mongo": mongo,
        "postgres": postgres,
        "elasticsearch": elasticsearch,
        "mongo_pages_io_manager": MongoResponsesIOManager(mongo=mongo),
        "mongo_latest_io_manager": MongoLatestIOManager(mongo=mongo),
        "postgres_io_manager": PostgresIOManager(postgres=postgres),
        "elasticsearch_io_manager": ElasticsearchIOManager(elasticsearch=elasticsearch),
        "files_io_manager": FilesIOManager(),
    },
    executor=dg.in_process_executor,
)
