"""The outbox as a topic: complete and in order, whatever is away or killed meanwhile."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewTopic
from psycopg import sql
from pydantic import SecretStr

from belib_platform.contracts.mart import Change
from belib_platform.kafka.cluster import client_options
from belib_platform.kafka.messages import message
from belib_platform.kafka.position import PositionError
from belib_platform.kafka.topic import TopicError, ensure_topic
from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform.local.processes import wait_until
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.database_url import database_of, on_same_server
from belib_platform.warehouse.outbox import prune_changes
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.kafka.brokers import (
    SERVERS,
    OwnBroker,
    Record,
    ids_by_key,
    needs_kafka,
    records,
    without_doubles,
)
from belib_platform_tests.kafka.publishers import (
    KEEPS,
    PATIENCE_S,
    await_position,
    await_sentence,
    change,
    position,
    position_file,
    publisher,
    publishing,
)
from belib_platform_tests.warehouse.simulated_pages import answered, at
from belib_platform_tests.warehouse.test_changes import DAY, arrive


def assert_in_order(found: list[Record], count: int) -> None:
    """Of the changes 1 to `count` none is missing or twice, and those of each thing are in their order."""
    assert sorted(record.change_id for record in found) == list(range(1, count + 1))
    assert all(ids == sorted(ids) for ids in ids_by_key(found).values())


def configuration(admin: AdminClient, topic: str) -> dict[str, Any]:
    """The properties of a topic by name."""
    resource = ConfigResource(ResourceType.TOPIC, topic)
    told: dict[str, Any] = admin.describe_configs([resource])[resource].result()
    return told


@needs_kafka
def test_a_simulated_days_changes_arrive_complete_and_in_order_by_thing(
    store: RawStore, warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str, admin: AdminClient
) -> None:
    """Of both networks, while they are polled and a day is written again, on a topic with several partitions."""
    admin.create_topics([NewTopic(topic, num_partitions=3)])[topic].result()
    warehouse.require(Change)
    paris = Paris.draw(11, first_day=DAY, days=1, stations=4, bike_stations=12)
    with publishing(postgres_url, tmp_path, topic) as said:
        for instant in (at(DAY, 0.25) + n * timedelta(minutes=30) for n in range(47)):
            answers = [("belib", paris.realtime_answer(instant)), ("velib", paris.bike_answer(instant))]
            polls = [answered(SOURCES[name], answer.body, instant) for name, answer in answers if answer]
            for poll in polls:
                if poll.is_sound:
                    arrive(store, warehouse, poll)
        late = answered(SOURCES["belib"], polls[0].body, at(DAY, 0.1))
        arrive(store, warehouse, late, now=at(DAY, 23.9))
        with psycopg.connect(postgres_url, row_factory=psycopg.rows.dict_row) as connection:
            rows = connection.execute("SELECT * FROM mart.change ORDER BY id").fetchall()
        await_position(tmp_path, rows[-1]["id"])
    found = records(topic)
    assert_in_order(found, len(rows))
    assert [record.event for record in sorted(found, key=lambda one: one.change_id)] == [
        json.loads(message(r).value) for r in rows
    ]
    assert {record.partition for record in found} == {0, 1, 2}
    assert {record.key.partition("/")[0] for record in found} == {"belib", "velib"}
    assert [record.event["subject"] for record in found if record.key == f"belib/{DAY}"] == [str(DAY)]
    assert said[1:] == []


@needs_kafka
def test_the_topic_is_made_compacted_where_it_is_absent_also_where_kafka_makes_topics_by_itself(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str, admin: AdminClient
) -> None:
    change(warehouse, 1)
    with publishing(postgres_url, tmp_path, topic):
        await_position(tmp_path, 1)
    told = configuration(admin, topic)
    assert told["cleanup.policy"].value == "compact"
    assert told["min.compaction.lag.ms"].value == str(7 * 86_400_000)


@needs_kafka
def test_a_topic_that_is_there_stays_as_it_is(topic: str, admin: AdminClient) -> None:
    admin.create_topics([NewTopic(topic, config={"cleanup.policy": "delete"})])[topic].result()
    ensure_topic(client_options(SecretStr(f"kafka://{SERVERS}")), topic, KEEPS)
    assert configuration(admin, topic)["cleanup.policy"].value == "delete"


@needs_kafka
def test_a_topic_that_is_deleted_meanwhile_is_made_again_compacted(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str, admin: AdminClient
) -> None:
    """Though Kafka would make it by itself, not compacted."""
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic) as said:
        await_position(tmp_path, 3)
        admin.delete_topics([topic])[topic].result()
        change(warehouse, 2)
        await_position(tmp_path, 5)
        assert len(said) == 3
    assert configuration(admin, topic)["cleanup.policy"].value == "compact"
    assert [record.change_id for record in records(topic)] == [4, 5]


@needs_kafka
def test_who_may_not_make_the_topic_is_told_how_it_is_made(postgres_url: str, tmp_path: Path, topic: str) -> None:
    host, _, port = SERVERS.partition(":")
    servers = f"stranger:of-a-test@{host}:{int(port) + 2}?sasl.mechanism=PLAIN"
    with pytest.raises(TopicError) as refused:
        publisher(tmp_path, topic, servers, [], Event()).run(postgres_url)
    assert f"The topic {topic} does not exist, and Kafka does not let this user make it" in str(refused.value)
    assert f"kafka-topics.sh --create --topic {topic} --config cleanup.policy=compact" in str(refused.value)
    assert "of-a-test" not in str(refused.value)


@pytest.fixture
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    """A Kafka of the test's own, which runs."""
    made = OwnBroker(tmp_path_factory.mktemp("kafka"))
    made.start()
    yield made
    made.kill()


