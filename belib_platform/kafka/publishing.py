"""Publish the outbox `mart.change` to a topic of Kafka, each change at least once and in order, until told to stop."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

from belib_platform.kafka.cluster import ClusterAwayError
from belib_platform.kafka.delivery import Delivery
from belib_platform.kafka.messages import message
from belib_platform.kafka.outage import Outage
from belib_platform.kafka.outbox import AnotherWarehouseError, Found, Outbox, OutboxAwayError
from belib_platform.kafka.position import Position, PositionError, PositionFile
from belib_platform.kafka.topic import ensure_topic

PAUSE_S = 1.0
"""Between two looks at the outbox, and between two attempts at what is away."""


class Publisher:
    """Publishes what comes after the position of its topic. `say` is given sentences for an operator."""

    def __init__(
        self, options: dict[str, str], topic: str, keeps: timedelta, home: Path, say: Callable[[str], None], stop: Event
    ) -> None:
        self._options, self._topic, self._keeps = options, topic, keeps
        self._home, self._say, self._stop = home, say, stop
        self._cluster_outage = Outage(say, "Kafka does not answer", "Kafka answers.")
        self._delivery_outage = Outage(say, "Kafka confirms no changes", "Kafka confirms changes again.")
        self._outbox_outage = Outage(say, "The outbox cannot be read", "The outbox is read again.")
        self._file: Path | None = None
        """Where the position is that was begun with."""

    def run(self, url: str) -> None:
        """Publish the outbox in the warehouse of this URL until `stop` is set.

        What is away is waited for. Raises PositionError, TopicError and ClusterOptionError.
        """
        with closing(Outbox(url)) as outbox:
            while not self._stop.is_set():
                try:
                    cluster = ensure_topic(self._options, self._topic, self._keeps)
                except ClusterAwayError as error:
                    self._cluster_outage.begin(str(error))
                else:
                    self._cluster_outage.end()
                    self._publish(outbox, PositionFile(self._home, cluster, self._topic))
                self._stop.wait(PAUSE_S)

    def _publish(self, outbox: Outbox, file: PositionFile) -> None:
        """Publish until `stop` is set or a delivery failed."""
        with file.held(), closing(Delivery(self._options, self._topic)) as delivery:
            position = self._begin(file)
            while not self._stop.is_set():
                if position and not file.path.exists():
                    position = self._begin(file)
                found = self._next(outbox, file, position)
                if found is None:
                    continue
                if found.start != position:
                    position = found.start
                    file.write(position)
                count = self._deliver(delivery, found)
                if count and file.path.exists():  # else it was deleted meanwhile
                    last = found.rows[count - 1]
                    position = Position(last["id"], last["recorded_at"])
                    file.write(position)
                if count < len(found.rows):
                    if not self._stop.is_set():
                        self._delivery_outage.begin(delivery.fault)
                    return
                if position.change_id == found.newest:
                    file.mark_complete()
                    self._stop.wait(PAUSE_S)

    def _begin(self, file: PositionFile) -> Position | None:
        """The position, after it was said where publishing begins, or begins anew since the file was deleted."""
        position = file.read()
        if self._file != file.path:
            where = f"after change {position.change_id}" if position else "from the oldest change that is kept"
            self._say(f"Publishing to the topic {self._topic}, {where}.")
            self._file = file.path
        elif position is None:
            self._say(f"{file.path} was deleted. Publishing again from the oldest change that is kept.")
        return position

    def _next(self, outbox: Outbox, file: PositionFile, position: Position | None) -> Found | None:
        """What to publish; None, after a pause, if the outbox cannot be read."""
        try:
            found = outbox.after(position)
        except OutboxAwayError as error:
            self._outbox_outage.begin(str(error))
            self._stop.wait(PAUSE_S)
            return None
        except AnotherWarehouseError as error:
            raise PositionError(
                f"The outbox is not the one that was published to the topic {self._topic}: {error}. Name the former "
                f"warehouse, or another topic in BELIB_KAFKA_TOPIC. To publish this outbox to the same topic, from the "
                f"oldest change that is kept, delete {file.path}"
            ) from None
        self._outbox_outage.end()
        if found.lost:
            last = found.start.change_id
            self._say(
                f"Changes {last - found.lost + 1} to {last} ({found.lost}) were deleted from the outbox before they "
                f"were published. Continuing with change {last + 1}."
            )
        return found

    def _deliver(self, delivery: Delivery, found: Found) -> int:
        """How many of the rows, from the first one on, are confirmed."""
        delivery.serve()
        messages = [message(row) for row in found.rows]
        count = delivery.deliver(messages, self._stop, lambda: self._delivery_outage.begin(delivery.fault))
        if count:
            self._delivery_outage.end()
        return count
