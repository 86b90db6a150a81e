"""What a client of Kafka complains of, for a sentence."""

import re

from confluent_kafka import KafkaError

DETAILS = re.compile(r" \(after \d+ms in state .*\)$")


class Complaints:
    """Keeps the last complaint of one client, as a clause; empty while there is none."""

    def __init__(self) -> None:
        self.last = ""

    def note(self, error: KafkaError) -> None:
        """Keep what an error says, unless it only counts the servers that are away."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self.last = DETAILS.sub("", error.str()).rstrip(".")
