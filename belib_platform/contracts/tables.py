"""Lists of all tables, views, indices and exported files."""

from belib_platform.contracts import clean, exports, mart, search
from belib_platform.contracts.contract import Contract

TABLES: list[type[Contract]] = [
    clean.Poll,
    clean.ChargePointStatus,
    clean.ChargePointDay,
    clean.ChargePoint,
    clean.Station,
    clean.WeatherForecast,
    clean.RejectedRecord,
    clean.WrittenWindow,
    clean.WriteLock,
    mart.StationAvailabilityHourly,
    mart.CityDaily,
]

FROM_TABLES: list[type[Contract]] = [clean.ChargePoint, clean.Station, mart.StationAvailabilityHourly, mart.CityDaily]
"""Tables made only from other tables, so that they can be dropped and created again even for retired days."""

VIEWS: dict[type[Contract], str] = {mart.WeatherLastKnown: mart.WEATHER_LAST_KNOWN_SQL}

INDICES: list[type[Contract]] = [search.BelibAvailability, search.BelibChargePoints, search.BelibArrondissements]
"""All indices of the search layer."""

FILES: list[type[Contract]] = [exports.Episode]
"""Exported files that are not copies of a table."""
