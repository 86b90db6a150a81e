"""Pages made for tests."""

import json
from datetime import UTC, datetime
from typing import Any

from belib_platform.raw.response import Response, sha256

NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)


def response(body: bytes | list[dict[str, Any]], at: datetime = NOON, **changes: Any) -> Response:
    """A sound response of the real-time feed, unless changes say something else; records are sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    facts: dict[str, Any] = {
        "source": "belib",
        "fetched_at": at,
        "received_at": at,
        "url": "http://portal.invalid/export",
        "status_code": 200,
        "headers": {"content-type": "application/json"},
        "media_type": "application/json",
        "sha256": sha256(sent),
        "record_count": None if isinstance(body, bytes) else len(body),
        "cadence_s": 300,
        "gap_limit_s": 900,
        "origin": "poll",
        "verdict": "sound",
        "body": sent,
    }
    return Response(**{**facts, **changes})
