"""The publisher of compose.kafka.yaml, as a plain process: its command, its secrets, its health."""

from pathlib import Path

from belib_platform.local.processes import wait_until
from belib_platform.local.server import last_lines
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.deployment.least_rights import Roles
from belib_platform_tests.deployment.services import Services
from belib_platform_tests.kafka.brokers import SERVERS, needs_kafka, records
from belib_platform_tests.kafka.conftest import admin, topic  # noqa: F401 - fixtures
from belib_platform_tests.kafka.publishers import PATIENCE_S, await_position, change


@needs_kafka
def test_the_publisher_is_healthy_once_the_topic_has_all_changes(
    roles: Roles,
    tmp_path: Path,
    topic: str,  # noqa: F811
) -> None:
    secrets = {"belib_reader_url": roles.reader, "belib_kafka_url": f"kafka://{SERVERS}"}
    services = Services(tmp_path, secrets, {"BELIB_KAFKA_TOPIC": topic}, ("compose.kafka.yaml",))
    try:
        publisher = services.start("publisher")
        assert not services.is_healthy("publisher")
        house = Warehouse(roles.writer)
        change(house, 5)
        house.close()
        assert wait_until(lambda: services.is_healthy("publisher"), PATIENCE_S), last_lines(publisher.log)
        await_position(services.home, 5)
    finally:
        services.end()
    assert [record.change_id for record in records(topic)] == [1, 2, 3, 4, 5]
