"""Determine the first UTC day of a home's partitions at its first start: that of its earliest data, or today."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from pymongo import ASCENDING, MongoClient
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from belib_platform.contracts.contract import layer, name, partition_column
from belib_platform.contracts.tables import TABLES
from belib_platform.first_day import EARLIEST, record_first_day, recorded_first_day
from belib_platform.local.errors import StoresError
from belib_platform.local.urls import Urls
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.response import epoch_ms, instant_of
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.registry import raw_collections
from belib_platform.warehouse.connecting import connect

IN_ARCHIVE = "belib_raw_"


def ensure_first_day(settings: Settings, urls: Urls) -> None:
    """Write the first UTC day of a home unless BELIB_FIRST_DAY is set or it is already written.

    It is the earliest day of the home's data, or today. Raises StoresError, and writes nothing, if a store does not
    answer.
    """
    if settings.first_day is None and recorded_first_day(settings.home) is None:
        today = datetime.now(UTC).date()
        try:
            found = list(first_days(urls, archive_of(settings).folder))
        except (PyMongoError, psycopg.Error) as error:
            why = " ".join(str(error).split()).partition(" (configured timeouts")[0]
            raise StoresError(
                f"The first day of the data cannot be determined, since a store does not answer: {why}"
            ) from None
        record_first_day(settings, min([today, *found]))


def first_days(urls: Urls, archive: Path) -> Iterator[date]:
    """The earliest UTC days of raw collections, ledger, retired days, archive and tables; none before EARLIEST."""
    client: MongoClient[dict[str, Any]] = MongoClient(urls.mongo, tz_aware=True)
    with client:
        store = RawStore(client[urlsplit(urls.mongo).path.strip("/") or "belib"])
        found = [*_in_raw(store), *store.retired.all()]
    found += [*_in_archive(archive), *_in_tables(urls.postgres)]
    yield from (day for day in found if day >= EARLIEST)


def _in_raw(store: RawStore) -> Iterator[date]:
    for collection in (store.ledger.collection, *(store.database[of_responses] for of_responses in raw_collections())):
        yield from _first_instant(collection)


def _first_instant(collection: Collection[dict[str, Any]]) -> Iterator[date]:
    from_earliest = {"fetched_at_ms": {"$gte": epoch_ms(datetime.combine(EARLIEST, time(), UTC))}}
    for document in collection.find(from_earliest, {"fetched_at_ms": 1}).sort("fetched_at_ms", ASCENDING):
        if isinstance(document["fetched_at_ms"], int):  # some servers also find damaged values of other types
            yield instant_of(document["fetched_at_ms"]).date()
            return


def _in_archive(folder: Path) -> Iterator[date]:
    """Days from the names of the files, since the manifest of an archive may be damaged."""
    for file in folder.glob(f"[0-9]*/{IN_ARCHIVE}*"):
        with suppress(ValueError):  # not a file of the archive
            yield date.fromisoformat(file.name.removeprefix(IN_ARCHIVE)[:10])


def _in_tables(url: str) -> Iterator[date]:
    """Read the tables without creating missing ones or migrating existing ones."""
    with connect(url, read_only=True) as connection:
        connection.execute("SET LOCAL TIME ZONE 'UTC'")
        for contract in TABLES:
            column = partition_column(contract)
            table = sql.Identifier(layer(contract), name(contract))
            known = connection.execute("SELECT to_regclass(%s)", [table.as_string(connection)]).fetchone()
            if column and known and known[0]:
                query = sql.SQL("SELECT min({})::date FROM {} WHERE {} >= %s").format(
                    sql.Identifier(column), table, sql.Identifier(column)
                )
                [first] = connection.execute(query, [EARLIEST]).fetchone() or [None]
                if first is not None:
                    yield first
