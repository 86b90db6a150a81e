"""What a receiver is told: how much is free, where, the nearest first, and how old the reading is."""

import socket
from datetime import datetime

from belib_platform.contracts.texts import cut
from belib_platform.monitoring.alerts.message import Message
from belib_platform.watching.reading import Spot
from belib_platform.watching.state import Waiting
from belib_platform.watching.watch import Watch


def message(watch: Watch, waiting: Waiting, now: datetime) -> Message:
    """What waits for a receiver, as it is told now (UTC)."""
    reading = waiting.reading
    what = f"{reading.count} {watch.called(reading.count)}"
    more = reading.spot_count - len(reading.spots)
    lines = [
        f"{what} {watch.where}:",
        *(_line(spot) for spot in reading.spots),
        *([f"and {more} more stations"] if more else []),
        "",
        f"Reading of {waiting.read_at:%H:%M} UTC, {age_s(waiting.read_at, now)} seconds old.",
        *([f"The reading of {waiting.ended_at:%H:%M} UTC says otherwise."] if waiting.ended_at else []),
        *(["These are simulated data."] if reading.is_simulated else []),
        f"Sent by belib on {socket.gethostname()}. {reading.attribution}.",
    ]
    return Message(f"{watch.name}: {what}", "\n".join(lines), is_good=waiting.ended_at is None)


def age_s(read_at: datetime, now: datetime) -> int:
    """Seconds since a reading; never less than none."""
    return max(0, round((now - read_at).total_seconds()))


def _line(spot: Spot) -> str:
    away = "" if spot.distance_m is None else f" ({spot.distance_m:.0f} m)"
    return f"{spot.count} at {cut(spot.label)}{away}"
