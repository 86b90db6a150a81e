"""What tells charge points and bike stations apart wherever the API asks alike of both: tables, keys, states, terms."""

from dataclasses import dataclass

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Station, WeatherForecast
from belib_platform.contracts.contract import Contract, name, qualified_name
from belib_platform.exports.terms import BELIB, VELIB
from belib_platform.sources.weather_provider import Terms
from belib_platform.transforms import runs
from belib_platform.transforms.runs import Observed


@dataclass(frozen=True)
class Network:
    """Things of one kind whose state a feed tells every few minutes.

    `noun` names such a thing in sentences, `source` the feed. `observed` are the column that is the key of a thing and
    those that together are its state. `things` is the contract of what is known of each thing, `runs` that of its
    states. `whole` are the tables without days that answers about the present are made of. `revised` are those whose
    rows say what was known at an instant: another table changes only with them. `is_optional`: until the feed has
    answered, its answers are empty and no error.
    """

    noun: str
    source: str
    observed: Observed
    things: type[Contract]
    runs: type[Contract]
    whole: tuple[str, ...]
    revised: tuple[str, ...]
    terms: Terms
    is_optional: bool = False

    @property
    def key(self) -> str:
        """The column that is the key of a thing."""
        return self.observed.key

    @property
    def things_table(self) -> str:
        """The table of `things`, with its schema."""
        return qualified_name(self.things)

    @property
    def runs_table(self) -> str:
        """The table of `runs`, with its schema."""
        return qualified_name(self.runs)


CHARGE_POINTS = Network(
    noun="charge point",
    source="belib",
    observed=runs.CHARGE_POINTS,
    things=ChargePoint,
    runs=ChargePointStatus,
    whole=(name(ChargePoint), name(Station)),
    revised=(name(ChargePointStatus), name(WeatherForecast)),
    terms=BELIB,
)

BIKE_STATIONS = Network(
    noun="bike station",
    source="velib",
    observed=runs.BIKE_STATIONS,
    things=BikeStation,
    runs=BikeStationStatus,
    whole=(name(BikeStation),),
    revised=(name(BikeStationStatus),),
    terms=VELIB,
    is_optional=True,
)
