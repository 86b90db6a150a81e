"""From a dropped folder to history: every good file once, every bad one named, nothing else touched."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from dagster import DagsterRunStatus

from belib_platform.assets.partitions import DAILY
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Poll
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.definitions import defs
from belib_platform.files.locks import lock
from belib_platform.first_day import record_first_day, recorded_first_day
from belib_platform.recordings.inbox.job import TAG
from belib_platform.recordings.inbox.moving import REPORT
from belib_platform.sensors import inbox as sensor
from belib_platform.settings import Settings
from belib_platform_tests.end_to_end.platform import failure_of
from belib_platform_tests.forks import Fork
from belib_platform_tests.recordings.inbox.conftest import Daemon
from belib_platform_tests.recordings.inbox.dropped import BAD, BODY, DAY, GOOD, NOON, RECORDS, at, drop_mixed


def history(daemon: Daemon) -> dict[str, pl.DataFrame]:
    tables = (Poll, ChargePointStatus, ChargePoint, StationAvailabilityHourly)
    return {table.__name__: daemon.platform.rows(table) for table in tables}


def raw(daemon: Daemon) -> dict[str, Any]:
    database = daemon.platform.store.database
    return {
        name: sorted(database[name].find(), key=lambda d: str(d["_id"])) for name in database.list_collection_names()
    }


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def sound_polls(daemon: Daemon) -> pl.DataFrame:
    return daemon.platform.rows(Poll).filter((pl.col("source") == "belib") & (pl.col("outcome") == "sound"))


def metadata_of(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    [event] = [event for event in result.all_node_events if event.is_successful_output]
    return {name: entry.value for name, entry in event.step_output_data.metadata.items()}


@pytest.mark.slow
def test_of_a_mixed_folder_the_good_is_history_and_the_bad_is_named(daemon: Daemon) -> None:
    drop_mixed(daemon.inbox.folder / "mine")
    dropped = files(daemon.inbox.folder / "mine")
    [result] = daemon.run_until_idle()
    polls = sound_polls(daemon)
    assert polls["fetched_at"].dt.minute().to_list() == [0, 5, 10, 15, 20, 25, 30, 35, 40, 41, 42]
    assert (polls.height, polls["is_folded"].all()) == (GOOD, True)
    assert polls["record_count"].to_list() == [12, 12, 12, 1, *[12] * 7]
    assert daemon.platform.rows(StationAvailabilityHourly).height > 0
    assert daemon.platform.rows(ChargePoint)["power_kw"].max() == 7

    report = (daemon.inbox.refused / "mine" / REPORT).read_text()
    lines = [line for line in report.splitlines() if line.startswith("- `")]
    assert len(lines) == len(BAD)
    for name, reason in BAD.items():
        [line] = [line for line in lines if line.startswith(f"- `{name}`: ")]
        assert reason in line
    refused_files = {name.partition(",")[0] for name in BAD}
    assert files(daemon.inbox.refused / "mine") == refused_files | {REPORT}
    assert files(daemon.inbox.done / "mine") == dropped - refused_files
    assert not (daemon.inbox.folder / "mine").exists()
    assert not list(daemon.inbox.home.rglob("*climbed*"))
    found = metadata_of(result)
    assert (found["sound"], found["refused"], found["utc_days"]) == (GOOD + 1, len(BAD), 1)
    assert found["report"] == str(daemon.inbox.refused / "mine" / REPORT)
    told = daemon.instance.get_latest_materialization_events([dg.AssetKey("raw_belib")])[dg.AssetKey("raw_belib")]
    assert told is not None
    assert told.asset_materialization is not None
    assert told.asset_materialization.partition == str(DAY)


@pytest.mark.slow
def test_dropped_twice_changes_nothing_but_where_it_lies(daemon: Daemon) -> None:
    drop_mixed(daemon.inbox.folder / "mine")
    assert len(daemon.run_until_idle()) == 1
    before, kept = history(daemon), raw(daemon)
    drop_mixed(daemon.inbox.folder / "mine")
    [again] = daemon.run_until_idle()
    assert metadata_of(again)["new"] == 0
    assert raw(daemon) == kept
    after = history(daemon)
    assert all(before[table].equals(after[table]) for table in before)
    assert files(daemon.inbox.done / "mine-2") == files(daemon.inbox.done / "mine")
    assert files(daemon.inbox.refused / "mine-2") == files(daemon.inbox.refused / "mine")


@pytest.mark.slow
def test_a_history_and_the_portals_other_exports_are_taken_as_a_manifest_says(daemon: Daemon) -> None:
    folder = daemon.inbox.folder / "mine"
    folder.mkdir()
    rows = [f"{NOON.replace(minute=n):%Y-%m-%dT%H:%M};{r['id_pdc']};Inconnu" for n in range(3) for r in RECORDS]
    (folder / "history.csv").write_text("\n".join(["when;id_pdc;statut_pdc", *rows, ""]))
    (folder / "a.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in RECORDS))
    (folder / at(10, ".geojson")).write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"properties": record} for record in RECORDS]})
    )
    entries = [
        {"file": "history.csv", "time_field": "when", "time_zone": "UTC"},
        {"file": "a.jsonl", "fetched_at": NOON.replace(minute=5).isoformat()},
    ]
    (folder / "manifest.jsonl").write_text("\n".join(map(json.dumps, entries)))
    daemon.run_until_idle()
    polls = sound_polls(daemon)
    assert polls["fetched_at"].dt.minute().to_list() == [0, 1, 2, 5, 10]
    assert polls["record_count"].to_list() == [len(RECORDS)] * 5
    assert polls["is_folded"].all()
    assert files(daemon.inbox.refused) == set()


@pytest.mark.slow
def test_what_was_mended_comes_back_with_its_report(daemon: Daemon) -> None:
    (daemon.inbox.folder / "mine").mkdir()
    (daemon.inbox.folder / "mine" / at(1)).write_text("<html>")
    daemon.run_until_idle()
    assert files(daemon.inbox.refused) == {f"mine/{REPORT}", f"mine/{at(1)}"}
    (daemon.inbox.refused / "mine" / at(1)).write_bytes(BODY)
    (daemon.inbox.refused / "mine").rename(daemon.inbox.folder / "mine")
    daemon.run_until_idle()
    assert files(daemon.inbox.done) == {f"mine/{REPORT}", f"mine/{at(1)}"}
    assert files(daemon.inbox.refused) == set()
    assert sound_polls(daemon).height == 1


@pytest.mark.slow
def test_a_single_file_is_taken_and_a_link_is_not(daemon: Daemon, tmp_path: Path) -> None:
    (tmp_path / at(2)).write_bytes(BODY)
    (daemon.inbox.folder / at(1)).write_bytes(BODY)
    (daemon.inbox.folder / at(2)).symlink_to(tmp_path / at(2))
    os.mkfifo(daemon.inbox.folder / "pipe")
    assert len(daemon.run_until_idle()) == 3
    assert files(daemon.inbox.done) == {at(1)}
    assert files(daemon.inbox.refused) == {f"{name}/{part}" for name in (at(2), "pipe") for part in (name, REPORT)}
    assert (tmp_path / at(2)).read_bytes() == BODY
    assert sound_polls(daemon).height == 1


@pytest.mark.slow
def test_a_folder_still_being_copied_is_left_until_it_no_longer_changes(daemon: Daemon) -> None:
    assert daemon.tick() == ([], "The inbox is empty.")
    folder = daemon.inbox.folder / "mine"
    folder.mkdir()
    for minute in range(3):
        (folder / at(minute)).write_bytes(BODY)
        requests, said = daemon.tick()
        assert (requests, said) == ([], "mine may still be copied; it is taken once it no longer changes.")
    with (folder / at(2)).open("ab") as growing:
        growing.write(b"\n")
    assert daemon.tick()[0] == []
    [request] = daemon.tick()[0]
    assert request.run_key is not None
    assert request.run_key.startswith("mine@")
    # it grows between the tick and the run, and is left
    (folder / at(3)).write_bytes(BODY)
    assert metadata_of(daemon.run(request))["sound"] == 0
    assert folder.exists()
    daemon.run_until_idle()
    assert files(daemon.inbox.done) == {f"mine/{at(minute)}" for minute in range(4)}
    assert sound_polls(daemon).height == 4


def test_one_folder_is_one_run_at_a_time(daemon: Daemon) -> None:
    (daemon.inbox.folder / at(1)).write_bytes(BODY)
    daemon.tick()
    [request] = daemon.tick()[0]
    waiting = daemon.instance.create_run_for_job(
        defs.resolve_job_def("inbox_import"), run_config=request.run_config, tags=dict(request.tags)
    )
    requests, said = daemon.tick()
    assert (requests, said) == ([], f"Run {waiting.run_id} imports {at(1)}.")


@pytest.mark.slow
def test_an_import_that_fails_is_a_failed_run_that_names_the_folder_and_heals(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    (daemon.inbox.folder / "mine").mkdir()
    (daemon.inbox.folder / "mine" / at(1)).write_bytes(BODY)
    daemon.tick()
    with monkeypatch.context() as broken:
        broken.setenv("BELIB_POSTGRES_URL", "postgresql://nobody@127.0.0.1:1/none")
        for _ in range(sensor.ATTEMPTS):
            [request] = daemon.tick()[0]
            failed = daemon.run(request, must_succeed=False)
            assert not failed.success
    step = next(event for event in failed.all_events if event.is_step_failure)
    assert step.step_failure_data.error is not None
    assert "mine in the inbox was not imported, and stays there: " in step.step_failure_data.error.message
    assert failure_of(failed)
    assert daemon.tick() == ([], f"mine failed {sensor.ATTEMPTS} times; it is left alone until it changes.")
    (daemon.inbox.folder / "mine" / at(2)).write_bytes(BODY)
    daemon.run_until_idle()
    assert sound_polls(daemon).height == 2
    assert files(daemon.inbox.done) == {f"mine/{at(1)}", f"mine/{at(2)}"}


def test_a_name_from_elsewhere_is_refused(daemon: Daemon) -> None:
    (daemon.inbox.folder / at(1)).write_bytes(BODY)
    daemon.tick()
    [request] = daemon.tick()[0]
    config = {**request.run_config, "ops": {"import_from_inbox": {"config": {"name": "../copy", "signature": "x"}}}}
    failed = daemon.run(dg.RunRequest(run_config=config), must_succeed=False)
    assert "is no name of something dropped into the inbox" in failure_of(failed)


@pytest.mark.slow
def test_a_killed_run_is_ended_and_the_next_tick_begins_again(
    daemon: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = daemon.inbox.folder / "mine"
    folder.mkdir()
    for minute in range(60):
        (folder / at(minute)).write_bytes(BODY)
    daemon.tick()
    [request] = daemon.tick()[0]
    killed_in_the_middle(daemon, request, tmp_path)
    assert len(files(folder)) == 60
    # it is not ended before it had time to take the lock, nor while somebody holds it
    assert daemon.tick()[1].startswith("Run ")
    monkeypatch.setattr(sensor, "GRACE_S", 0)
    with lock(daemon.inbox.lock):
        assert daemon.tick()[1].startswith("Run ")
    [again] = daemon.tick()[0]
    assert again.run_key != request.run_key
    [dead] = daemon.instance.get_runs(dg.RunsFilter(tags={TAG: request.tags[TAG]}))
    assert dead.status is DagsterRunStatus.FAILURE
    daemon.run(again)
    assert sound_polls(daemon).height == 60
    assert len(files(daemon.inbox.done / "mine")) == 60


def killed_in_the_middle(daemon: Daemon, request: dg.RunRequest, tmp_path: Path) -> None:
    """Run it in another process and kill that once a page is kept."""
    env = {**os.environ, "BELIB_TEST_RUN": json.dumps({"config": request.run_config, "tags": dict(request.tags)})}
    worker = Fork("belib_platform_tests.recordings.inbox.worker", str(tmp_path / "dagster"), env=env)
    try:
        while daemon.platform.store.database["raw_belib"].find_one() is None:
            assert worker.process.is_alive()
    finally:
        worker.process.kill()
        worker.ended()


@pytest.mark.slow
def test_days_before_the_definitions_of_its_run_begin_become_history_all_the_same(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=daemon.inbox.home, _env_file=None)
    record_first_day(settings, DAY)
    (daemon.inbox.folder / "2018-05-06T120000Z.json").write_bytes(BODY)
    assert str(DAILY.get_first_partition_key()) > "2018-05-06"
    monkeypatch.setenv("DAGSTER_HOME", "/nonexistent")  # the process that makes the days is given its instance
    daemon.run_until_idle()
    assert recorded_first_day(daemon.inbox.home) == date(2018, 5, 6)
    assert (sound_polls(daemon)["is_folded"].to_list(), files(daemon.inbox.refused)) == ([True], set())
    assert daemon.platform.rows(StationAvailabilityHourly).height > 0
    runs = daemon.instance.get_runs(dg.RunsFilter(job_name="rebuild"))
    assert {run.status for run in runs} == {DagsterRunStatus.SUCCESS}
