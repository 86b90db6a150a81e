"""The tables that are exported as they are: the title of their files, whose data it is, and why one wants them."""

from dataclasses import dataclass

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeCityDaily
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Station
from belib_platform.contracts.contract import Contract, frame_schema, name
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.exports.terms import BELIB, VELIB
from belib_platform.sources.weather_provider import Terms


@dataclass(frozen=True)
class Exported:
    """A table in files: whole, as CSV and Parquet, or, with `by_month`, as one Parquet file per month.

    `terms` are those of its network; `why` is for those who choose among the files.
    """

    contract: type[Contract]
    title: str
    terms: Terms
    why: str
    by_month: bool = False

    @property
    def asset(self) -> str:
        """The name of the asset that writes the files."""
        return f"{name(self.contract)}_export"

    @property
    def has_weather(self) -> bool:
        """Whether rows contain forecasts, and name their providers."""
        return not {"weather_provider", "weather_providers"}.isdisjoint(frame_schema(self.contract))


CITY_DAILY = Exported(
    CityDaily,
    "Belib' charging points of Paris by day and arrondissement",
    BELIB,
    "a spreadsheet opens the one, a notebook the other, and both know licence, columns and contract",
)
STATION_AVAILABILITY_HOURLY = Exported(
    StationAvailabilityHourly,
    "Belib' charging stations of Paris by hour, and the weather as it was known then",
    BELIB,
    "the hours of every station, and the weather as it was known then",
    by_month=True,
)
CHARGE_POINT_STATUS = Exported(
    ChargePointStatus,
    "Belib' charging points of Paris: periods of unchanged status",
    BELIB,
    "the whole history of every point",
    by_month=True,
)
CHARGE_POINT = Exported(
    ChargePoint,
    "Belib' charging points of Paris: attributes",
    BELIB,
    "where every point is, of which station, and how strong",
)
STATION = Exported(
    Station,
    "Belib' charging stations of Paris: attributes",
    BELIB,
    "where every station is, and what its points have in common",
)
BIKE_CITY_DAILY = Exported(
    BikeCityDaily,
    "Vélib' bike stations by day and arrondissement or commune",
    VELIB,
    "how often there was no bike or no dock, and what moved, by arrondissement and commune",
)
BIKE_AVAILABILITY_HOURLY = Exported(
    BikeAvailabilityHourly,
    "Vélib' bike stations by hour, and the weather as it was known then",
    VELIB,
    "the hours of every bike station, and the weather as it was known then",
    by_month=True,
)
BIKE_STATION_STATUS = Exported(
    BikeStationStatus,
    "Vélib' bike stations: periods of unchanged numbers of bikes and docks",
    VELIB,
    "the whole history of every bike station",
    by_month=True,
)
BIKE_STATION = Exported(
    BikeStation,
    "Vélib' bike stations: attributes",
    VELIB,
    "where every bike station is, and how many docks it has",
)

EXPORTED = (
    CITY_DAILY,
    STATION_AVAILABILITY_HOURLY,
    CHARGE_POINT_STATUS,
    CHARGE_POINT,
    STATION,
    BIKE_CITY_DAILY,
    BIKE_AVAILABILITY_HOURLY,
    BIKE_STATION_STATUS,
    BIKE_STATION,
)
