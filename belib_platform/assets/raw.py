"""Layer `raw`: every answer as sent. A day that is over is asked of nobody; what is kept of it is counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import dagster as dg

from belib_platform.assets.declaration import IO_RETRIES, OWNERS, raw_asset
from belib_platform.assets.partitions import days_of, today
from belib_platform.raw.latest import Latest, records_as_sent
from belib_platform.raw.page import Page
from belib_platform.raw.pages import RawPages
from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.store import RawStore
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source
from belib_platform.sources.weather import providers_asked

Pages = Iterator[dg.Output[Sequence[Page]]]


@dg.asset(
    **raw_asset(
        BELIB,
        "Every answer of the Belib' real-time feed, byte for byte. Paris publishes only the present; what is not kept "
        "here is gone for ever, and nothing ever rewrites it.",
        pool="opendatasoft",
        fresh_within=timedelta(minutes=15),
    )
)
def raw_belib(context: dg.AssetExecutionContext, mongo: MongoResource) -> Pages:
    """Ask the real-time feed once, if today is among the run's days."""
    yield from _polled(context, [BELIB], mongo)


@dg.asset(
    **raw_asset(
        BELIB_STATIC,
        "Every edition of the Belib' static set, byte for byte. Points flap in and out of it and columns change, so "
        "that only all editions together know what was ever said of a point.",
        pool="opendatasoft",
        fresh_within=timedelta(hours=30),
    )
)
def raw_belib_static(context: dg.AssetExecutionContext, mongo: MongoResource) -> Pages:
    """Ask for the static set once, if today is among the run's days."""
    yield from _polled(context, [BELIB_STATIC], mongo)


@dg.asset(
    **raw_asset(
        ARRONDISSEMENTS,
        "Every edition of the arrondissements' borders, byte for byte. They hardly ever change; maps need them, and "
        "which one was drawn should be told.",
        pool="opendatasoft",
        fresh_within=timedelta(hours=30),
    )
)
def raw_arrondissements(context: dg.AssetExecutionContext, mongo: MongoResource) -> Pages:
    """Ask for the borders once, if today is among the run's days."""
    yield from _polled(context, [ARRONDISSEMENTS], mongo)


@dg.asset(
    **raw_asset(
        OPEN_METEO,
        "Every weather forecast asked for, byte for byte. Services forget their forecasts; only a kept one tells what "
        "could be known at an hour.",
        pool="open_meteo",
        fresh_within=timedelta(hours=3),
    )
)
def raw_meteo(context: dg.AssetExecutionContext, mongo: MongoResource) -> Pages:
    """Ask each provider set once, if today is among the run's days."""
    yield from _polled(context, providers_asked(load_settings()), mongo)


@dg.asset(
    description="One document per charge point as last sent, for those who browse and for apps; a view of raw_belib, "
    "written only from its newest page.",
    group_name="raw",
    kinds={"mongodb"},
    owners=OWNERS,
    tags={"layer": "raw"},
    code_version="1",
    io_manager_key="mongo_latest_io_manager",
    retry_policy=IO_RETRIES,
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(minutes=15)),
)
def raw_belib_latest(raw_belib: RawPages) -> dg.Output[Latest]:
    """The newest page, record by record."""
    newest = raw_belib.newest(BELIB.name)
    if newest is None:
        return dg.Output(Latest("", {}), metadata={"dagster/row_count": 0})
    _, body = next(raw_belib.bodies([newest]))
    records = records_as_sent(body, newest.media_type)
    return dg.Output(Latest(newest.id, records), metadata={"dagster/row_count": len(records)})


def _polled(context: dg.AssetExecutionContext, sources: Sequence[Source], mongo: MongoResource) -> Pages:
    days, store = days_of(context), mongo.store()
    fresh = _asked(sources, store) if today() in days else []
    kept = store.pages(sources[0].collection).all_heads(days[0], days[-1])
    by_day = Counter(head.fetched_at.date() for head in (*kept, *fresh))
    for day in days:
        context.add_asset_metadata({"dagster/row_count": by_day[day]}, partition_key=day.isoformat())
    yield dg.Output(
        fresh,
        metadata={
            "dagster/row_count": len(kept) + len(fresh),
            "new_pages": len(fresh),
            "refused_pages": sum(not head.is_sound for head in kept),
            "records": sum(page.record_count or 0 for page in fresh),
            "bytes": sum(len(page.body) for page in fresh),
        },
    )


def _asked(sources: Sequence[Source], store: RawStore) -> list[Page]:
    """The sound page of each source. Where one has none the others' are kept, and then dagster.Failure says who."""
    pages: list[Page] = []
    failures: list[PollError] = []
    for source in sources:
        try:
            pages.append(poll(source, load_settings(), store))
        except PollError as error:
            failures.append(error)
    if failures:
        # Not by the I/O manager: that takes an output, which would turn freshness green on a broken source.
        for page in pages:
            store.keep(SOURCES[page.source].collection, [page])
        raise dg.Failure("; ".join(map(str, failures)), allow_retries=False) from failures[0]
    return pages
