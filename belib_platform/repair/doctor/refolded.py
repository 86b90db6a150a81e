"""clean ↔ raw: a day folded anew in memory, by the code that folds it, and compared with the rows that are held."""

from collections.abc import Callable, Iterator
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll, RejectedRecord, WeatherForecast
from belib_platform.contracts.contract import Contract, name, qualified_name
from belib_platform.raw.responses import RawResponses
from belib_platform.raw.retired import RetiredDayError
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.kept import archived, restoring
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.weather import PROVIDERS
from belib_platform.warehouse.charge_point_day import charge_point_day_partition
from belib_platform.warehouse.charge_point_status import charge_point_status_partition
from belib_platform.warehouse.lost_responses import LostResponsesError
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.poll import poll_partition
from belib_platform.warehouse.warehouse import Table
from belib_platform.warehouse.weather_forecast import weather_forecast_partition

Fold = Callable[[Stores, date, Table], Partition]


def _live(stores: Stores) -> RawResponses:
    return stores.raw.responses(BELIB.collection)


def _status(stores: Stores, day: date, own: Table) -> Partition:
    return charge_point_status_partition(day, _live(stores), own, full_refresh=True)


def _poll(stores: Stores, day: date, own: Table) -> Partition:
    status = Table(stores.warehouse, ChargePointStatus)
    return poll_partition(day, stores.raw.ledger, _live(stores), status, own, full_refresh=True)


def _attributes(stores: Stores, day: date, own: Table) -> Partition:
    return charge_point_day_partition(
        day, _live(stores), stores.raw.responses(BELIB_STATIC.collection), own, full_refresh=True
    )


def _forecasts(stores: Stores, day: date, own: Table) -> Partition:
    return weather_forecast_partition(
        day, stores.raw.responses(OPEN_METEO.collection), own, stores.location, full_refresh=True
    )


FOLDS: dict[type[Contract], Fold] = {
    ChargePointStatus: _status,
    Poll: _poll,
    ChargePointDay: _attributes,
    WeatherForecast: _forecasts,
}

SOURCES_OF: dict[type[Contract], set[str]] = {
    ChargePointStatus: {BELIB.name},
    Poll: {BELIB.name},
    ChargePointDay: {BELIB.name, BELIB_STATIC.name},
    WeatherForecast: set(PROVIDERS),
}


def clean_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """What the rows of a UTC day, the records turned away and the notes of both are not, by their responses."""
    for contract, fold in FOLDS.items():
        own = Table(stores.warehouse, contract)
        try:
            partition = fold(stores, day, own)
        except RetiredDayError:
            continue  # said once, of its ledger
        except LostResponsesError as error:
            yield _of_nothing(stores, day, contract, error)
            continue
        yield from compared(own, day, partition, Remedy.REFOLD)
        yield from _rejects(stores, day, contract, partition)


def compared(own: Table, day: date, partition: Partition, remedy: Remedy) -> Iterator[Finding]:
    """How the rows held of a day, and their note, differ from a window made anew."""
    layer = f"{qualified_name(own.contract)} ↔ what it is made from"
    made = partition.frame if partition.frame is not None else own.contract.create_empty()
    held = own.rows(day)
    if found := differing(own.contract, held, made):
        yield Finding(layer, day, "rows differ", found.keys, found.example, remedy)
    elif (partition.found is None and made.height) or (
        partition.found
        and (partition.found.fingerprint, partition.found.row_count) != (partition.plan.fingerprint, made.height)
    ):
        yield Finding(layer, day, "rows are right, their note is of other inputs", 1, remedy=remedy)


def _rejects(stores: Stores, day: date, contract: type[Contract], partition: Partition) -> Iterator[Finding]:
    held = stores.warehouse.read(RejectedRecord, day, day).filter(pl.col("asset") == name(contract))
    if found := differing(RejectedRecord, held, partition.rejects):
        layer = f"{qualified_name(RejectedRecord)} ↔ raw"
        yield Finding(layer, day, "records turned away differ", found.keys, found.example, Remedy.REFOLD)


def _of_nothing(stores: Stores, day: date, contract: type[Contract], error: LostResponsesError) -> Finding:
    """Rows whose responses are all gone: a difference unless their loss was accepted, which the ledger tells."""
    layer = f"{qualified_name(contract)} ↔ what it is made from"
    attempts = [a for a in stores.raw.ledger.attempts(day) if a["source"] in SOURCES_OF[contract]]
    if attempts and not any(attempt.get("page_id") for attempt in attempts):
        return Finding(layer, day, "its responses are lost, which was accepted; its rows stay", is_remark=True)
    remedy = restoring(stores, day) if archived(stores, day).responses else None
    return Finding(layer, day, "raw has no response of it", 1, str(error).partition(";")[0], remedy)
