"""What Dagster's UI tells of each asset: every key explained, totals beside the day's rows, previews to be read."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest

from belib_platform.checks.previews import ROWS
from belib_platform.contracts.contract import name
from belib_platform.contracts.tables import TABLES
from belib_platform.definitions import defs
from belib_platform.exports.exported import EXPORTED
from belib_platform.exports.links import PREFIX
from belib_platform.jobs import CHAIN
from belib_platform.local.urls import Urls
from belib_platform.repair.rebuild import rebuild_days, report_responses
from belib_platform.simulator.recordings import NETWORKS
from belib_platform.warehouse.registry import MADE_TABLES
from belib_platform_tests.end_to_end.platform import (
    Platform,
    apis_of,
    new_platform,
    noon,
    paris_around,
    today,
)
from belib_platform_tests.simulator.hand_clock import HandClock

pytestmark = pytest.mark.slow

ASSETS = {spec.key.to_user_string(): spec for spec in sorted(defs.resolve_all_asset_specs(), key=lambda spec: spec.key)}
OF_TABLES = {name(contract): contract for contract in TABLES if name(contract) in ASSETS}


@pytest.fixture(scope="module")
def lived(stores: Urls) -> Iterator[Platform]:
    """A small Paris, of which some hours were imported, then asked for live, closed, exported and archived."""
    yesterday, now = today() - timedelta(days=1), datetime.now(UTC)
    paris = paris_around(now)
    with new_platform(stores) as platform, apis_of(paris, HandClock(now)), pytest.MonkeyPatch.context() as environ:
        environ.setenv("BELIB_NETWORKS", ",".join(NETWORKS))
        platform.import_past(paris, noon(yesterday), noon(yesterday) + timedelta(minutes=30), NETWORKS)
        for collection in ("raw_belib", "raw_velib"):
            report_responses(platform.instance, collection, [yesterday])
        rebuild_days(platform.instance, [yesterday])
        for job in ("static_daily", "weather_hourly", "belib_five_minutely", "velib_five_minutely"):
            platform.run(job, today())
        for job in ("close_day_daily", "archive_daily"):
            platform.run(job, yesterday)
        yield platform


def told(platform: Platform, asset: str) -> list[Mapping[str, Any]]:
    """Metadata of an asset's materializations, newest first."""
    records = platform.instance.fetch_materializations(dg.AssetKey(asset), limit=20).records
    made = [record.asset_materialization for record in records]
    return [{key: value.value for key, value in one.metadata.items()} for one in made if one]


@pytest.mark.parametrize("asset", ASSETS)
def test_every_key_of_the_metadata_is_explained_in_the_description(lived: Platform, asset: str) -> None:
    explained = set(re.findall(r"^- `(\w+)`: \S+", ASSETS[asset].description or "", re.MULTILINE))
    made = told(lived, asset)
    assert made
    keys = {key for metadata in [*made, ASSETS[asset].metadata] for key in metadata if not key.startswith("dagster/")}
    assert keys - explained == set()


OF_LONGER_HISTORIES = {"outage", "weather_effect", "bike_tomorrow", "bike_tomorrow_skill", "station_nearby"}
"""Tables that have no rows after so few hours."""


@pytest.mark.parametrize("asset", OF_TABLES)
def test_the_total_is_that_of_the_table_and_the_row_count_that_of_the_run(lived: Platform, asset: str) -> None:
    [newest, *_] = told(lived, asset)
    table = lived.rows(OF_TABLES[asset])
    assert newest["total_rows"] == table.height
    assert newest["dagster/row_count"] <= table.height
    assert (newest["dagster/row_count"] > 0) == (asset not in OF_LONGER_HISTORIES)


def test_totals_of_days_are_more_than_one_day(lived: Platform) -> None:
    [newest, *_] = told(lived, "charge_point_status")
    assert newest["dagster/row_count"] < newest["total_rows"]
    [responses, *_] = told(lived, "raw_belib")
    assert responses["total_pages"] == lived.store.database["raw_belib"].count_documents({})


def test_what_the_ui_plots_is_in_every_materialization(lived: Platform) -> None:
    for asset in CHAIN:
        made = told(lived, asset)
        assert any(0 < metadata.get("seconds", 0) < 240 for metadata in made), asset
        assert isinstance(made[0]["dagster/row_count"], int), asset
    assert told(lived, "charge_point_status")[0]["rejected_ratio"] == 0
    assert any(
        {"freshness_age_minutes", "unknown_ratio", "records"} <= metadata.keys() for metadata in told(lived, "poll")
    )


@pytest.mark.parametrize("asset", [asset for asset in OF_TABLES if asset not in OF_LONGER_HISTORIES])
def test_a_preview_is_short_and_says_when_in_utc(lived: Platform, asset: str) -> None:
    shown = next(metadata["preview"] for metadata in told(lived, asset) if "preview" in metadata)
    response, _, *rows = [line.strip("| ").split(" | ") for line in shown.splitlines()]
    assert 1 <= len(rows) <= ROWS
    [columns] = [table.preview.columns for table in MADE_TABLES if table.name == asset and table.preview]
    assert [column.removesuffix(" (UTC)").strip("` ") for column in response] == columns
    assert max(map(len, shown.splitlines())) < 250
    assert not re.search(r"\d{2}:\d{2}:\d{2}|\+00:00|\d\.\d{4,}", shown), shown


@pytest.mark.parametrize("asset", [asset for asset in ASSETS if asset.endswith("_export") or asset == "data_card"])
def test_an_export_links_the_data_card_and_its_files(lived: Platform, asset: str) -> None:
    [newest, *_] = told(lived, asset)
    assert newest["data_card"] == f"{PREFIX}/README.md"
    assert newest["files"].count(f"]({PREFIX}/") == newest["file_count"] > 0
    assert ("csv" in newest) is (asset in {table.asset for table in EXPORTED if not table.by_month})
