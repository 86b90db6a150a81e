"""`weather_forecast` by UTC day of the asking: every step of every response, beside those of others."""

from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.raw.response import ResponseMetadata
from belib_platform.raw.responses import RawResponses
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.weather import PROVIDERS
from belib_platform.transforms.forecasts import sift_forecasts
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition, rejected_rows
from belib_platform.warehouse.records import decoded_chunks


def weather_forecast_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The forecasts asked for on one UTC day; a day's few responses are always read together."""
    raw, location = inputs.responses(OPEN_METEO), inputs.location  # one collection keeps those of every provider
    found = inputs.table(WeatherForecast).note(day)
    responses = inputs.sound_responses(day, *_SOURCES)
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
    held = inputs.table(WeatherForecast).rows(day) if found and not full_refresh else None
    frame = pl.concat(good)
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame, held=held, rejects=pl.concat(rejects))


def forecast_plan(found: Note | None, page_ids: Sequence[str], location: str, *, full_refresh: bool = False) -> Plan:
    """What is to do about a day that has these sound responses, oldest first."""
    return plan(found, [*WEATHER_FORECAST.basis, location], page_ids, full_refresh=full_refresh)


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


_SOURCES = tuple(SOURCES[name] for name in PROVIDERS)

WEATHER_FORECAST = DailyTable(
    contract=WeatherForecast,
    code_version="3",
    sources=_SOURCES,
    make=weather_forecast_partition,
    plan=lambda day: forecast_plan(day.note(WeatherForecast), day.sound_ids(*_SOURCES), day.location),
    preview=Preview(
        ["valid_at", "available_at", "provider", "temperature_c", "precipitation_mm", "wind_speed_kmh"],
        ["fetched_at", pl.col("valid_at") >= pl.col("fetched_at"), -pl.col("valid_at").dt.epoch("s")],
    ),
)