@needs_kafka
def test_a_broker_that_is_killed_costs_time_only(
    broker: OwnBroker, warehouse: Warehouse, postgres_url: str, tmp_path: Path
) -> None:
    """It dies in the middle of changes, others come while it is away, and later it is there again."""
    topic = f"test.{uuid4().hex}"
    change(warehouse, 50_000)
    with publishing(postgres_url, tmp_path, topic, broker.servers) as said:
        await_position(tmp_path, 2_000)
        broker.kill()
        await_sentence(said, "Kafka confirms no changes: ")
        assert position(tmp_path) < 50_000
        change(warehouse, 1_000)
        broker.start()
        await_position(tmp_path, 51_000)
    found = records(topic, broker.servers)
    assert_in_order(without_doubles(found), 51_000)
    assert said[-1] == "Kafka confirms changes again."
    assert len(said) == 3


@pytest.mark.slow
def test_a_kafka_that_is_away_from_the_start_is_waited_for_and_said_once(postgres_url: str, tmp_path: Path) -> None:
    with publishing(postgres_url, tmp_path, "topic", f"{LOOPBACK}:{any_free()}") as said:
        sentence = await_sentence(said, "Kafka does not answer: ")
        assert "Connection refused" in sentence
        assert sentence.endswith(". Waiting.")
    assert said == [sentence]
    assert not list(tmp_path.rglob("position.json"))


@needs_kafka
def test_a_postgresql_that_is_away_is_waited_for_and_said_once(direct_url: str, tmp_path: Path, topic: str) -> None:
    """It ends its sessions and takes no new ones, as when it restarts; before, it has no tables."""
    name = sql.Identifier(database_of(direct_url))
    with (
        publishing(direct_url, tmp_path, topic) as said,
        psycopg.connect(on_same_server(direct_url, "postgres"), autocommit=True) as server,
    ):
        assert "mart.change" in await_sentence(said, "The outbox cannot be read: ")
        house = Warehouse(direct_url)
        change(house, 3)
        house.close()
        await_position(tmp_path, 3)
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database_of(direct_url)]
        )
        del said[:]
        await_sentence(said, "The outbox cannot be read: ")
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))
        house = Warehouse(direct_url)
        change(house, 2)
        house.close()
        await_position(tmp_path, 5)
        assert said[1:] == ["The outbox is read again."]
    assert_in_order(records(topic), 5)


@needs_kafka
def test_changes_that_were_deleted_before_they_were_published_are_counted(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic):
        await_position(tmp_path, 3)
    change(warehouse, 7)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE mart.change SET recorded_at = recorded_at - interval '8 days'")
    assert prune_changes(warehouse, 7) == 9
    change(warehouse, 2)
    with publishing(postgres_url, tmp_path, topic) as said:
        await_position(tmp_path, 12)
    [sentence] = [sentence for sentence in said if "deleted" in sentence]
    assert sentence.startswith("Changes 4 to 9 (6) were deleted from the outbox before they were published. Continuing")
    assert [record.change_id for record in records(topic)] == [1, 2, 3, 10, 11, 12]


