"""`belib kafka`: publish changes to a topic of Kafka."""

import signal
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

from belib_platform.cli.saying import say
from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from belib_platform.kafka.publishing import Publisher


class NoKafkaError(Exception):
    """Kafka cannot be used; the message says what is missing."""


def kafka() -> None:
    """Publish each change of state to the topic BELIB_KAFKA_TOPIC of Kafka, at least once and in order, until Ctrl-C.

    Continues where it ended, and waits for what is away. It reads the warehouse with a role that cannot write.
    docs/kafka.md describes the messages.
    """
    from belib_platform.local.reader_url import reader_url

    settings, stop = load_settings(), Event()
    publisher = _publisher(settings, stop)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with reader_url(settings) as url:
        publisher.run(url)


def _publisher(settings: Settings, stop: Event) -> "Publisher":
    if settings.kafka_url is None:
        raise NoKafkaError("BELIB_KAFKA_URL is not set. It names servers of Kafka, such as kafka.example.org:9092.")
    try:
        from belib_platform.kafka.cluster import client_options
        from belib_platform.kafka.publishing import Publisher
    except ModuleNotFoundError as error:
        if error.name != "confluent_kafka":
            raise
        raise NoKafkaError("Kafka's client is missing: pip install belib-platform[kafka]") from None
    keeps = timedelta(days=settings.change_retention_days)
    return Publisher(client_options(settings.kafka_url), settings.kafka_topic, keeps, settings.home, say, stop)
