"""The first start of a home: partitions begin with the earliest data of any store, or with the day it is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from belib_platform.first_day import record_first_day, recorded_first_day
from belib_platform.local.errors import StoresError
from belib_platform.local.first_data import ensure_first_day, first_days
from belib_platform.local.urls import Urls
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.upgrades.before import KEPT, RETIRED, make_home

EARLY = date(2024, 2, 29)


@pytest.fixture
def urls(stores: Urls, mongo_url: str, postgres_url: str) -> Urls:
    """Empty stores that only one test has."""
    return replace(stores, mongo=mongo_url, postgres=postgres_url)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home that was not started yet."""
    return Settings(home=tmp_path / "home", _env_file=None)


def instant(day: date) -> int:
    return epoch_ms(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def response(store: RawStore, _: Urls, __: Path) -> None:
    store.database["raw_meteo"].insert_one({"_id": "early", "fetched_at_ms": instant(EARLY)})


def attempt(store: RawStore, _: Urls, __: Path) -> None:
    store.ledger.begin("belib", datetime(2024, 2, 29, 12, tzinfo=UTC), "poll")


def retired_day(store: RawStore, _: Urls, __: Path) -> None:
    store.retired.note(EARLY, {})


def archived_day(_: RawStore, __: Urls, home: Path) -> None:
    (home / "archive/2024").mkdir(parents=True)
    (home / f"archive/2024/belib_raw_{EARLY}.r2.tar.zst").touch()


def row(_: RawStore, urls: Urls, __: Path) -> None:
    with psycopg.connect(urls.postgres) as connection:
        early = json.dumps({"fetched_at": "2024-02-29T23:30:00Z"})
        connection.execute(
            "INSERT INTO clean.poll SELECT (jsonb_populate_record(p, %s)).* FROM clean.poll AS p LIMIT 1", [early]
        )


EARLIER: dict[str, Callable[[RawStore, Urls, Path], None]] = {
    "a page": response,
    "an attempt": attempt,
    "a retired day": retired_day,
    "an archived day": archived_day,
    "a row": row,
}


@pytest.mark.parametrize("earlier", [None, *EARLIER])
def test_a_home_of_the_version_before_begins_with_its_earliest_data(
    store: RawStore, urls: Urls, settings: Settings, earlier: str | None
) -> None:
    make_home(store.database, urls.postgres, settings.home / "archive")
    if earlier:
        EARLIER[earlier](store, urls, settings.home)
    ensure_first_day(settings, urls)
    assert recorded_first_day(settings.home) == (EARLY if earlier else RETIRED)


def test_its_retired_day_counts_even_where_the_archive_and_the_rows_are_gone(
    store: RawStore, urls: Urls, tmp_path: Path
) -> None:
    make_home(store.database, urls.postgres, tmp_path)
    store.ledger.collection.delete_many({})
    assert min(first_days(urls, tmp_path / "elsewhere")) == RETIRED
    store.retired.lift(RETIRED)
    with psycopg.connect(urls.postgres) as connection:
        connection.execute("DROP SCHEMA clean, mart CASCADE")
    assert list(first_days(urls, tmp_path / "elsewhere")) == [KEPT] * 3


@pytest.mark.parametrize("has_tables", [False, True])
def test_an_empty_home_begins_today_and_a_day_once_noted_stays(
    urls: Urls, settings: Settings, store: RawStore, has_tables: bool
) -> None:
    if has_tables:
        ensure_schema(urls.postgres)
    ensure_first_day(settings, urls)
    today = datetime.now(UTC).date()
    assert recorded_first_day(settings.home) in {today, today - timedelta(days=1)}
    noted = recorded_first_day(settings.home)
    response(store, urls, settings.home)
    ensure_first_day(settings, urls)
    assert recorded_first_day(settings.home) == noted


def test_the_setting_leaves_nothing_to_note(urls: Urls, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", first_day=EARLY, _env_file=None)
    ensure_first_day(settings, urls)
    assert not settings.home.exists()
    record_first_day(settings, KEPT)
    ensure_first_day(settings, urls)
    assert recorded_first_day(settings.home) == KEPT


@pytest.mark.parametrize("spoilt", [0, -1, "2024-02-29", None, 1.5e12, instant(date(1999, 1, 1))])
def test_an_instant_that_nobody_can_have_meant_makes_no_partitions(
    store: RawStore, urls: Urls, settings: Settings, spoilt: object
) -> None:
    store.database["raw_belib"].insert_one({"_id": "spoilt", "fetched_at_ms": spoilt})
    ensure_first_day(settings, urls)
    assert (recorded_first_day(settings.home) or date.min) >= datetime.now(UTC).date() - timedelta(days=1)


@pytest.mark.parametrize("away", ["mongo", "postgres"])
def test_as_long_as_a_store_is_away_nothing_is_noted_and_a_sentence_says_so(
    urls: Urls, settings: Settings, away: str
) -> None:
    nowhere = {
        "mongo": "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=200",
        "postgres": "postgresql://127.0.0.1:1/x",
    }
    with pytest.raises(StoresError, match=r"a store does not answer: .*refused") as refused:
        ensure_first_day(settings, replace(urls, **{away: nowhere[away]}))
    assert len(str(refused.value).splitlines()) == 1
    assert not settings.home.exists()
