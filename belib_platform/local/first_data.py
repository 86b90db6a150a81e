"""The first start of a home: its partitions begin with the first data there are, or with the day it is."""

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
from belib_platform.first_day import EARLIEST, note_first_day, noted_day
from belib_platform.local.errors import StoresError
from belib_platform.local.urls import Urls
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.response import epoch_ms, instant_of
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.registry import raw_collections
from belib_platform.warehouse.connecting import connect

IN_ARCHIVE = "belib_raw_"


def begin(settings: Settings, urls: Urls) -> None:
    """Note the first day of a home at its first start: the earliest day of its data, or today.

    Nothing is noted where BELIB_FIRST_DAY is set, or where a day is noted already. Raises StoresError, and notes
    nothing, when a store does not answer.
    """
    if settings.first_day is None and noted_day(settings.home) is None:
        today = datetime.now(UTC).date()
        try:
            found = list(first_days(urls, archive_of(settings).folder))
        except (PyMongoError, psycopg.Error) as error:
            why = " ".join(str(error).split()).partition(" (configured timeouts")[0]
            raise StoresError(
                f"The first day of the data cannot be looked up, as a store does not answer: {why}"
            ) from None
        note_first_day(settings, min([today, *found]))


def first_days(urls: Urls, archive: Path) -> Iterator[date]:
    """The earliest UTC day of raw, its ledger, the retired days, the archive and each table, from EARLIEST on."""
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
        if isinstance(document["fetched_at_ms"], int):  # some servers find what was spoilt and is no number
            yield instant_of(document["fetched_at_ms"]).date()
            return


def _in_archive(folder: Path) -> Iterator[date]:
    """By the files' names: the manifest of an archive may be broken."""
    for file in folder.glob(f"[0-9]*/{IN_ARCHIVE}*"):
        with suppress(ValueError):  # not a file of the archive
            yield date.fromisoformat(file.name.removeprefix(IN_ARCHIVE)[:10])


def _in_tables(url: str) -> Iterator[date]:
    """Read without making tables that are absent, or changing those that an earlier version made."""
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
