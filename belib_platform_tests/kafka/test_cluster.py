"""The URL of the settings as options of Kafka's client."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from belib_platform.kafka.cluster import ClusterOptionError, client_options
from belib_platform.kafka.delivery import Delivery
from belib_platform.kafka.topic import ensure_topic
from belib_platform.settings import Settings

LOGIN = {"sasl.username": "me@x", "sasl.password": "ca/nary"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("host:9092", {"bootstrap.servers": "host:9092", "security.protocol": "PLAINTEXT"}),
        ("kafka://a:9092,[::1]:9093", {"bootstrap.servers": "a:9092,[::1]:9093", "security.protocol": "PLAINTEXT"}),
        (
            "kafka+ssl://a:1,b:2?ssl.ca.location=/etc/ca%20of/us.pem",
            {"bootstrap.servers": "a:1,b:2", "security.protocol": "SSL", "ssl.ca.location": "/etc/ca of/us.pem"},
        ),
        (
            "kafka+ssl://me%40x:ca%2Fnary@a:1",
            {
                "bootstrap.servers": "a:1",
                "security.protocol": "SASL_SSL",
                "sasl.mechanism": "SCRAM-SHA-512",
                **LOGIN,
            },
        ),
        (
            "kafka://me%40x:ca%2Fnary@a:1?sasl.mechanism=PLAIN",
            {"bootstrap.servers": "a:1", "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", **LOGIN},
        ),
    ],
)
def test_a_url_says_where_kafka_is_and_who_asks(url: str, expected: dict[str, str]) -> None:
    settings = Settings(kafka_url=SecretStr(url), _env_file=None)
    assert settings.kafka_url is not None
    assert client_options(settings.kafka_url) == expected
    assert "ca%2Fnary" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ssl.ca.location", "ssl.ca.location failed"),
        ("no.such.option", 'No such configuration property: "no.such.option"'),
        ("sasl.mechanism", "Unsupported SASL mechanism: ***"),
    ],
)
def test_options_that_the_client_refuses_are_told_with_its_reason_but_without_values(name: str, reason: str) -> None:
    options = client_options(SecretStr(f"kafka+ssl://me:canary@127.0.0.1:1?{name}=canary"))
    for use in (lambda: Delivery(options, "topic"), lambda: ensure_topic(options, "topic", timedelta(days=7))):
        with pytest.raises(ClusterOptionError) as refused:
            use()
        assert reason in str(refused.value)
        assert "canary" not in str(refused.value)


def test_a_reason_of_several_lines_is_one_sentence() -> None:
    options = client_options(SecretStr("kafka://127.0.0.1:1?transaction.timeout.ms=1"))
    with pytest.raises(ClusterOptionError, match=r"^[^\n]*outside allowed range 1000\.\.2147483647\.$"):
        Delivery(options, "topic")


@pytest.mark.parametrize(
    "name",
    [
        *(f"{event}_cb" for event in ("stats", "oauth", "throttle", "error", "dr_msg", "log", "no_such")),
        "default.topic.config",
        "delivery.report.only.error",
        "logger",
        "on_delivery",
        "transactional.id",
    ],
)
def test_an_option_that_no_url_can_give_is_refused_by_its_name_before_anything_is_connected(name: str) -> None:
    with pytest.raises(ClusterOptionError) as refused:
        client_options(SecretStr(f"kafka://me:canary@127.0.0.1:1?client.id=canary&{name}=canary"))
    assert str(refused.value) == f"BELIB_KAFKA_URL: the option {name} cannot be used. Leave it out."


@pytest.mark.parametrize("name", ["stats_cb", "throttle_cb", "default.topic.config"])
def test_whatever_the_client_raises_of_its_options_is_told_without_values(name: str) -> None:
    options = {"bootstrap.servers": "127.0.0.1:1", "sasl.password": "canary", name: "canary"}
    for use in (lambda: Delivery(options, "topic"), lambda: ensure_topic(options, "topic", timedelta(days=7))):
        with pytest.raises(ClusterOptionError, match="Kafka's client refuses its options: ") as refused:
            use()
        assert "canary" not in str(refused.value)
