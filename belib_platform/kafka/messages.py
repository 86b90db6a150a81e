"""A change as a message of Kafka."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from belib_platform.contracts.json_values import jsonable
from belib_platform.warehouse.change_events import MEDIA_TYPE, cloud_event

CHANGE_ID = "belib_change_id"
"""Header with the change's id, by which a reader knows what it has read before."""


@dataclass(frozen=True)
class Message:
    """Key, value and headers of a record."""

    key: bytes
    value: bytes
    headers: list[tuple[str, str | bytes | None]]


def message(row: Mapping[str, Any]) -> Message:
    """A row of the outbox as a CloudEvent in structured mode (CloudEvents 1.0, Kafka protocol binding).

    The key is the network and the thing, or the UTC day that was written again: `velib/16107`, `belib/2026-01-31`.
    """
    event = cloud_event(row)
    return Message(
        key=f"{row['network']}/{event['subject']}".encode(),
        value=json.dumps(event, default=jsonable, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=[("content-type", MEDIA_TYPE.encode()), (CHANGE_ID, event["id"].encode())],
    )
