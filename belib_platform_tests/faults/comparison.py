"""What a fault cost: every store against what it is made from, and the tables against a twin that had no fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

import polars as pl
import psycopg
from psycopg import sql

from belib_platform.contracts.clean import RejectedRecord, WrittenWindow
from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.mart import Change, CityDaily
from belib_platform.contracts.tables import TABLES
from belib_platform.local.databases import ensure_database
from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.due import unequal_days
from belib_platform.search.comparison import differing_states
from belib_platform.search.present_index import CHARGE_POINTS
from belib_platform.settings import load_settings
from belib_platform.transforms.changes import state_changes
from belib_platform.warehouse.city_daily import CITY_DAILY
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.feeds import FEEDS
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import ALL, Warehouse
from belib_platform_tests.faults.site import Site, collections
from belib_platform_tests.search.made_mart import expected, indexed
from belib_platform_tests.warehouse.days import NOW, inputs, refresh, rows_of

COMPARED: tuple[type[Contract], ...] = (RejectedRecord, CityDaily)


@dataclass
class Cost:
    """Rows lost and rows too many, and where."""

    lost: int = 0
    doubled: int = 0
    where: list[str] = field(default_factory=list)

    def count(self, where: str, lost: int, doubled: int) -> None:
        """Add a difference, if there is one."""
        self.lost, self.doubled = self.lost + max(0, lost), self.doubled + max(0, doubled)
        if lost > 0 or doubled > 0:
            self.where.append(f"{where}: -{lost} +{doubled}")


def cost_of(site: Site) -> Cost:
    """Raw against what was served and against the ledger, the tables against the twin, the indices against tables."""
    cost = Cost()
    _raw(site, cost)
    with site.now(), twin(site) as fault_free:
        held, due = rows_of(site.platform.warehouse, also=COMPARED), rows_of(fault_free, also=COMPARED)
        for table, rows in due.items():
            cost.count(table, *difference(due=rows, held=held[table]))
        _outbox(site, cost)
        _search(site, cost)
        _archive(site, cost)
    return cost


def difference(due: pl.DataFrame, held: pl.DataFrame) -> tuple[int, int]:
    """Rows missing and rows too many, repeated ones counted as often as they are."""
    columns = due.columns
    counted = [frame.group_by(columns).len("times") for frame in (due, held)]
    both = counted[0].join(counted[1], on=columns, how="full", coalesce=True, nulls_equal=True, suffix="_held")
    more = pl.col("times_held").fill_null(0).cast(pl.Int64) - pl.col("times").fill_null(0).cast(pl.Int64)
    lost, doubled = both.select((-more).clip(0).sum(), more.clip(0).sum().alias("doubled")).row(0)
    return int(lost), int(doubled)


def torn(site: Site) -> Cost:
    """Windows that do not hold as many rows as their notes say: half-written ones."""
    cost, house = Cost(), site.platform.warehouse
    contracts = {name(contract): contract for contract in TABLES}
    notes = house.read(WrittenWindow).select("asset", "window_key", "row_count")
    for asset, key, noted in notes.iter_rows():
        days = () if key == ALL else (date.fromisoformat(key),) * 2
        held = house.read(contracts[asset], *days).height
        cost.count(f"{asset} {key}", noted - held, held - noted)
    return cost


@contextmanager
def twin(site: Site) -> Iterator[Warehouse]:
    """A warehouse made at once from the responses that were really kept."""
    database = f"twin_{uuid4().hex}"
    server = site.platform.postgres_url
    ensure_database(server, database)
    house = Warehouse(on_same_server(server, database))
    try:
        for day in _days(site):
            refresh(site.platform.store, house, day, now=max(NOW, site.clock.at))
        for day in map(date.fromisoformat, site.platform.warehouse.notes(CityDaily)):
            _add_city_day(house, site, day)
        yield house
    finally:
        house.close()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def _days(site: Site) -> list[date]:
    """Days with responses or attempts, and every day of ours that has rows: the mart knows days without polls."""
    found = {attempt["fetched_at_ms"] // 86_400_000 for attempt in site.platform.store.ledger.collection.find()}
    return sorted({date(1970, 1, 1) + timedelta(days=number) for number in found})


def _add_city_day(house: Warehouse, site: Site, day: date) -> None:
    made = CITY_DAILY.make(inputs(site.platform.store, house, site.clock.at), day)
    write_partitions(house, CityDaily, [made], "twin")


def _raw(site: Site, cost: Cost) -> None:
    """As many sound responses as there should be, each with a finished attempt; no sound attempt without one."""
    database = site.platform.store.database
    all_metadata = [metadata for name in collections() for metadata in database[name].find({}, {"body": 0})]
    for source in site.expected.keys() | {metadata["source"] for metadata in all_metadata}:
        sound = sum(metadata["source"] == source and metadata["verdict"] == "sound" for metadata in all_metadata)
        cost.count(f"pages of {source}", site.expected[source] - sound, sound - site.expected[source])
    attempts = {attempt.get("page_id"): attempt["outcome"] for attempt in database["poll_attempt"].find()}
    unsettled = [metadata["_id"] for metadata in all_metadata if attempts.get(metadata["_id"]) != metadata["verdict"]]
    responses = {metadata["_id"] for metadata in all_metadata}
    without_page = [
        response for response, outcome in attempts.items() if outcome == "sound" and response not in responses
    ]
    cost.count("attempts of pages", len(unsettled), 0)
    cost.count("pages of attempts", len(without_page), 0)


def _outbox(site: Site, cost: Cost) -> None:
    """Every change between runs is told once, but for those of days of which it is told that they were written again,
    and of the days after them, which began with other states."""
    house = site.platform.warehouse
    told = house.read(Change)
    newest = told["id"].max() or 0
    cost.count("ids of changes", int(str(newest)) - told["id"].n_unique(), told.height - told["id"].n_unique())
    for feed in FEEDS:
        own = told.filter(pl.col("network") == feed.source.network)
        rewritten = own["utc_date"].drop_nulls().to_list()
        others = ~pl.col("after_first_seen_at").dt.date().is_in(
            [*rewritten, *(day + timedelta(days=1) for day in rewritten)]
        )
        columns = ("thing_id", "before", "after", "before_last_seen_at", "after_first_seen_at")
        due = state_changes(house.read(feed.status), feed.status.create_empty(), feed.things).filter(others)
        held = own.filter(pl.col("kind") == "state_changed").filter(others)
        cost.count(f"changes of {feed.source.network}", *difference(due.select(columns), held.select(columns)))


def _search(site: Site, cost: Cost) -> None:
    search, warehouse = site.platform.search, site.platform.warehouse
    due, held = expected(warehouse, search.kept_hours), indexed(search)
    cost.count("belib_availability", len(due.keys() - held.keys()), len(held.keys() - due.keys()))
    cost.count("belib_availability", sum(held[key] != due[key] for key in due.keys() & held.keys()), 0)
    statuses, _ = differing_states(search, warehouse, CHARGE_POINTS)
    cost.count("belib_charge_points", statuses.height, 0)


def _archive(site: Site, cost: Cost) -> None:
    """Every archived day is what raw holds of it, in a sound file."""
    archive = archive_of(load_settings())
    for why in unequal_days(archive, site.platform.store, archive.sound_chain().newest).values():
        cost.count(f"archive: {why}", 1, 0)
