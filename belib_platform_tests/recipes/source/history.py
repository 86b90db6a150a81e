"""A source's history from end to end: polled by its job, imported from recordings, archived, lost and restored."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from belib_platform.assets.requests import ONLY_TAG
from belib_platform.definitions import defs
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.due import archive_days
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings
from belib_platform_tests.raw.archive.days import documents, lose

TODAY = datetime.now(UTC).date()
DAYS_AGO = 3
RECORDED = TODAY - timedelta(days=DAYS_AGO)


def kept(recordings: Path) -> dict[str, Any]:
    """What each step left behind; `recordings` is a folder of recordings of one day."""
    settings, store = load_settings(), MongoResource().store()
    with dg.DagsterInstance.ephemeral() as instance:
        polled = defs.resolve_job_def("static_daily").execute_in_process(
            instance=instance, partition_key=TODAY.isoformat(), tags={ONLY_TAG: "bicycle_counters"}
        )
    imported = import_recordings(find_recordings(recordings), settings, store)
    responses = list(store.responses("raw_bicycle_counters").all_responses(RECORDED, TODAY))
    days, archive = [RECORDED, TODAY], archive_of(settings)
    before = documents(store, RECORDED, TODAY)
    archived = archive_days(archive, store, days, TODAY + timedelta(days=1))
    lose(store)
    lost = documents(store, RECORDED, TODAY)
    restored = [sorted(restore_day(archive, store, day)) for day in days]
    return {
        "is_polled": polled.success,
        "imported": imported.new,
        "refused": [str(refused) for refused in imported.refused],
        "responses": [(response.origin, response.verdict, response.record_count) for response in responses],
        "archived": [str(entry.day) for entry in archived.entries if entry.pages.get("raw_bicycle_counters")],
        "are_lost": not any(lost.values()),
        "restored": restored,
        "are_equal": documents(store, RECORDED, TODAY) == before,
    }
