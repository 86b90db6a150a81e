"""All tables and views of the warehouse, in the order in which they are made."""

from belib_platform.contracts import clean, mart
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
    mart.StationAvailabilityHourly,
    mart.CityDaily,
]

VIEWS: dict[type[Contract], str] = {mart.WeatherLastKnown: mart.WEATHER_LAST_KNOWN_SQL}
