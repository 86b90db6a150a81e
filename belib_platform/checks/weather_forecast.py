"""Checks of `weather_forecast`: the newest forecasts, whatever days a run is about, and what was rejected."""

from collections.abc import Collection, Mapping

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.rejected import rejected_rows_stay_under_a_limit
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import qualified_name
from belib_platform.raw.response import AHEAD
from belib_platform.sources.weather import PROVIDERS

NOT_FORECAST_THAT_FAR = "step_has_temperature_or_precipitation"
"""Providers pad a response with empty hours where a model does not look so far ahead: no sign of a fault, and an hour
that is missed among the next 24 shows in another check."""


def weather_covers_the_next_24_hours(forecasts: pl.DataFrame) -> Finding:
    """The newest answer has temperature and precipitation for every hour of the 24 that begin after it came."""
    if forecasts.is_empty():
        return Finding(passed=False, numbers={"hours_covered": 0})
    newest = forecasts.filter(pl.col("available_at") == pl.col("available_at").max())
    start = pl.col("available_at").first().dt.truncate("1h").dt.offset_by("1h")
    hours = newest.select(pl.datetime_range(start, start.dt.offset_by("23h"), "1h").alias("hour_at"))
    covered = hours.join(newest, how="cross").filter(
        (pl.col("valid_at") - pl.duration(seconds="interval_s") <= pl.col("hour_at"))
        & (pl.col("valid_at") >= pl.col("hour_at").dt.offset_by("1h"))
        & pl.col("temperature_c").is_not_null()
        & pl.col("precipitation_mm").is_not_null()
    )
    missing = hours.join(covered, on="hour_at", how="anti")
    return Finding(missing.is_empty(), {"hours_covered": 24 - missing.height}, missing)


def every_measure_has_values(forecasts: pl.DataFrame, promised: Mapping[str, Collection[str]]) -> Finding:
    """The newest answer of each provider has a value in each column promised, in at least one step."""
    newest = forecasts.filter(pl.col("available_at") == pl.col("available_at").max().over("provider"))
    missing = [
        (provider, column)
        for (provider,), rows in newest.group_by("provider")
        for column in promised[str(provider)]
        if rows[column].null_count() == rows.height
    ]
    absent = pl.DataFrame(sorted(missing), schema=["provider", "measure"], orient="row")
    finding = none_of(absent, newest["provider"].n_unique(), is_warning=True)
    named = "; ".join(f"{provider} has no {measure}" for provider, measure in absent.iter_rows())
    return finding._replace(numbers={**finding.numbers, "missing": named})


def newest_forecasts(draft: Draft) -> pl.DataFrame:
    """Forecasts of the newest day that has some, and those about to be written; none from the future."""
    own, known_until = draft.inputs.table(WeatherForecast), draft.inputs.now + AHEAD
    sql = f"SELECT max(fetched_at) AS at FROM {qualified_name(WeatherForecast)} WHERE fetched_at <= $1"  # noqa: S608
    newest = draft.inputs.warehouse.query(sql, known_until)["at"][0]
    kept = own.rows(newest.date()) if newest else WeatherForecast.create_empty()
    return pl.concat([kept, draft.rows]).filter(pl.col("fetched_at") <= known_until)


CHECKS = (
    Check(
        "weather_covers_the_next_24_hours",
        "The newest forecast has temperature and precipitation for each of the 24 hours after it came.",
        lambda draft: weather_covers_the_next_24_hours(draft.once(newest_forecasts)),
        plotted=("hours_covered",),
    ),
    Check(
        "every_measure_has_values",
        "The newest forecast of each provider has values of every measure it promises.",
        lambda draft: every_measure_has_values(
            draft.once(newest_forecasts), {name: provider.promised for name, provider in PROVIDERS.items()}
        ),
    ),
    Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the forecast steps were rejected; those without temperature and precipitation are counted, not "
        "judged.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, draft.rows.height, [NOT_FORECAST_THAT_FAR]),
        plotted=("rejected_ratio",),
    ),
)
