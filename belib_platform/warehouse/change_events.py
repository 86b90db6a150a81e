"""Changes of the outbox `mart.change`: the SQL that reads them in their order, and what each is as a CloudEvent."""

import json
from collections.abc import Mapping
from typing import Any, Final

MEDIA_TYPE: Final = "application/cloudevents+json"
"""Of one event in structured mode (CloudEvents 1.0, JSON format)."""

COLUMNS: Final = (
    "id",
    "recorded_at",
    "kind",
    "network",
    "thing_id",
    "before",
    "after",
    "before_last_seen_at",
    "after_first_seen_at",
    "page_id",
    "utc_date",
)

CHANGES_AFTER: Final = f"""
SELECT {", ".join(COLUMNS)} FROM mart.change
WHERE id > %(after)s AND id <= CAST(%(after)s AS bigint) + %(limit)s ORDER BY id
"""
"""The next rows after an id. Ids have no gaps, so there are `limit` of them unless these are the newest."""

KEPT: Final = "SELECT coalesce(min(id), 1) AS oldest, coalesce(max(id), 0) AS newest FROM mart.change"
"""Ids of the oldest and the newest row; 1 and 0 while there is none. With the row before the oldest, one lacks none."""


def change_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, without its id, with states as objects."""
    given = {column: row[column] for column in COLUMNS[1:]}
    return given | {side: row[side] and json.loads(row[side]) for side in ("before", "after")}


def cloud_event(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a CloudEvent 1.0 in its JSON format, whose `data` is `change_data`.

    `id` is the row's id, unique with `source`; `type` ends with the kind; `subject` is the thing, or the UTC day that
    was written again; `time` is when the new state was first seen, or when the day was written (UTC). Instants and
    dates are left to `json_values.jsonable`.
    """
    data = change_data(row)
    return {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": f"urn:belib_platform:{row['network']}",
        "type": f"belib_platform.{row['kind']}",
        "subject": data["thing_id"] or data["utc_date"],
        "time": data["after_first_seen_at"] or data["recorded_at"],
        "datacontenttype": "application/json",
        "data": data,
    }
