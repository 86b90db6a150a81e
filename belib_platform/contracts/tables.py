"""All tables and views of the warehouse, in the order in which they are made, and all indices."""

from belib_platform.contracts import clean, mart, search
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
"""Made of other tables alone: what is dropped of them comes back for retired days, too."""

VIEWS: dict[type[Contract], str] = {mart.WeatherLastKnown: mart.WEATHER_LAST_KNOWN_SQL}

INDICES: list[type[Contract]] = [search.BelibAvailability, search.BelibChargePoints, search.BelibArrondissements]
"""All indices of the search layer."""
