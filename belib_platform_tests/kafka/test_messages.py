"""A change as a message: what a reader of CloudEvents makes of it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured_event

from belib_platform.contracts.json_values import jsonable
from belib_platform.kafka.messages import message
from belib_platform.warehouse.change_events import COLUMNS, cloud_event

AT = datetime(2026, 1, 31, 12, 5, tzinfo=UTC)
ROW: dict[str, Any] = dict.fromkeys(COLUMNS) | {"id": 7, "recorded_at": AT, "after": '{"status":"AVAILABLE"}'}
STATE = ROW | {"kind": "state_changed", "network": "belib", "thing_id": "FR*V75*E1001*01*1", "after_first_seen_at": AT}
BIKES = STATE | {"network": "velib", "thing_id": "16107", "before": '{"bikes":1}'}
REWRITTEN = ROW | {"kind": "day_rewritten", "network": "belib", "utc_date": date(2026, 1, 30)}


@pytest.mark.parametrize(
    ("row", "key"),
    [(STATE, "belib/FR*V75*E1001*01*1"), (BIKES, "velib/16107"), (REWRITTEN, "belib/2026-01-30")],
    ids=["charge point", "bike station", "day"],
)
def test_a_message_is_a_cloud_event_under_the_key_of_its_thing(row: dict[str, Any], key: str) -> None:
    made = message(row)
    headers = {name: value for name, value in made.headers if isinstance(value, bytes)}
    assert made.key.decode() == key
    assert headers == {"content-type": b"application/cloudevents+json", "belib_change_id": b"7"}
    event = from_structured_event(KafkaMessage(headers, made.key, made.value))
    told = json.loads(json.dumps(cloud_event(row), default=jsonable))
    assert event.get_data() == told["data"]
    assert (event.get_id(), event.get_source(), event.get_type()) == ("7", told["source"], told["type"])
    assert event.get_time() == AT
