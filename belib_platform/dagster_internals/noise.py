"""Which events of Dagster's event log are noise: how a step did its work, once its run ended long ago.

Never noise: materializations and observations, planned or done; checks, planned or evaluated; starts, ends and failures
of runs and of steps, which alerts, sensors, asset history and the timeline of a run's page read; warnings and errors.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

MESSAGE = "message"
"""Our name for rows without a type: lines that a step logged."""

NOISE = (
    "STEP_INPUT",
    "STEP_OUTPUT",
    "LOADED_INPUT",
    "HANDLED_OUTPUT",
    "OBJECT_STORE_OPERATION",
    "ASSET_STORE_OPERATION",
    "RESOURCE_INIT_STARTED",
    "RESOURCE_INIT_SUCCESS",
    "STEP_WORKER_STARTING",
    "STEP_WORKER_STARTED",
    "HOOK_COMPLETED",
    "HOOK_SKIPPED",
    "ENGINE_EVENT",
    "LOGS_CAPTURED",
    MESSAGE,
)

FAILED_DAYS = 90
"""Runs that did not succeed keep their noise as long as Dagster keeps failed ticks: people read it, and to retry a run
from the step that failed Dagster needs the outputs of the steps before."""

IS_NOISE = """
    (event::json ->> 'level')::int < 30
    AND (
        runs.status = 'SUCCESS' AND runs.end_time < %(succeeded_before)s
        OR runs.status IN ('FAILURE', 'CANCELED') AND runs.end_time < %(failed_before)s
    )
"""
"""SQL over `event_logs` and `runs`: below Python's level WARNING, of a run that ended long enough ago."""


@dataclass(frozen=True)
class Retention:
    """Epoch seconds before which runs must have ended for their noise to be pruned: by whether they succeeded."""

    succeeded_before: float
    failed_before: float

    @classmethod
    def of_days(cls, days: int, now: datetime | None = None) -> "Retention":
        """Noise of successes is kept for so many days, of other runs for at least 90."""
        now = now or datetime.now(UTC)
        succeeded, failed = (now - timedelta(days=n) for n in (days, max(days, FAILED_DAYS)))
        return cls(succeeded.timestamp(), failed.timestamp())

    def parameters(self) -> dict[str, Any]:
        """Those of `IS_NOISE`."""
        return dict(vars(self))
