"""Messages on their way to a topic, in their order, until all replicas in sync have them."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from time import monotonic
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, Producer

from belib_platform.kafka.cluster import ANSWER_S, client_of
from belib_platform.kafka.complaints import Complaints
from belib_platform.kafka.messages import Message

PROPERTIES: Final = {
    "enable.idempotence": "true",
    "acks": "all",
    # a message that failed while later ones arrived would come after them when it is sent again
    "message.timeout.ms": "0",
    # a topic that was deleted is made again compacted, and not by the broker
    "allow.auto.create.topics": "false",
    "topic.metadata.propagation.max.ms": str(int(ANSWER_S * 1000)),
}
"""Of the producer, whatever the URL says."""

POLL_S = 0.1
GRACE_S = 3.0
"""How long confirmations are awaited once the end was requested."""


class Delivery:
    """A producer for one topic. After a fault it is of no use: close it, and make another one."""

    def __init__(self, options: dict[str, str], topic: str) -> None:
        self._topic = topic
        self._complaints = Complaints()
        own = {**PROPERTIES, "error_cb": self._complaints.note, "log_level": "0"}
        self._producer: Producer = client_of(Producer, options, own)

    @property
    def fault(self) -> str:
        """What Kafka or its client complained of last, as a clause; empty if of nothing."""
        return self._complaints.last

    def deliver(self, messages: Sequence[Message], stop: Event, waits: Callable[[], None]) -> int:
        """Send messages, wait, and return how many are confirmed, from the first one up to one that is not.

        Returns once there is an outcome for each message, or `stop` is set. Those after the first that is not confirmed
        have to be sent again, though Kafka may have some. Calls `waits` when nothing is confirmed for ANSWER_S.
        """
        self._complaints.last = ""
        outcomes: dict[int, KafkaError | None] = {}
        unsent = deque(enumerate(messages))
        sent = self._send(unsent, outcomes)
        seen, since = 0, monotonic()
        while (unsent or len(outcomes) < sent) and not stop.is_set():
            self._producer.poll(POLL_S)
            sent += self._send(unsent, outcomes)
            if len(outcomes) > seen:
                seen, since = len(outcomes), monotonic()
            elif monotonic() - since > ANSWER_S:
                waits()
        if len(outcomes) < sent:
            self._producer.flush(GRACE_S)
        is_confirmed = [place in outcomes and outcomes[place] is None for place in range(len(messages))]
        return [*is_confirmed, False].index(False)

    def serve(self) -> None:
        """Hear what the client has to say of its connections."""
        self._producer.poll(0)

    def close(self) -> None:
        """Drop what is not confirmed."""
        self._producer.purge()
        self._producer.poll(0)

    def _send(self, unsent: deque[tuple[int, Message]], outcomes: dict[int, KafkaError | None]) -> int:
        """Hand over as many as the client's queue takes, and return how many these are."""
        sent = 0
        while unsent:
            place, message = unsent[0]
            noted = partial(self._note_outcome, outcomes, place)
            try:
                self._producer.produce(
                    self._topic, message.value, message.key, headers=message.headers, on_delivery=noted
                )
            except BufferError:  # the queue is full
                return sent
            except KafkaException as error:  # the producer has failed for good
                self._complaints.note(error.args[0])
                unsent.clear()
                return sent
            unsent.popleft()
            sent += 1
        return sent

    def _note_outcome(
        self, outcomes: dict[int, KafkaError | None], place: int, error: KafkaError | None, _: Any
    ) -> None:
        outcomes[place] = error
        if error:
            self._complaints.note(error)
