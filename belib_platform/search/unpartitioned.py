"""Indices without partitions, each written as a whole: what is observed at present, the arrondissements."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.contract import Contract
from belib_platform.contracts.contract import fingerprint as contract_fingerprint
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.raw.response import AHEAD
from belib_platform.raw.responses import RawResponses
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.indices import UNPARTITIONED, publish, target
from belib_platform.search.loading import Loaded, Slice, load
from belib_platform.search.notes import all_notes
from belib_platform.search.present_index import PresentIndex
from belib_platform.sources import arrondissements as borders
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.warehouse import Table, Warehouse

CODE_VERSION = "2"


@dataclass(frozen=True)
class Content:
    """The intended content of an index: fingerprints of its inputs, and a function that builds its documents."""

    contract: type[Contract]
    inputs: Callable[[], list[str]]
    documents: Callable[[], pl.DataFrame]


def load_whole(search: Search, warehouse: Warehouse, content: Content, *, full_refresh: bool = False) -> Loaded:
    """Make an index equal to its content, under a lock that excludes other processes. Raises SearchError.

    Builds no documents if the index note says that the index was made from the same inputs.
    """
    contract = content.contract
    with in_sentences(), warehouse.alone(search.alias(contract)):
        made_from = fingerprint([CODE_VERSION, contract_fingerprint(contract)], content.inputs())
        index = target(search, contract, UNPARTITIONED)
        whole, note = Slice(search, contract, index, UNPARTITIONED), all_notes(search).get((index, UNPARTITIONED))
        is_known = note and note.fingerprint == made_from and note.document_count == whole.count()
        loaded = Loaded()
        if full_refresh or not is_known:
            loaded = load(whole, content.documents(), made_from, full_refresh=full_refresh)
        publish(search, contract, lambda _: True)
    return loaded


def present(warehouse: Warehouse, index: PresentIndex) -> Content:
    """An index of the present: the things observed on the newest UTC day with data or on the day before."""

    def inputs() -> list[str]:
        days = present_days(warehouse, index) or ()
        return [
            *(Table(warehouse, index.table).fingerprint(d) for d in days),
            Table(warehouse, index.attributes).fingerprint(),
        ]

    def documents() -> pl.DataFrame:
        days = present_days(warehouse, index)
        runs = warehouse.read(index.table, *days) if days else index.table.create_empty()
        known = runs.lazy().filter(pl.col("first_seen_at") <= known_until())
        return index.documents(known, warehouse.read(index.attributes).lazy()).collect()

    return Content(index.contract, inputs, documents)


def present_days(warehouse: Warehouse, index: PresentIndex) -> tuple[date, date] | None:
    """The newest UTC day with rows that is not in the future, and the day before; None if there is none."""
    days = (date.fromisoformat(key) for key, note in warehouse.notes(index.table).items() if note.row_count)
    last = max((day for day in days if day <= known_until().date()), default=None)
    return (last - timedelta(days=1), last) if last else None


def known_until() -> datetime:
    """Rows that begin later than this are ignored: they were recorded while a clock was ahead."""
    return datetime.now(UTC) + AHEAD


def arrondissements(editions: RawResponses) -> Content:
    """BelibArrondissements: the newest valid response with the borders; empty if there is none."""
    newest = editions.newest(ARRONDISSEMENTS.name)

    def documents() -> pl.DataFrame:
        if newest is None:
            return BelibArrondissements.create_empty()
        _, body = next(editions.bodies([newest]))
        return borders.decode(body)

    return Content(BelibArrondissements, lambda: [newest.sha256 if newest else "absent"], documents)
