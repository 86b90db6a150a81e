"""The Kafka of BELIB_TEST_KAFKA_URL, one of a test's own that can be killed, and what a reader finds in a topic."""

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, TopicPartition

from belib_platform.kafka.messages import CHANGE_ID
from belib_platform.local.ports import LOOPBACK, any_free, is_free
from belib_platform_tests.deployment.compose import ROOT

SERVERS = os.environ.get("BELIB_TEST_KAFKA_URL", "")

needs_kafka = pytest.mark.skipif(not SERVERS, reason="BELIB_TEST_KAFKA_URL names no Kafka (.ci/kafka starts one)")

ANSWER_S = 60.0


class OwnBroker:
    """A Kafka of one node that only one test has, with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = next(port for port in iter(any_free, None) if is_free(port + 1) and is_free(port + 2))
        self.servers = f"{LOOPBACK}:{self._port}"

    def start(self) -> None:
        """Start it on the data that it had."""
        command = [str(ROOT / ".ci/kafka"), "start", str(self._folder), str(self._port)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)

    def kill(self) -> None:
        """End it by SIGKILL."""
        subprocess.run([ROOT / ".ci/kafka", "stop", self._folder], check=True, timeout=300)


@dataclass(frozen=True)
class Record:
    """A record as a reader gets it."""

    partition: int
    key: str
    value: bytes
    headers: dict[str, bytes]

    @property
    def change_id(self) -> int:
        """By its header."""
        return int(self.headers[CHANGE_ID])

    @property
    def event(self) -> dict[str, Any]:
        """What the value is as JSON."""
        event: dict[str, Any] = json.loads(self.value)
        return event


def records(topic: str, servers: str = SERVERS) -> list[Record]:
    """All records of a topic, each partition in its order."""
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": topic, "enable.partition.eof": True, "auto.offset.reset": "earliest"}
    )
    try:
        partitions = consumer.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions
        consumer.assign([TopicPartition(topic, partition, 0) for partition in partitions])
        found: list[Record] = []
        ended: set[int | None] = set()
        while len(ended) < len(partitions):
            got = consumer.poll(ANSWER_S)
            assert got is not None, "the topic cannot be read"
            error, partition = got.error(), got.partition()
            if error is None:
                key, value = got.key(), got.value()
                assert key is not None
                assert value is not None
                assert partition is not None
                found.append(Record(partition, key.decode(), value, dict(got.headers() or [])))  # type: ignore[arg-type]
            else:
                assert error.code() == KafkaError._PARTITION_EOF, error
                ended.add(partition)
        return found
    finally:
        consumer.close()


def without_doubles(found: Iterable[Record]) -> list[Record]:
    """As a reader keeps them: of what has an id that was read before, the first."""
    return list({record.change_id: record for record in reversed(list(found))}.values())[::-1]


def ids_by_key(found: Iterable[Record]) -> dict[str, list[int]]:
    """The ids of the changes of each thing, in the order in which they are read."""
    ids: dict[str, list[int]] = {}
    for record in found:
        ids.setdefault(record.key, []).append(record.change_id)
    return ids
