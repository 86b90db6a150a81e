"""Whether a forecast of any provider is sound."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.sources.forecast_steps import Forecast
from belib_platform.sources.records import REJECTS, BodyError
from belib_platform.sources.verdict import Verdict, counted, describe_rejects, refused
from belib_platform.transforms.forecasts import sift_forecasts

_AT = datetime(1970, 1, 1, tzinfo=UTC)
_OF_RESPONSE = {
    "page_id": "",
    "provider": "",
    "location": "",
    "available_at": _AT,
    "issued_at": None,
}
"""Values that all steps of a response share; no rule depends on them.

The time of the request is not known here, so `fetched_at` of each step is its own time.
"""


def judge_forecast(read: Callable[[], Forecast], promised: Mapping[str, str], record: str) -> Verdict:
    """Sound: at least one record (`hour`, `step`) that `weather_forecast` accepts.

    `promised` are the columns of which every response has values, with the source's names for them. Warnings name those
    that are null throughout, and count rejected records and values that are not used, by rule.
    """
    try:
        forecast = read()
    except BodyError as error:
        return refused(f"The body {error}.")
    taken, rejects = _sifted(forecast)
    verdict = Verdict(is_sound=True, reason=None, record_count=forecast.frame.height + forecast.rejects.height)
    if not taken:
        reason = f"No {record} is taken: {describe_rejects(rejects)}"
        return verdict.refused("; ".join([reason, *_remarks(forecast)]) + ".")
    absent = [sent for name, sent in promised.items() if forecast.frame[name].null_count() == forecast.frame.height]
    return verdict.warned(
        *_remarks(forecast),
        f"{record}s rejected: {describe_rejects(rejects)}" if rejects.height else None,
        f"no {record} has {', '.join(absent)}" if absent else None,
    )


def _sifted(forecast: Forecast) -> tuple[int, pl.DataFrame]:
    """How many steps the table accepts, and the others (REJECTS)."""
    types = {**frame_schema(WeatherForecast), "page_id": pl.String()}
    of_response = [pl.lit(value, types[name]).alias(name) for name, value in _OF_RESPONSE.items()]
    asked = pl.col("valid_at").cast(types["fetched_at"]).alias("fetched_at")
    sifted = sift_forecasts(forecast.frame.with_columns(*of_response, asked))
    return sifted.good.height, pl.concat([forecast.rejects, sifted.rejects.select(*REJECTS)])


def _remarks(forecast: Forecast) -> Iterator[str]:
    if forecast.non_number_count:
        yield f"{forecast.non_number_count:,} bare nan read as null"
    yield from forecast.remarks
    if forecast.odd_values:
        yield f"values that are not taken: {counted(forecast.odd_values)}"
