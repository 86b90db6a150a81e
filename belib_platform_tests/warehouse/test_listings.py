"""The responses of a day are listed once a run, and again when one was added."""

from datetime import timedelta

from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.warehouse.listings import Listings
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live

DAY = NOON.date()


def keep(store: RawStore, minutes: int) -> str:
    kept = response([live(0)], NOON + timedelta(minutes=minutes))
    store.keep(BELIB.collection, [kept])
    return kept.id


def ids(listings: Listings, store: RawStore) -> list[str]:
    return [listed.id for listed in listings.of(store, BELIB.collection, DAY)]


def test_what_is_added_between_two_tables_of_a_run_is_listed(store: RawStore) -> None:
    listings, first = Listings(), keep(store, 10)
    assert ids(listings, store) == [first]
    before = keep(store, 5)
    assert ids(listings, store) == [before, first]


def test_a_day_is_listed_once_while_nothing_is_added(store: RawStore) -> None:
    listings, first = Listings(), keep(store, 10)
    assert ids(listings, store) == [first]
    store.database[BELIB.collection].delete_many({})  # what the ledger does not know of shows whether it is read again
    assert ids(listings, store) == [first]
    assert ids(Listings(), store) == []


def test_days_and_collections_are_listed_apart(store: RawStore) -> None:
    listings, first = Listings(), keep(store, 10)
    assert ids(listings, store) == [first]
    assert not listings.of(store, BELIB.collection, DAY + timedelta(days=1))
    assert not listings.of(store, "raw_belib_static", DAY)
