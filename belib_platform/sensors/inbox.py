"""The sensor of the inbox: what was dropped there and no longer changes becomes one run."""

import json
import time

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from belib_platform.recordings.inbox.folders import Inbox, printable
from belib_platform.recordings.inbox.job import TAG, config_of, inbox_import
from belib_platform.settings import load_settings

ATTEMPTS = 5
"""Failures in a row after which something dropped is left alone until it changes."""

GRACE_S = 60
"""Seconds after its start within which a run need not hold the lock yet."""

ENDED = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)


@dg.sensor(
    job_name=inbox_import.name,  # by name: with the job itself Dagster warns of its own use of a beta parameter
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="A folder or a file dropped into BELIB_HOME/inbox is imported once it no longer changes.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run per name and listing that is as it was a tick before; the cursor keeps the listings' signatures."""
    inbox = Inbox(load_settings().home)
    if not inbox.folder.is_dir():
        return dg.SkipReason(f"There is no {inbox.folder}; `belib up` makes it.")
    dropped = inbox.dropped()
    before = json.loads(context.cursor or "{}")
    requests, reasons = [], dropped.troubles
    for name, signature in dropped.signatures.items():
        found = _request(context.instance, inbox, name, signature) if before.get(name) == signature else None
        if isinstance(found, dg.RunRequest):
            requests.append(found)
        else:
            reasons.append(found or f"{printable(name)} may still be copied; it is taken once it no longer changes.")
    skip = None if requests else dg.SkipReason(" ".join(reasons) or "The inbox is empty.")
    return dg.SensorResult(run_requests=requests, skip_reason=skip, cursor=json.dumps(dropped.signatures))


def _request(instance: dg.DagsterInstance, inbox: Inbox, name: str, signature: str) -> dg.RunRequest | str:
    """The run for something that no longer changes, or why there is none now."""
    key = f"{name}@{signature}"
    runs = instance.get_run_records(RunsFilter(tags={TAG: key}))
    for record in runs:
        if record.dagster_run.status not in ENDED and not _ended_if_dead(instance, inbox, record):
            return f"Run {record.dagster_run.run_id} imports {printable(name)}."
    last = [record.dagster_run.status for record in runs[:ATTEMPTS]]
    if len(last) == ATTEMPTS and DagsterRunStatus.SUCCESS not in last:
        return f"{printable(name)} failed {ATTEMPTS} times; it is left alone until it changes."
    return dg.RunRequest(run_key=f"{key}#{len(runs)}", run_config=config_of(name, signature), tags={TAG: key})


def _ended_if_dead(instance: dg.DagsterInstance, inbox: Inbox, record: dg.RunRecord) -> bool:
    """Whether a run was killed, which Dagster would learn much later: it has started, and nobody holds the lock."""
    from belib_platform.files.locks import is_taken

    run, started = record.dagster_run, record.start_time
    if run.status is not DagsterRunStatus.STARTED or started is None or time.time() - started < GRACE_S:
        return False
    if is_taken(inbox.lock):
        return False
    instance.report_run_failed(run, "The process of this run is gone; the import begins again.")
    return True
