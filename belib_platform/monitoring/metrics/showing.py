"""An observation for people and for /health: texts and plain values; instants are UTC."""

from datetime import datetime
from typing import Any

from belib_platform.monitoring.metrics.health import SILENT
from belib_platform.monitoring.metrics.observation import POLLED, DagsterLook, NoAnswer, Observation, RawLook
from belib_platform.raw.archive.head import ArchiveHead


def facts(seen: Observation) -> dict[str, Any]:
    """What /health says beside its sentences."""
    newest = seen.raw.newest_sound_at.get(POLLED) if isinstance(seen.raw, RawLook) else None
    beat = seen.dagster.newest_heartbeat if isinstance(seen.dagster, DagsterLook) else None
    return {
        "observed_at": seen.at.isoformat(timespec="seconds"),
        "newest_sound_poll_at": newest.isoformat(timespec="seconds") if newest else None,
        "newest_heartbeat_at": beat.isoformat(timespec="seconds") if beat else None,
        "archive_head": _head(seen.archive_head),
        "stores": {store: not isinstance(look, NoAnswer) for store, look in seen.stores.items()},
    }


def _head(head: ArchiveHead | None) -> dict[str, str] | None:
    return {"newest_day": head.newest_day.isoformat(), "sha256": head.sha256} if head else None


def lines(seen: Observation) -> dict[str, str]:
    """What `belib status` says of the stores that answer, by what it is about, in the order in which to show it."""
    return {**_of_dagster(seen), **_of_raw(seen), **_of_tables(seen)}


def _of_dagster(seen: Observation) -> dict[str, str]:
    dagster = seen.dagster
    if isinstance(dagster, NoAnswer):
        return {"Dagster's storage": f"not known: {dagster.why}"}
    false = [check for check in dagster.checks if check.state != "passed"]
    named = ", ".join(f"{check.asset}: {check.name}" for check in false)
    runs = [run for run in dagster.ended if (seen.at - run.ended_at).days < 1]
    failed = sum(run.status == "failure" for run in runs)
    unfinished = sum(dagster.unfinished.values())
    said = {
        "Daemon's heartbeat": _heartbeat(dagster, seen.at),
        "Checks": f"{len(dagster.checks)}, {len(false)} false{f' ({named})' if false else ''}",
        "Runs in 24 hours": f"{len(runs)} ended, {failed} failed; {unfinished} unfinished",
        "Event log": f"{dagster.event_log_bytes / 1e6:,.1f} MB, about {dagster.event_log_rows:,} rows",
    }
    if dagster.alerts_open is not None:
        said["Alerts open"] = str(sum(dagster.alerts_open.values()))
    return said


def _heartbeat(dagster: DagsterLook, now: datetime) -> str:
    newest = dagster.newest_heartbeat
    if newest is None:
        return "none yet"
    silent = ": silent, nothing runs and no alert is sent" if abs(now - newest) > SILENT else ""
    return f"{newest:%Y-%m-%d %H:%M:%S} UTC{silent}"


def _of_raw(seen: Observation) -> dict[str, str]:
    raw = seen.raw
    if isinstance(raw, NoAnswer):
        return {"Newest sound poll": f"not known: {raw.why}"}
    newest = raw.newest_sound_at.get(POLLED)
    outcomes: dict[str, int] = {}
    for (_, outcome), count in sorted(raw.last_day.items()):
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    return {
        "Newest sound poll": f"{newest:%Y-%m-%d %H:%M:%S} UTC" if newest else "none yet",
        "Polls in 24 hours": ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) or "none",
    }


def _of_tables(seen: Observation) -> dict[str, str]:
    return {f"{table.layer}.{table.name}": _rows(table.row_count, table.rejected_count) for table in seen.tables}


def _rows(count: int, rejected: int) -> str:
    return f"{count:,} rows{f', {rejected:,} rows of rejected records' if rejected else ''}"
