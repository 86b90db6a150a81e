"""A topic for each test."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient

from belib_platform_tests.kafka.brokers import ANSWER_S, SERVERS


@pytest.fixture
def admin() -> AdminClient:
    """Somebody who may do everything on the Kafka of the tests."""
    return AdminClient({"bootstrap.servers": SERVERS})


@pytest.fixture
def topic(admin: AdminClient) -> Iterator[str]:
    """Name of a topic that only this test has, and that is not there yet."""
    name = f"test.{uuid4().hex}"
    yield name
    if name in admin.list_topics(timeout=ANSWER_S).topics:
        admin.delete_topics([name])[name].result()
