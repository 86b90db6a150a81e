"""`weather_forecast` by UTC day of the asking: every step of every answer, beside those of other answers."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import fingerprint
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.weather import PROVIDERS
from belib_platform.transforms.forecasts import sift_forecasts
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.records import decoded_chunks
from belib_platform.warehouse.warehouse import Table

CODE_VERSION = "3"


def weather_forecast_partition(
    day: date, raw: RawResponses, own: Table, location: str, *, full_refresh: bool = False
) -> Partition:
    """The forecasts asked for on one UTC day; a day's few answers are always read together."""
    found = own.note(day)
    responses = raw.responses(day)
    refuse_nothing(WeatherForecast, day, found, responses)
    todo = forecast_plan(found, [response.id for response in responses], location, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    good: list[pl.DataFrame] = [WeatherForecast.create_empty()]
    rejects = [rejected_rows(WeatherForecast, None)]
    for records, undecoded in _decoded(raw, responses):
        rejects.append(rejected_rows(WeatherForecast, undecoded))
        if records is not None:
            sifted = sift_forecasts(_as_rows(records, location))
            good.append(sifted.good)
            rejects.append(rejected_rows(WeatherForecast, sifted.rejects))
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=pl.concat(good), rejects=pl.concat(rejects))


def forecast_plan(found: Note | None, page_ids: Sequence[str], location: str, *, full_refresh: bool = False) -> Plan:
    """What is to do about a day that has these sound answers, oldest first."""
    basis = [CODE_VERSION, fingerprint(WeatherForecast), location]
    return plan(found, basis, page_ids, unsettled=len(page_ids), full_refresh=full_refresh)


def _decoded(
    raw: RawResponses, responses: Sequence[ResponseMetadata]
) -> Iterator[tuple[pl.DataFrame | None, pl.DataFrame]]:
    for name in dict.fromkeys(response.source for response in responses):
        of_provider = [response for response in responses if response.source == name]
        yield from decoded_chunks(raw, of_provider, PROVIDERS[name].decode)


def _as_rows(records: pl.DataFrame, location: str) -> pl.DataFrame:
    return records.with_columns(
        pl.col("source").alias("provider"),
        pl.lit(location).alias("location"),
        pl.col("received_at").alias("available_at"),
        pl.lit(None, pl.Datetime("ms", "UTC")).alias("issued_at"),
    )
