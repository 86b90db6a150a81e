"""The indices at the end of the chain: equal to the warehouse after every run, and never in its way."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import time_machine
from dagster import DagsterRunStatus
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from belib_platform.contracts.clean import Arrondissement
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.contracts.search import BelibArrondissements, BelibAvailability, BelibChargePoints
from belib_platform.definitions import defs
from belib_platform.jobs import SEARCHED, fill_search
from belib_platform.local.ports import any_free
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import RebuildError, rebuild_days
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search.indices import living
from belib_platform.search.notes import all_notes, forget
from belib_platform.sensors.lost_index import lost_index_sensor
from belib_platform.settings import load_settings
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.simulator.paris import Paris
from belib_platform_tests.conftest import delete_indices
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.end_to_end.platform import Platform, checks_of, today
from belib_platform_tests.search.made_mart import expected, indexed

pytestmark = pytest.mark.slow

DAY = date(2025, 6, 30)
DAYS = [DAY, DAY + timedelta(days=1)]
SAME = "index_and_table_hold_the_same"
CHECKED = ["belib_availability", "belib_charge_points"]


@pytest.fixture
def history(platform: Platform) -> Platform:
    """Two hours of polls on each of two days of a small Paris, kept as responses."""
    paris = Paris.draw(3, first_day=DAY, days=len(DAYS), stations=4)
    platform.import_noons(paris, DAYS)
    return platform


def points(platform: Platform) -> int:
    alias = platform.search.alias(BelibChargePoints)
    return int(platform.search.client.count(index=alias)["count"])


def failed_steps(result: dg.ExecuteInProcessResult) -> set[str]:
    return {str(event.step_key) for event in result.all_events if event.is_step_failure}


def test_a_rebuild_ends_with_indices_that_are_the_tables(history: Platform) -> None:
    rebuild_days(history.instance, DAYS)
    assert indexed(history.search) == expected(history.warehouse)
    assert len(indexed(history.search)) == history.rows(StationAvailabilityHourly).height > 0
    assert points(history) > 0
    found = checks_of(history.run("close_day_daily", DAY))
    for asset in CHECKED:
        assert found[asset, SAME].passed
        assert found[asset, SAME].metadata["offending"].value == 0
    assert found["belib_availability", SAME].metadata["judged"].value == 24


def test_a_run_without_elasticsearch_makes_the_tables_and_says_what_it_could_not(
    history: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setenv("BELIB_ELASTICSEARCH_URL", f"http://127.0.0.1:{any_free()}")
        result = history.run("rebuild", DAY, must_succeed=False)
        assert failed_steps(result) == set(SEARCHED)
        for asset in CHECKED:
            found = checks_of(result)[asset, SAME]
            assert not found.passed
            assert "does not answer" in str(found.metadata["reason"].value)
        with pytest.raises(RebuildError, match=r"The tables are made, the search indices are not: .*does not answer"):
            rebuild_days(history.instance, DAYS)
    assert history.rows(StationAvailabilityHourly)["hour_at"].dt.date().unique().sort().to_list() == DAYS
    assert history.run("rebuild", DAY).success
    assert indexed(history.search) == expected(history.warehouse), "the other day heals in passing"


def test_the_borders_of_the_newest_edition_are_indexed_once(history: Platform) -> None:
    recorded_at = datetime(DAY.year, DAY.month, DAY.day, 13, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "borders.geojson"
        file.write_bytes(arrondissements_geojson(3))
        imported = import_recordings(find_recordings(file, fetched_at=recorded_at), load_settings(), history.store)
    assert imported.sound == {"arrondissements": 1}
    for sent in (20, 0):
        result = history.run("rebuild", DAY)
        [materialization] = result.asset_materializations_for_node("belib_arrondissements")
        assert materialization.metadata["sent_documents"].value == sent
        assert materialization.metadata["dagster/row_count"].value == 20
        assert checks_of(result)["arrondissement", "every_arrondissement_has_a_border"].passed
    assert set(history.rows(Arrondissement)["fetched_at"]) == {recorded_at}
    alias = history.search.alias(BelibArrondissements)
    assert history.search.client.get(index=alias, id="20")["_source"]["geometry"]["type"] == "Polygon"


def asked(platform: Platform, folder: Path) -> list[str | None] | str | None:
    """The days the sensor asks a run for, or why it asks for none."""
    with local_instance(folder) as instance:
        resources = {"elasticsearch": ElasticsearchResource(), "postgres": PostgresResource()}
        with dg.build_sensor_context(
            instance, repository_def=defs.get_repository_def(), resources=resources
        ) as context:
            found = lost_index_sensor.evaluate_tick(context)
    return [request.partition_key for request in found.run_requests or []] or found.skip_message


def noted_run(job: str, status: DagsterRunStatus, folder: Path) -> str:
    """A run of a job as the daemon knows it."""
    origin = RemoteJobOrigin(
        RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("belib_platform"), "__repository__"), job
    )
    with local_instance(folder) as instance:
        definition = defs.resolve_job_def(job)
        return instance.create_run_for_job(definition, status=status, remote_job_origin=origin).run_id


def test_lost_indices_are_filled_by_one_run_whatever_was_lost(history: Platform, tmp_path: Path) -> None:
    assert asked(history, tmp_path) == "No index is lost."
    rebuild_days(history.instance, DAYS)
    assert asked(history, tmp_path) == "No index is lost."
    for lost in ([BelibAvailability], [BelibChargePoints], []):
        for contract in lost:
            lose(history, contract)
        if not lost:
            delete_indices(history.search)
        assert asked(history, tmp_path) == [today().isoformat()]
        history.run(fill_search.name, today())
        assert asked(history, tmp_path) == "No index is lost."
        assert indexed(history.search) == expected(history.warehouse)
        assert points(history) > 0


def lose(platform: Platform, contract: type[Contract]) -> None:
    """An index and its notes are gone, as when the server of a part of them was replaced."""
    indices = [index.name for index in living(platform.search, contract)]
    forget(platform.search, [key for key in all_notes(platform.search) if key[0] in indices])
    for index in indices:
        platform.search.client.indices.delete(index=index)


def test_the_sensor_asks_for_no_second_run_and_gives_a_failed_one_time(history: Platform, tmp_path: Path) -> None:
    rebuild_days(history.instance, [DAY])
    delete_indices(history.search)
    for job in (fill_search.name, "belib_five_minutely", "velib_five_minutely"):
        unfinished = noted_run(job, DagsterRunStatus.QUEUED, tmp_path)
        assert asked(history, tmp_path) == f"Run {unfinished} of {job} loads them."
        with local_instance(tmp_path) as instance:
            instance.delete_run(unfinished)
    failed = noted_run(fill_search.name, DagsterRunStatus.FAILURE, tmp_path)
    assert asked(history, tmp_path) == f"Run {failed} failed less than five minutes ago."
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6), tick=True):
        assert asked(history, tmp_path) == [today().isoformat()]


def test_a_search_layer_that_is_away_is_said_by_the_sensor(
    history: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELIB_ELASTICSEARCH_URL", f"http://127.0.0.1:{any_free()}")
    assert "does not answer" in str(asked(history, tmp_path))
