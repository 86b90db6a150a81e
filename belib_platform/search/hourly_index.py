"""The indices of the mart's hours: what their documents are made from, and what is compared with the mart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import BIKE_SECONDS, BikeAvailabilityHourly
from belib_platform.contracts.bikes.search import BelibBikeAvailability
from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.contracts.search import BelibAvailability
from belib_platform.transforms.bike_documents import PLACES as BIKE_PLACES
from belib_platform.transforms.bike_documents import bike_availability_documents
from belib_platform.transforms.documents import PLACES, availability_documents


@dataclass(frozen=True)
class HourlyIndex:
    """An index with one document per row of a mart table by hour.

    `documents` makes them of the rows of `table` and of `stations`, from which it reads the columns `places`, keyed by
    the first of them. `summed` are the columns whose sums of each hour are compared with those of the table.
    """

    contract: type[Contract]
    table: type[Contract]
    stations: type[Contract]
    places: Sequence[str]
    documents: Callable[[pl.LazyFrame, pl.LazyFrame], pl.LazyFrame]
    summed: Sequence[str]


AVAILABILITY = HourlyIndex(
    contract=BelibAvailability,
    table=StationAvailabilityHourly,
    stations=Station,
    places=PLACES,
    documents=availability_documents,
    summed=SECONDS,
)

BIKE_AVAILABILITY = HourlyIndex(
    contract=BelibBikeAvailability,
    table=BikeAvailabilityHourly,
    stations=BikeStation,
    places=BIKE_PLACES,
    documents=bike_availability_documents,
    summed=(*BIKE_SECONDS, "no_bike_s", "no_dock_s", "out_lower", "in_lower"),
)

HOURLY = (AVAILABILITY, BIKE_AVAILABILITY)
