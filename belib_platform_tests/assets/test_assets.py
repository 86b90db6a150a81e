"""What Dagster is told of every asset, so that its UI answers whose it is, what it holds and when it is late."""

from pathlib import Path

import dagster as dg
import pytest

from belib_platform.assets.raw import raw_belib, raw_belib_static, raw_meteo
from belib_platform.checks.registry import CHECKS
from belib_platform.contracts.contract import column_docs, frame_schema, layer, name, qualified_name
from belib_platform.contracts.mapping import index_fields
from belib_platform.contracts.tables import INDICES, TABLES
from belib_platform.definitions import defs
from belib_platform.jobs import CHAIN, DERIVED, EXPORTS, JOBS, SEARCHED, chain
from belib_platform.settings import load_settings

SPECS = {spec.key.to_user_string(): spec for spec in sorted(defs.resolve_all_asset_specs(), key=lambda spec: spec.key)}
OF_INDICES = {name(contract): contract for contract in INDICES}
OF_TABLES = {name(contract): contract for contract in TABLES if name(contract) in SPECS}
RAW = {"raw_belib", "raw_belib_static", "raw_arrondissements", "raw_meteo", "raw_belib_latest"} | {
    "raw_velib",
    "raw_velib_latest",
}
JOB_NAMES = [job.name for job in JOBS]
FILES = set(EXPORTS)
ARCHIVE = {"archive_belib", "retired_day"}
OF_OUR_OWN_WORK = {
    "rows_keep_their_contract",
    "runs_do_not_overlap",
    "seconds_of_an_hour_add_up",
    "weather_was_known_at_that_hour",
    "every_station_has_all_hours",
    "seconds_add_up_to_the_mart",
    "sums_add_up_to_the_mart",
    "none_free_agrees_with_each_power",
    "seconds_are_those_of_all_hours",
    "outages_do_not_overlap",
    "weather_was_known_when_issued",
    "near_in_both_directions",
    "archive_reads_back_equal",
    "chain_is_unbroken",
}
"""Checks that are false only by a defect of the platform."""


def scheduled() -> set[str]:
    """Assets that some schedule's job makes."""
    graph = defs.resolve_asset_graph()
    jobs = {schedule.job_name for schedule in defs.get_repository_def().schedule_defs}
    selections = [defs.resolve_job_def(job).asset_layer.executable_asset_keys for job in jobs]
    return {key.to_user_string() for selection in selections for key in selection if graph.has(key)}


def test_every_asset_is_raw_the_table_or_index_of_a_contract_a_file_or_of_the_archive() -> None:
    assert set(SPECS) == RAW | set(OF_TABLES) | set(OF_INDICES) | FILES | ARCHIVE


def test_each_network_s_chain_ends_with_its_own_indices_and_has_none_of_the_other() -> None:
    of_bikes = chain("velib_five_minutely", "raw_velib_latest")
    assert CHAIN[-3:] == ["belib_availability", "belib_charge_points", "belib_arrondissements"]
    assert of_bikes[-2:] == ["belib_bike_availability", "belib_bike_stations"]
    assert {*CHAIN[-3:], *of_bikes[-2:]} == set(SEARCHED)
    assert not {*CHAIN} & {*of_bikes} & {*SEARCHED}
    assert not set(DERIVED) & set(SEARCHED)


def test_borders_are_made_where_they_are_asked_for_and_with_all_other_tables() -> None:
    jobs = {job: defs.resolve_job_def(job).asset_layer.executable_asset_keys for job in JOB_NAMES}
    made = {job for job, assets in jobs.items() if dg.AssetKey("arrondissement") in assets}
    assert made == {"static_daily", "close_day_daily", "rebuild"}


@pytest.mark.parametrize("asset", SPECS)
def test_an_asset_says_whose_it_is_and_what_for(asset: str) -> None:
    spec = SPECS[asset]
    own = layer((OF_TABLES | OF_INDICES)[asset]) if asset in OF_TABLES | OF_INDICES else None
    expected_layer = own or ("raw" if asset in RAW else "archive" if asset in ARCHIVE else "exports")
    assert spec.group_name == expected_layer
    assert spec.tags["layer"] == expected_layer
    assert spec.owners == ["team:belib-platform"]
    assert spec.kinds
    assert len(spec.description or "") > 60
    assert spec.code_version


@pytest.mark.parametrize("asset", SPECS)
def test_an_assets_code_is_one_click_away(asset: str) -> None:
    references = SPECS[asset].metadata["dagster/code_references"].code_references
    files = [Path(reference.file_path) for reference in references]
    assert [file.parent.name for file in files] == ["assets"]
    assert all(f"def {asset}(" in file.read_text() for file in files)


