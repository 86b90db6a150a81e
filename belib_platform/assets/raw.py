"""Layer `raw`: every answer as sent. A day that is over is asked of nobody; what is kept of it is counted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import dagster as dg

from belib_platform.assets.asset import asset
from belib_platform.assets.declaration import latest_asset, raw_asset
from belib_platform.assets.partitions import days_of, today
from belib_platform.assets.requests import asked_for
from belib_platform.checks.providers import EVERY_PROVIDER_ANSWERED
from belib_platform.checks.results import check_result
from belib_platform.raw.latest import Latest, records_as_sent
from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import Response
from belib_platform.raw.responses import RawResponses
from belib_platform.raw.store import RawStore
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import load_settings
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.forecast_source import FORECASTS
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.source import Source
from belib_platform.sources.velib_realtime import VELIB
from belib_platform.sources.weather import providers_asked

Responses = dg.Output[Sequence[Response]]


@asset(**raw_asset(BELIB))
def raw_belib(context: dg.AssetExecutionContext, mongo: MongoResource) -> Responses:
    """Ask the real-time feed once, if today is among the run's days."""
    return asked_once(context, mongo.store(), BELIB)


@asset(**raw_asset(BELIB_STATIC))
def raw_belib_static(context: dg.AssetExecutionContext, mongo: MongoResource) -> Responses:
    """Ask for the static set once, if today is among the run's days."""
    return asked_once(context, mongo.store(), BELIB_STATIC)


@asset(**raw_asset(ARRONDISSEMENTS))
def raw_arrondissements(context: dg.AssetExecutionContext, mongo: MongoResource) -> Responses:
    """Ask for the borders once, if today is among the run's days."""
    return asked_once(context, mongo.store(), ARRONDISSEMENTS)


@asset(**raw_asset(OPEN_METEO))
def raw_meteo(
    context: dg.AssetExecutionContext, mongo: MongoResource
) -> Iterator[dg.AssetCheckResult | dg.Output[Sequence[Response]]]:
    """Ask each provider set once, if today is among the run's days; what comes goes on, whoever fails."""
    store, providers = mongo.store(), providers_asked(load_settings())
    asked = _asked(context, providers, store)
    newest = {provider.name: store.ledger.newest_poll(provider.name) for provider in providers}
    yield check_result(FORECASTS, EVERY_PROVIDER_ANSWERED.name, EVERY_PROVIDER_ANSWERED.judge(newest))
    yield _output(context, FORECASTS, store, asked)


@asset(**raw_asset(VELIB))
def raw_velib(context: dg.AssetExecutionContext, mongo: MongoResource) -> Responses:
    """Ask the feed of bike stations once, if today is among the run's days."""
    return asked_once(context, mongo.store(), VELIB)


@asset(**latest_asset(BELIB, "charge point"))
def raw_belib_latest(raw_belib: RawResponses) -> dg.Output[Latest]:
    """The newest response, record by record."""
    return _latest(BELIB, raw_belib)


@asset(**latest_asset(VELIB, "bike station"))
def raw_velib_latest(raw_velib: RawResponses) -> dg.Output[Latest]:
    """The newest response, record by record."""
    return _latest(VELIB, raw_velib)


def _latest(source: Source, responses: RawResponses) -> dg.Output[Latest]:
    newest = responses.newest(source.name)
    if newest is None or source.layout is None:
        return dg.Output(Latest("", {}), metadata={"dagster/row_count": 0})
    _, body = next(responses.bodies([newest]))
    records = records_as_sent(body, newest.media_type, source.layout.key)
    return dg.Output(Latest(newest.id, records), metadata={"dagster/row_count": len(records)})


def asked_once(context: dg.AssetExecutionContext, store: RawStore, source: Source) -> Responses:
    """The source's response, which is not kept yet, if today is among the run's days. Raises dagster.Failure without
    one."""
    return _output(context, source.collection, store, _asked(context, [source], store))


class Asked(NamedTuple):
    """The run's days, the sound responses, which are not kept yet, and the errors of the sources without one."""

    days: list[date]
    responses: list[Response]
    failures: list[PollError]


def _asked(context: dg.AssetExecutionContext, sources: Sequence[Source], store: RawStore) -> Asked:
    """Ask each source that the run is to ask once, if today is among its days; one that fails holds up no other."""
    asked, settings = Asked(days_of(context), [], []), load_settings()
    wanted = [source for source in sources if asked_for(source, context.run.tags) and source.is_asked(settings)]
    for source in wanted if today() in asked.days else []:
        try:
            asked.responses.append(poll(source, settings, store))
        except PollError as error:
            asked.failures.append(error)
    return asked


def _output(
    context: dg.AssetExecutionContext, collection: str, store: RawStore, asked: Asked
) -> dg.Output[Sequence[Response]]:
    """The responses that came. Raises dagster.Failure, which names each failed source and why, when none came."""
    if asked.failures and not asked.responses:
        raise dg.Failure("; ".join(map(str, asked.failures)), allow_retries=False) from asked.failures[0]
    kept = store.responses(collection).all_responses(asked.days[0], asked.days[-1])
    by_day = Counter(metadata.fetched_at.date() for metadata in (*kept, *asked.responses))
    for day in asked.days:
        context.add_asset_metadata({"dagster/row_count": by_day[day]}, partition_key=day.isoformat())
    return dg.Output(
        asked.responses,
        metadata={
            "dagster/row_count": len(kept) + len(asked.responses),
            "new_pages": len(asked.responses),
            "refused_pages": sum(not metadata.is_sound for metadata in kept),
            "records": sum(response.record_count or 0 for response in asked.responses),
            "bytes": sum(len(response.body) for response in asked.responses),
        },
    )