@needs_kafka
def test_changes_that_are_missing_in_the_middle_are_counted_and_those_after_them_are_published(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    """Also where more are missing than are read at once."""
    change(warehouse, 1520)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DELETE FROM mart.change WHERE id BETWEEN 5 AND 1504 OR id = 1510")
    with publishing(postgres_url, tmp_path, topic) as said:
        await_position(tmp_path, 1520)
    deleted = "were deleted from the outbox before they were published. Continuing with change"
    assert said[1:] == [f"Changes 5 to 1504 (1500) {deleted} 1505.", f"Changes 1510 to 1510 (1) {deleted} 1511."]
    assert sorted(record.change_id for record in records(topic)) == [
        *range(1, 5),
        *range(1505, 1510),
        *range(1511, 1521),
    ]


@needs_kafka
def test_the_topic_does_not_count_as_complete_while_the_outbox_cannot_be_read(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic):
        await_position(tmp_path, 3)
    file = position_file(tmp_path)
    os.utime(file, (0, 0))
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE mart.change RENAME TO another")
        with publishing(postgres_url, tmp_path, topic) as said:
            await_sentence(said, "The outbox cannot be read: ")
            assert file.stat().st_mtime == 0
            owner.execute("ALTER TABLE mart.another RENAME TO change")
            assert wait_until(lambda: file.stat().st_mtime > 0, PATIENCE_S)


@needs_kafka
def test_a_position_that_is_deleted_while_it_runs_lets_it_begin_anew(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic) as said:
        await_position(tmp_path, 3)
        file = position_file(tmp_path)
        file.unlink()
        await_sentence(said, f"{file} was deleted. Publishing again from the oldest change that is kept.")
        await_position(tmp_path, 3)
        change(warehouse, 2)
        await_position(tmp_path, 5)
    assert len(said) == 2
    assert [record.change_id for record in records(topic)] == [1, 2, 3, 1, 2, 3, 4, 5]


@needs_kafka
def test_a_position_that_is_deleted_while_kafka_confirms_nothing_is_not_written_again(
    broker: OwnBroker, warehouse: Warehouse, postgres_url: str, tmp_path: Path
) -> None:
    topic = f"test.{uuid4().hex}"
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic, broker.servers) as said:
        await_position(tmp_path, 3)
        broker.kill()
        change(warehouse, 2)
        await_sentence(said, "Kafka confirms no changes: ")
        file = position_file(tmp_path)
        file.unlink()
        broker.start()
        await_sentence(said, f"{file} was deleted. ")
        await_position(tmp_path, 5)
    ids = [record.change_id for record in records(topic, broker.servers)]
    assert ids[-5:] == [1, 2, 3, 4, 5]


@needs_kafka
def test_a_queue_that_is_full_is_waited_for(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    change(warehouse, 1000)
    with publishing(postgres_url, tmp_path, topic, f"{SERVERS}?queue.buffering.max.messages=10") as said:
        await_position(tmp_path, 1000)
    assert len(said) == 1
    assert_in_order(records(topic), 1000)


@needs_kafka
def test_an_outbox_that_was_pruned_before_the_first_start_begins_with_its_oldest_change(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    change(warehouse, 5)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DELETE FROM mart.change WHERE id < 4")
    with publishing(postgres_url, tmp_path, topic) as said:
        await_position(tmp_path, 5)
    assert [record.change_id for record in records(topic)] == [4, 5]
    assert not [sentence for sentence in said if "deleted" in sentence]


@needs_kafka
@pytest.mark.parametrize("count", [2, 4], ids=["shorter", "longer"])
def test_a_position_of_another_warehouse_is_refused_and_what_to_do_is_said(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str, count: int
) -> None:
    change(warehouse, 3)
    with publishing(postgres_url, tmp_path, topic):
        await_position(tmp_path, 3)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("DELETE FROM mart.change")
    change(warehouse, count)
    with pytest.raises(PositionError, match="is not the one that was published") as refused:
        publisher(tmp_path, topic, SERVERS, [], Event()).run(postgres_url)
    assert str(refused.value).endswith(f"delete {position_file(tmp_path)}")
    position_file(tmp_path).unlink()
    with publishing(postgres_url, tmp_path, topic):
        await_position(tmp_path, count)
    assert [record.change_id for record in records(topic)] == [1, 2, 3, *range(1, count + 1)]


@needs_kafka
def test_an_empty_outbox_has_a_position_whose_time_goes_on(
    warehouse: Warehouse, postgres_url: str, tmp_path: Path, topic: str
) -> None:
    warehouse.require(Change)
    with publishing(postgres_url, tmp_path, topic):
        assert wait_until(lambda: bool(list(tmp_path.rglob("position.json"))), PATIENCE_S)
        first = position_file(tmp_path).stat().st_mtime_ns
        assert wait_until(lambda: position_file(tmp_path).stat().st_mtime_ns > first, PATIENCE_S)
        assert position(tmp_path) == 0
        change(warehouse, 1)
        await_position(tmp_path, 1)