@pytest.mark.parametrize("asset", OF_TABLES)
def test_a_tables_columns_are_those_of_its_contract_each_with_its_type_and_meaning(asset: str) -> None:
    contract, metadata = OF_TABLES[asset], SPECS[asset].metadata
    columns = metadata["dagster/column_schema"].columns
    assert [column.name for column in columns] == list(frame_schema(contract))
    assert {column.name: column.description for column in columns} == column_docs(contract)
    assert all(column.type for column in columns)
    assert [column.name for column in columns if "primary_key" in column.tags] == contract.primary_key()
    assert metadata["dagster/table_name"] == qualified_name(contract)


@pytest.mark.parametrize("asset", OF_INDICES)
def test_an_indexs_fields_are_those_of_its_contract_each_with_its_type_and_meaning(asset: str) -> None:
    contract, metadata = OF_INDICES[asset], SPECS[asset].metadata
    columns = metadata["dagster/column_schema"].columns
    assert {column.name: column.type for column in columns} == {f: s["type"] for f, s in index_fields(contract).items()}
    assert {column.name: column.description for column in columns} == column_docs(contract)
    assert [column.name for column in columns if "primary_key" in column.tags] == contract.primary_key()


@pytest.mark.parametrize(
    "asset",
    [
        "station_availability_hourly",
        "city_daily",
        "station_free_hourly",
        "bike_availability_hourly",
        "bike_city_daily",
    ],
)
def test_every_column_of_the_mart_says_which_columns_it_is_made_from_and_these_exist(asset: str) -> None:
    lineage = SPECS[asset].metadata["dagster/column_lineage"].deps_by_column
    assert set(lineage) == set(frame_schema(OF_TABLES[asset]))
    for dependencies in lineage.values():
        for dependency in dependencies:
            upstream = OF_TABLES[dependency.asset_key.to_user_string()]
            assert dependency.column_name in frame_schema(upstream)


def test_what_a_schedule_makes_has_a_freshness_policy() -> None:
    assert scheduled() == set(SPECS)
    never_late = {asset for asset, spec in SPECS.items() if spec.freshness_policy is None}
    assert load_settings().network_names == ("belib",)
    assert never_late == {asset for asset in {*SPECS} - FILES if "bike_" in asset or "velib" in asset}


@pytest.mark.parametrize("asset", SPECS)
def test_every_step_retries_its_stores_for_at_most_half_a_minute(asset: str) -> None:
    policy = defs.resolve_assets_def(asset).op.retry_policy
    assert policy is not None
    assert sum(policy.calculate_delay(n) for n in range(1, policy.max_retries + 1)) <= 30


def test_one_run_at_a_time_asks_one_api() -> None:
    pools = {asset.key.to_user_string(): asset.op.pool for asset in (raw_belib, raw_belib_static, raw_meteo)}
    assert pools == {"raw_belib": "opendatasoft", "raw_belib_static": "opendatasoft", "raw_meteo": "open_meteo"}


@pytest.mark.parametrize("asset", SPECS)
def test_an_assets_checks_are_sentences_and_only_those_of_our_own_work_block(asset: str) -> None:
    specs = {spec.name: spec for spec in defs.resolve_assets_def(asset).check_specs}
    if asset in OF_TABLES | OF_INDICES:
        assert [(name, spec.description) for name, spec in specs.items()] == [
            (c.name, c.sentence) for c in CHECKS[asset]
        ]
    if asset in RAW:
        assert set(specs) == ({"every_weather_provider_answered"} if asset == "raw_meteo" else set())
    assert {check for check, spec in specs.items() if spec.blocking} == set(specs) & OF_OUR_OWN_WORK
    assert all((spec.description or "").endswith(".") for spec in specs.values())


def test_the_archive_and_the_indices_are_checked() -> None:
    assert {"archive_reads_back_equal", "chain_is_unbroken"} <= {
        spec.name for spec in defs.resolve_assets_def("archive_belib").check_specs
    }
    assert all("every_document_keeps_its_contract" in [check.name for check in CHECKS[asset]] for asset in OF_INDICES)


def test_days_are_utc_and_today_is_one_of_them() -> None:
    days = {asset: spec.partitions_def for asset, spec in SPECS.items() if spec.partitions_def}
    whole = {"raw_belib_latest", "raw_velib_latest", "charge_point", "station", "bike_station", "arrondissement"}
    indices = {"belib_charge_points", "belib_arrondissements", "belib_bike_stations"}
    statistics = {"station_rhythm", "station_period", "outage", "weather_effect", "bike_rhythm", "station_nearby"}
    assert set(days) == set(SPECS) - whole - indices - statistics - FILES - {"retired_day"}
    for partitions in days.values():
        assert isinstance(partitions, dg.DailyPartitionsDefinition)
        assert (partitions.timezone, partitions.end_offset) == ("UTC", 1)
