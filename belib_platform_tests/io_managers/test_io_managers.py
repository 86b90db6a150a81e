"""Where assets live: written by runs, read back by runs, refused with a sentence."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from belib_platform.assets.declaration import IO_RETRIES
from belib_platform.assets.partitions import DAILY, MONTH_OF_DAYS
from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.exports.files import FileSet
from belib_platform.io_managers.files import FilesIOManager
from belib_platform.io_managers.mongo import MongoLatestIOManager, MongoResponsesIOManager
from belib_platform.io_managers.postgres import PostgresIOManager
from belib_platform.raw.latest import Latest
from belib_platform.raw.response import Response
from belib_platform.raw.responses import RawResponses
from belib_platform.raw.store import RawStore
from belib_platform.resources.missing import MissingStoreError
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.status import CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import inputs

# as belib_platform.assets says of its own
pytestmark = pytest.mark.filterwarnings("ignore:Parameter `backfill_policy` of function `asset` is currently in beta")

DAY = NOON.date()
POINT = live(0)["id_pdc"]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, mongo_url: str, postgres_url: str) -> None:
    """As `belib up` hands the stores to Dagster."""
    monkeypatch.setenv("BELIB_MONGO_URL", mongo_url)
    monkeypatch.setenv("BELIB_POSTGRES_URL", postgres_url)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own."""
    monkeypatch.setenv("BELIB_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as forgetful:
        yield forgetful


def resources() -> dict[str, Any]:
    mongo, postgres = MongoResource(), PostgresResource()
    return {
        "pages": MongoResponsesIOManager(mongo=mongo),
        "latest": MongoLatestIOManager(mongo=mongo),
        "tables": PostgresIOManager(postgres=postgres),
        "files": FilesIOManager(),
    }


def raw(*responses: Response) -> dg.AssetsDefinition:
    """`raw_belib`, whose run brings these responses."""

    @dg.asset(name="raw_belib", io_manager_key="pages", partitions_def=DAILY, backfill_policy=MONTH_OF_DAYS)
    def pages_as_made() -> list[Response]:
        return list(responses)

    return pages_as_made


def run(assets: list[Any], instance: dg.DagsterInstance, first: date = DAY, last: date = DAY) -> Any:
    tags = {"dagster/asset_partition_range_start": f"{first}", "dagster/asset_partition_range_end": f"{last}"}
    days = {"partition_key": f"{first}"} if first == last else {"tags": tags}
    return dg.materialize(assets, instance=instance, resources=resources(), raise_on_error=False, **days)  # type: ignore[arg-type]


@pytest.mark.parametrize(("first", "last"), [(DAY, DAY), (DAY - timedelta(days=1), DAY)], ids=["a day", "a range"])
def test_responses_are_kept_and_handed_over(
    instance: dg.DagsterInstance, store: RawStore, first: date, last: date
) -> None:
    responses = [response([live(0)], NOON + timedelta(days=n, hours=n)) for n in (-2, -1, 0, 1)]
    read: list[Any] = []

    @dg.asset(partitions_def=DAILY, backfill_policy=MONTH_OF_DAYS)
    def reader(raw_belib: RawResponses) -> None:
        read.extend(metadata.id for metadata in raw_belib.all_responses(first, last))

    assert run([raw(*responses), reader], instance, first, last).success
    assert read == [p.id for p in responses if first <= p.day <= last]
    assert [attempt["outcome"] for attempt in store.ledger.attempts(DAY)] == ["sound"]


def test_a_page_that_claims_a_kept_instant_fails_the_run_once_and_says_why(
    instance: dg.DagsterInstance, store: RawStore
) -> None:
    store.keep("raw_belib", [response([live(0)])])
    result = run([raw(response([live(1)]), response([live(2)], NOON + timedelta(minutes=5)))], instance)
    assert not result.success
    [failure] = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert "another body" in str(failure.user_failure_data.description)
    assert [metadata.record_count for metadata in store.responses("raw_belib").responses(DAY)] == [1, 1]


def test_the_latest_documents_are_written_and_never_read(instance: dg.DagsterInstance, store: RawStore) -> None:
    @dg.asset(io_manager_key="latest")
    def raw_belib_latest() -> Latest:
        return Latest("belib/1/0", {POINT: live(0)})

    @dg.asset
    def computed(raw_belib_latest: object) -> None:
        raise AssertionError("never reached")

    result = dg.materialize(
        [raw_belib_latest, computed], instance=instance, resources=resources(), raise_on_error=False
    )
    [failure] = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert "raw_belib_latest is a view of raw; compute from its responses." in str(failure.error.cause)
    assert [document["_id"] for document in store.database["raw_belib_latest"].find()] == [POINT]
    [materialization] = result.asset_materializations_for_node("raw_belib_latest")
    assert materialization.metadata["changed_documents"].value == 1


def test_exported_files_are_written_and_never_read(instance: dg.DagsterInstance, home: Path) -> None:
    @dg.asset(io_manager_key="files")
    def card() -> list[FileSet]:
        return [FileSet({"README.md": lambda file: file.write(b"said") and None}, lambda _: True)]

    @dg.asset
    def computed(card: object) -> None:
        raise AssertionError("never reached")

    for written in (1, 0):
        result = dg.materialize([card, computed], instance=instance, resources=resources(), raise_on_error=False)
        [failure] = [event.step_failure_data for event in result.all_events if event.is_step_failure]
        assert "card is a copy of a table; compute from the table." in str(failure.error.cause)
        [materialization] = result.asset_materializations_for_node("card")
        assert materialization.metadata["files_written"].value == written
        assert materialization.metadata["bytes"].value == 4
    assert (home / "exports" / "README.md").read_bytes() == b"said"


def status_asset(other: Warehouse | None = None, store: RawStore | None = None) -> dg.AssetsDefinition:
    """`charge_point_status`; another writer, where given, writes between its first reading and its writing."""
    attempts: list[Warehouse] = [other] if other else []

    @dg.asset(io_manager_key="tables", partitions_def=DAILY, backfill_policy=MONTH_OF_DAYS, retry_policy=IO_RETRIES)
    def charge_point_status(raw_belib: RawResponses) -> list[Partition]:
        own, kept = Table(PostgresResource().warehouse(), ChargePointStatus), MongoResource().store()
        made = [CHARGE_POINT_STATUS.make(inputs(kept, own.warehouse), DAY)]
        if attempts and store:
            house = attempts.pop()
            theirs = CHARGE_POINT_STATUS.make(inputs(store, house), DAY)
            write_partitions(house, ChargePointStatus, [theirs], "theirs")
        own.warehouse.close()
        kept.database.client.close()
        return made

    return charge_point_status


def test_a_table_is_written_by_its_asset_and_read_by_the_next(instance: dg.DagsterInstance) -> None:
    read: list[Any] = []

    @dg.asset(partitions_def=DAILY, backfill_policy=MONTH_OF_DAYS)
    def reader(charge_point_status: Table) -> None:
        read.append(charge_point_status.rows(DAY)["charge_point_id"].to_list())
        read.append(charge_point_status.note(DAY))

    first = run([raw(response([live(0)])), status_asset(), reader], instance)
    assert first.success
    assert read[0] == [POINT]
    assert read[1].run_id == first.run_id
    again = run([raw(response([live(0)])), status_asset(), reader], instance)
    assert read[3].run_id == first.run_id, "the same fingerprint is not written again"
    for result, written in ((first, 1), (again, 0)):
        [materialization] = result.asset_materializations_for_node("charge_point_status")
        assert materialization.metadata["partitions_written"].value == written


def test_a_run_that_met_a_concurrent_write_tries_again_and_reads_again(
    instance: dg.DagsterInstance, warehouse: Warehouse, store: RawStore
) -> None:
    responses = [response([live(0)], NOON + timedelta(minutes=5 * n)) for n in range(3)]
    store.keep("raw_belib", responses[:1])
    Table(warehouse, ChargePointStatus).rows()
    result = run([raw(*responses), status_asset(warehouse, store)], instance)
    assert result.success
    retries = [event for event in result.all_events if event.is_step_up_for_retry]
    assert len(retries) == 1
    assert "ConcurrentWriteError" in str(retries[0].step_retry_data.error)
    assert Table(warehouse, ChargePointStatus).rows()["poll_count"].to_list() == [3]
    note = Table(warehouse, ChargePointStatus).note(DAY)
    assert note is not None
    assert note.run_id == "theirs"


def test_without_a_url_a_run_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BELIB_MONGO_URL", "BELIB_POSTGRES_URL"):
        monkeypatch.delenv(variable)
    with pytest.raises(MissingStoreError, match=r"^BELIB_MONGO_URL is not set: start with `belib up`"):
        MongoResource().store()
    with pytest.raises(MissingStoreError, match=r"^BELIB_POSTGRES_URL is not set: start with `belib up`"):
        PostgresResource().warehouse()
