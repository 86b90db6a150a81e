"""From polls to files: a day that is closed is exported, and what is learned later reaches table and file."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl
import pytest

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeCityDaily
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Station
from belib_platform.contracts.contract import conform, name
from belib_platform.contracts.exports import Episode
from belib_platform.contracts.mart import SECONDS, CityDaily, StationAvailabilityHourly
from belib_platform.definitions import defs
from belib_platform.exports.files import exports_folder
from belib_platform.jobs import EXPORTS
from belib_platform.local.simulated import SimulatedParis, mark_simulated
from belib_platform.local.urls import Urls
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import NETWORKS
from belib_platform.transforms.episodes import episodes
from belib_platform_tests.documents import ROOT, Document
from belib_platform_tests.end_to_end.platform import Platform, new_platform, tick
from belib_platform_tests.exports.made_rows import csv_rows

pytestmark = pytest.mark.slow

FIRST, SWITCH = date(2025, 10, 25), date(2025, 10, 26)
NEXT = date(2025, 10, 27)
LATER = datetime(2025, 10, 28, 4, 53, tzinfo=UTC)


@pytest.fixture(scope="module")
def paris() -> Paris:
    return Paris.draw(13, first_day=FIRST, days=2, stations=5)


@pytest.fixture(scope="module")
def history(stores: Urls, paris: Paris) -> Iterator[Platform]:
    """Two days of a small Paris, the clocks changing on the second, three hours of polls over the midnight of Paris."""
    with new_platform(stores) as platform:
        mark_simulated(load_settings(), SimulatedParis(7, datetime(2025, 10, 25, tzinfo=UTC).date()))
        for begins in (datetime(2025, 10, 25, 20, 30, tzinfo=UTC), datetime(2025, 10, 26, 20, 30, tzinfo=UTC)):
            platform.import_past(paris, begins, begins + timedelta(hours=3), NETWORKS)
        rebuild_days(platform.instance, [FIRST, SWITCH])
        export(platform)
        yield platform


def export(platform: Platform) -> dg.ExecuteInProcessResult:
    """Run the job that `belib export` runs; it has no days."""
    return defs.resolve_job_def("export").execute_in_process(instance=platform.instance)


def files() -> dict[str, bytes]:
    """What lies in the folder of exports."""
    folder = exports_folder(load_settings())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def written(result: dg.ExecuteInProcessResult) -> set[str]:
    """The files a run wrote."""
    made = [m for asset in EXPORTS for m in result.asset_materializations_for_node(asset)]
    return {path for m in made if "written" in m.metadata for path in str(m.metadata["written"].value).split(", ")}


def seconds(frame: pl.DataFrame) -> list[int]:
    return [frame[column].cast(pl.Int64).sum() for column in SECONDS]


def test_all_dates_of_the_mart_are_there_and_no_second_is_lost(history: Platform) -> None:
    city = history.rows(CityDaily)
    assert dict(city.select("local_date", "hours").unique().iter_rows()) == {FIRST: 24, SWITCH: 25, NEXT: 24}
    assert seconds(city) == seconds(history.rows(StationAvailabilityHourly))
    assert city.filter(local_date=SWITCH)["hours_in_mart"].to_list()[0] == 25


def test_files_are_copies_of_the_tables_and_say_that_they_are_simulated(history: Platform) -> None:
    folder = exports_folder(load_settings())
    month = folder / "charge_point_status/charge_point_status_2025-10.parquet"
    assert conform(CityDaily, pl.read_parquet(folder / "city_daily.parquet")).equals(history.rows(CityDaily))
    assert conform(ChargePointStatus, pl.read_parquet(month)).equals(history.rows(ChargePointStatus))
    assert all(b"SIMULATED" in content for path, content in files().items() if not path.endswith(".csv"))
    assert "Open-Meteo" in pl.read_parquet_metadata(folder / "city_daily.parquet")["attribution"]


def test_places_and_hours_are_copies_too(history: Platform) -> None:
    folder = exports_folder(load_settings())
    for contract in (ChargePoint, Station):
        table, whole = name(contract), history.rows(contract)
        assert whole.height
        assert conform(contract, pl.read_parquet(folder / f"{table}.parquet")).equals(whole)
        assert csv_rows(folder / f"{table}.csv", contract).equals(whole)
    hours = folder / "station_availability_hourly/station_availability_hourly_2025-10.parquet"
    assert conform(StationAvailabilityHourly, pl.read_parquet(hours)).equals(history.rows(StationAvailabilityHourly))
    assert pl.read_parquet_metadata(hours)["attribution"].count(";") == 3, "Belib' and the one provider that was used"
    assert "Open-Meteo" in pl.read_parquet_metadata(hours)["attribution"]


def test_hours_of_bike_stations_are_copies_and_name_their_publisher(history: Platform) -> None:
    hours = exports_folder(load_settings()) / "bike_availability_hourly/bike_availability_hourly_2025-10.parquet"
    copied = conform(BikeAvailabilityHourly, pl.read_parquet(hours))
    assert copied.equals(history.rows(BikeAvailabilityHourly))
    assert copied.height
    assert "Smovengo" in pl.read_parquet_metadata(hours)["attribution"]


def test_episodes_are_those_of_the_runs(history: Platform) -> None:
    folder = exports_folder(load_settings())
    told = conform(Episode, pl.read_parquet(folder / "episode/*.parquet")).sort(Episode.primary_key())
    until = datetime(2025, 10, 27, tzinfo=UTC)
    assert told.equals(episodes(history.rows(ChargePointStatus).lazy(), until).collect())
    midnight = datetime(2025, 10, 26, tzinfo=UTC)
    runs = history.rows(ChargePointStatus)
    assert runs.filter(pl.col("last_seen_at") < midnight).height
    assert Episode.validate(told).height


def test_the_examples_of_the_data_card_run_in_its_folder(history: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = exports_folder(load_settings())
    monkeypatch.chdir(folder)
    examples = re.findall(r"```python\n(.*?)```", (folder / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 4
    said: dict[str, Any] = {}
    for example in examples:
        exec(example, said)
    assert {"longitude", "latitude", "began_after_at", "is_right_censored"} <= set(said["outages"].columns)
    assert said["joined"]["observed_s"].sum() == said["episodes"]["observed_s"].sum()
    assert said["joined"].height + said["joined"]["holes"].sum() == said["episodes"].height
    assert said["busy"]["busy_ratio"].drop_nans().is_between(0, 1).all()
    assert said["busy"]["hour"].to_list() == list(range(24))
    assert said["lacking"]["area"].n_unique() == history.rows(BikeCityDaily)["area"].n_unique() > 1
    assert history.rows(ChargePoint)["longitude"].null_count() < history.rows(ChargePoint).height


def test_the_readmes_example_runs_on_the_files(history: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    [example] = Document(ROOT / "README.md").fences("python")
    assert ".belib-demo/exports" in example.text
    exec(example.text.replace(".belib-demo/exports", str(exports_folder(load_settings()))), {})
    assert "share_out_of_order" in capsys.readouterr().out


def test_a_day_closed_is_a_day_exported(history: Platform) -> None:
    before = files()
    closed = history.run("close_day_daily", SWITCH)
    assert "city_daily.csv" in written(closed)
    assert files().keys() == before.keys()
    assert files()["city_daily.csv"] == before["city_daily.csv"], "written anew from the same pages"


def test_polls_imported_later_reach_the_date_and_the_one_after(history: Platform, paris: Paris) -> None:
    before, files_before = history.rows(CityDaily), files()
    begins = datetime(2025, 10, 25, 23, 30, tzinfo=UTC)
    history.import_past(paris, begins, begins + timedelta(minutes=25))
    rebuild_days(history.instance, [FIRST])
    after = history.rows(CityDaily)
    for day, changed in ((FIRST, False), (SWITCH, True), (NEXT, False)):
        rows = [frame.filter(local_date=day) for frame in (before, after)]
        assert (seconds(rows[0]) != seconds(rows[1])) is changed, day
    assert seconds(after) == seconds(history.rows(StationAvailabilityHourly))
    export(history)
    assert files()["city_daily.csv"] != files_before["city_daily.csv"]


def test_the_schedule_asks_for_stale_dates_and_its_runs_make_them(history: Platform) -> None:
    assert tick("stale_city_daily", LATER).skip_message == "Every date of the city fits the mart's hours."
    rebuild_of_the_mart_alone(history, FIRST)
    [request] = tick("stale_city_daily", LATER).run_requests or []
    days = request.partition_key_range
    assert days is not None
    assert (days.start, days.end) == (f"{FIRST}", f"{SWITCH}")
    result = defs.resolve_job_def("rebuild").execute_in_process(
        instance=history.instance, tags=dict(request.tags), asset_selection=request.asset_selection
    )
    assert len(result.asset_materializations_for_node("city_daily")) == 2
    assert tick("stale_city_daily", LATER).run_requests == []


def rebuild_of_the_mart_alone(platform: Platform, day: date) -> None:
    """Write a mart day again and leave the city as it is."""
    defs.resolve_job_def("rebuild").execute_in_process(
        instance=platform.instance,
        partition_key=day.isoformat(),
        tags={"belib/full_refresh": "true"},
        asset_selection=[dg.AssetKey("station_availability_hourly")],
    )
