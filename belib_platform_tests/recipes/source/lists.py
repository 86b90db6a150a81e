"""Every list of sources, asked whether it knows one whose responses of today, and of an earlier day, are kept."""

import json
from datetime import UTC, datetime

import dagster as dg

from belib_platform.definitions import defs
from belib_platform.local.first_data import first_days
from belib_platform.local.urls import Urls
from belib_platform.monitoring.alerts.staleness import limits
from belib_platform.monitoring.mongo import observe_mongo
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.due import days_with_responses
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.changes import Changes
from belib_platform.raw.due import sources_asked
from belib_platform.recordings.recognition import recognise
from belib_platform.recordings.time_columns import PUBLISHED_TIMES
from belib_platform.repair.doctor.ledger import unnoted_responses
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.jobs_of_sources import by_job
from belib_platform.sensors.unanswered import RARELY_ASKED
from belib_platform.settings import load_settings
from belib_platform.sources.source import Source


def that_know(source: Source) -> dict[str, bool]:
    """Whether each list knows a source that is asked once a day."""
    return {**_in_dagster(source), **_of_recordings(source), **_in_raw(source)}


def _in_dagster(source: Source) -> dict[str, bool]:
    settings, key = load_settings(), dg.AssetKey(source.collection)
    asset, graph = defs.resolve_assets_def(key), defs.resolve_asset_graph()
    job = defs.resolve_job_def(source.cadence.job)
    fresh = dg.FreshnessPolicy.time_window(fail_window=source.cadence.fresh_within(settings))
    return {
        "asset": source.description in (asset.get_asset_spec(key).description or ""),
        "freshness policy": asset.get_asset_spec(key).freshness_policy == fresh,
        "pool": asset.op.pool == source.pool,
        "job": key in job.asset_layer.executable_asset_keys,
        "job of an unanswered source": by_job([source.name]).keys() == {source.cadence.job},
        "lineage of the archive": key in graph.get(dg.AssetKey("archive_belib")).parent_keys,
        "first requests": source in sources_asked(settings),
        "unanswered sources": source.name in RARELY_ASKED,
    }


def _of_recordings(source: Source) -> dict[str, bool]:
    record = {"id_compteur": "100003096-353242251", "nom_compteur": "97 avenue Denfert Rochereau SO-NE"}
    line = json.dumps(record)
    feature = {"type": "Feature", "properties": record, "geometry": None}
    page = {"links": [{"href": f"https://opendata.paris.fr/datasets/{source.dataset}/records"}], "records": [{}]}
    bodies = {
        "JSON": f"[{line}]",
        "JSON Lines": f"{line}\n{line}\n",
        "CSV": "Identifiant du compteur;Nom du compteur\n1;2\n",
        "GeoJSON": json.dumps({"type": "FeatureCollection", "features": [feature]}),
        "a page of the API": json.dumps({"total_count": 1, "results": [record]}),
        "a page that names its data set": json.dumps({"total_count": 1, **page}),
    }
    known = {
        f"recognition of {form}": recognise(body.encode(), "").source == source.name for form, body in bodies.items()
    }
    return {**known, "columns that tell no fetch time": "nom_compteur" in PUBLISHED_TIMES}


def _in_raw(source: Source) -> dict[str, bool]:
    settings, store, now = load_settings(), MongoResource().store(), datetime.now(UTC)
    today = now.date()
    earlier = next(day for day, counts in days_with_responses(store, today).items() if counts[source.collection])
    mongo_url, postgres_url = (url.get_secret_value() for url in (settings.mongo_url, settings.postgres_url) if url)
    first = list(first_days(Urls(mongo_url, postgres_url, "", ""), archive_of(settings).folder / "none"))
    said = Changes(settings).of(store.ledger.attempts(today), now)
    found = {
        "archived collections": source.collection in COLLECTIONS and "raw_not_archived" not in COLLECTIONS,
        "staleness alerts": source in limits(settings),
        "metrics": source.collection in {table.name for table in observe_mongo(mongo_url, [], now).tables},
        "what belib up says": any(source.title in sentence for sentence in said),
    }
    store.ledger.collection.drop()
    return {
        **found,
        "first day of the data": earlier in first,
        "recorded days": earlier in store.recorded_days(earlier, earlier),
        "doctor": {head.source for head in unnoted_responses(store, earlier)} == {source.name},
        "responses without an attempt": source.name in {head.source for head in store.note_late_responses()},
    }
