"""How wrong the forecast of the evening before was, beside two forecasts that need no method."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from belib_platform.transforms.bike_tomorrow import LACKING
from belib_platform.transforms.bootstrap import interval
from belib_platform.transforms.day_parts import PART, SUMMED, by_part

STATION = ["station_code", "part"]

RIVALS = ("climatology", "last_week")
"""What the forecast is compared with: the mean of that weekday, the same day of the week before."""


def bike_tomorrow_skill(target: date, forecasts: pl.LazyFrame, hours: pl.LazyFrame) -> pl.DataFrame:
    """Columns of BikeTomorrowSkill for one date of Europe/Paris that is over.

    `forecasts` are the rows of BikeTomorrow for it, `hours` rows of BikeAvailabilityHourly that include those of the
    date and of the one a week before. Stations of which any of the four shares is unknown are left out; a part without
    any other station has no rows.
    """
    shares = _shares(hours)
    came = shares.filter(pl.col("local_date") == target).drop("local_date")
    before = shares.filter(pl.col("local_date") == target - timedelta(weeks=1)).drop("local_date")
    told = forecasts.join(came, on=STATION).join(before, on=STATION, suffix="_last_week").sort(STATION)
    compared = told.drop_nulls("no_bike_ratio").collect()
    rows = [
        {"target_date": target, "part": part, "lacking": lacking.removeprefix("no_"), **_errors(of_part, lacking)}
        for (part,), of_part in compared.group_by("part", maintain_order=True)
        for lacking in LACKING
    ]
    return pl.DataFrame(rows, schema=_result_schema()).sort("part", "lacking")


def _shares(hours: pl.LazyFrame) -> pl.LazyFrame:
    """Shares of open time, by station, date and part, of those that were open."""
    sums = by_part(hours).group_by("local_date", *STATION).agg(pl.col(SUMMED).cast(pl.Int64).sum())
    return sums.filter(pl.col("open_s") > 0).select(
        "local_date", *STATION, *((pl.col(f"{name}_s") / pl.col("open_s")).alias(name) for name in LACKING)
    )


def _errors(stations: pl.DataFrame, lacking: str) -> dict[str, Any]:
    """The numbers of one row; `stations` has one of each station, in one order, so that equal rows give equal means."""
    came = stations[lacking].to_numpy()
    forecast = stations[f"{lacking}_ratio"].to_numpy()
    rivals = {
        "climatology": stations[f"{lacking}_climatology_ratio"].to_numpy(),
        "last_week": stations[f"{lacking}_last_week"].to_numpy(),
    }
    squared = (forecast - came) ** 2
    found: dict[str, Any] = {
        "station_count": stations.height,
        "observed_share": float(came.mean()),
        "forecast_share": float(forecast.mean()),
        "squared_error": float(squared.mean()),
        "absolute_error": float(np.abs(forecast - came).mean()),
    }
    for rival in RIVALS:
        error = rivals[rival] - came
        found[f"{rival}_squared_error"] = float((error**2).mean())
        found[f"{rival}_absolute_error"] = float(np.abs(error).mean())
        found |= _gain(rival, error**2 - squared)
    return found


def _gain(rival: str, differences: NDArray[Any]) -> dict[str, Any]:
    """The mean of these differences of squared errors by station, its interval, and whether that is above 0."""
    low, high = interval(differences, np.ones(len(differences)))
    return {
        f"over_{rival}": float(differences.mean()),
        f"over_{rival}_low": low,
        f"over_{rival}_high": high,
        f"is_better_than_{rival}": low is not None and low > 0,
    }


def _result_schema() -> dict[str, pl.DataType | type[pl.DataType]]:
    kinds = ("squared_error", "absolute_error")
    numbers = ["observed_share", "forecast_share", *kinds]
    for rival in RIVALS:
        numbers += [*(f"{rival}_{kind}" for kind in kinds), *(f"over_{rival}{end}" for end in ("", "_low", "_high"))]
    return {
        "target_date": pl.Date,
        "part": PART,
        "lacking": pl.String,
        "station_count": pl.Int64,
        **dict.fromkeys(numbers, pl.Float64),
        **{f"is_better_than_{rival}": pl.Boolean for rival in RIVALS},
    }
