"""Hours of bike stations for tests."""

from datetime import datetime
from typing import Any

import polars as pl

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.contract import frame_schema
from belib_platform.transforms.bike_city import SUMMED


def hour(at: datetime, station: str = "16107", **values: Any) -> dict[str, Any]:
    """A row of the mart: a station that is open for the whole hour, with two bikes and eight docks."""
    numbers = {**dict.fromkeys(SUMMED, 0), "open_s": 3600, "bike_mean": 2.0, "ebike_mean": 1.0, "dock_mean": 8.0}
    return {"hour_at": at, "station_code": station, "insee_code": "75116", **numbers, **values}


def wet_or_dry(at: datetime, precipitation_mmh: float) -> dict[str, Any]:
    """The columns of an hour's weather."""
    known = {"weather_provider": "open_meteo", "weather_valid_at": at, "weather_available_at": at}
    return {**known, "temperature_c": 20.0, "precipitation_mmh": precipitation_mmh}


def mart(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of BikeAvailabilityHourly."""
    return BikeAvailabilityHourly.validate(pl.DataFrame(rows, schema=frame_schema(BikeAvailabilityHourly)))
