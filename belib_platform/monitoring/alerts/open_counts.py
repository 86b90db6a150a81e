"""How many alerts are open, by the cursors of the sensors that send them."""

from collections import Counter
from collections.abc import Mapping

from pydantic import ValidationError

from belib_platform.monitoring.alerts.state import AlertState

ALERT_SENSORS = ("alert_sensor", "alert_watch_sensor")

KINDS = ("check", "clock", "job", "stale", "schedule", "sensor")


def open_alerts(cursors: Mapping[str, str | None]) -> Mapping[str, int] | None:
    """Number of open alerts by kind; None where no sensor remembers any, since nobody is notified."""
    states = [state for name in ALERT_SENSORS if (state := _state(cursors.get(name)))]
    if not states:
        return None
    opened = Counter(key.partition("/")[0] for state in states for key in state.open)
    return {kind: opened[kind] for kind in sorted({*KINDS, *opened})}


def _state(cursor: str | None) -> AlertState | None:
    """None for `null`, which is written where nobody is notified, and for what cannot be read."""
    try:
        return AlertState.model_validate_json(cursor or "null")
    except ValidationError:
        return None
