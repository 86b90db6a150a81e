"""How much of which days the exported tables contain, for each network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.bikes.mart import BIKE_SECONDS, BikeCityDaily
from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.mart import SECONDS, CityDaily
from belib_platform.exports.tables import months_over
from belib_platform.exports.terms import BELIB, VELIB
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Network:
    """Where a network's days are counted: its table by date, of whose time `observed` is known, and its periods."""

    by_date: type[Contract]
    periods: type[Contract]
    things: str
    thing_count: str
    observed: Sequence[str]
    terms: Terms


CHARGE_POINTS = Network(CityDaily, ChargePointStatus, "charge points", "point_count", SECONDS[:-1], BELIB)
BIKE_STATIONS = Network(BikeCityDaily, BikeStationStatus, "bike stations", "station_count", BIKE_SECONDS[:-1], VELIB)

NETWORKS = (CHARGE_POINTS, BIKE_STATIONS)


@dataclass(frozen=True)
class Coverage:
    """The past days of a network in the exported tables; `rows` are those of its table by date."""

    network: Network
    notes: Sequence[Note]
    rows: pl.DataFrame

    @classmethod
    def read(cls, warehouse: Warehouse, network: Network, today: date) -> "Coverage":
        """Read the rows by date, and the notes of the UTC days before `today`."""
        rows = warehouse.read(network.by_date).sort(network.by_date.primary_key())
        months = months_over(warehouse, network.periods, today)
        return cls(network, [note for notes in months.values() for note in notes], rows)

    @property
    def is_there(self) -> bool:
        """Whether there is any row."""
        return bool(self.notes or self.rows.height)

    @property
    def dates(self) -> tuple[date, date] | None:
        """First and last date in Europe/Paris; None if there are no rows by date."""
        dates = self.rows["local_date"]
        return (dates[0], dates[-1]) if self.rows.height else None

    @property
    def observed_ratio(self) -> float:
        """Observed share of the time of all things on all dates."""
        whole = pl.col(self.network.thing_count).cast(pl.Int64) * pl.col("hours") * 3600
        observed = pl.sum_horizontal(pl.col(self.network.observed).cast(pl.Int64))
        return float(self.rows.select(observed.sum() / whole.sum()).item())

    def sentences(self) -> Iterator[str]:
        """What is there, as lines of Markdown."""
        network = self.network
        if self.dates:
            first, last = self.dates
            count = self.rows["local_date"].n_unique()
            yield f"`{name(network.by_date)}`: {count} dates from {first} to {last}, {self.rows.height} rows."
            yield f"{self.observed_ratio:.1%} of the {network.things}' time on these dates was observed.\n"
        if self.notes:
            rows = sum(note.row_count for note in self.notes)
            days = f"{len(self.notes)} UTC days from {self.notes[0].window_key} to {self.notes[-1].window_key}"
            yield f"`{name(network.periods)}`: {days}, {rows} rows.\n"
