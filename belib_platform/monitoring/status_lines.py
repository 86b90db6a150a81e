"""An observation as lines of `belib status`."""

from collections import Counter

from belib_platform.monitoring.alerts.open_counts import open_alerts
from belib_platform.monitoring.health import is_silent, utc
from belib_platform.monitoring.observation import NoAnswer, Observation, Table


def status_lines(seen: Observation) -> dict[str, str]:
    """Status by label, in display order."""
    tables = {f"{table.layer}.{table.name}": _table(table) for table in seen.tables}
    return {**_dagster(seen), **_mongo(seen), **tables, **_archive(seen)}


def _dagster(seen: Observation) -> dict[str, str]:
    dagster = seen.dagster
    if isinstance(dagster, NoAnswer):
        return {"Dagster's storage": f"not known: {dagster.why}"}
    failing = ", ".join(f"{check.asset}: {check.name}" for check in dagster.checks if check.state != "passed")
    runs = [run for run in dagster.ended if (seen.at - run.ended_at).days < 1]
    failed = sum(run.status == "failure" for run in runs)
    lines = {
        "Daemon's heartbeat": _heartbeat(seen),
        "Checks": f"{len(dagster.checks)}, failing: {failing or 'none'}",
        "Runs in 24 hours": f"{len(runs)} ended, {failed} failed; {sum(dagster.unfinished.values())} unfinished",
        "Event log": f"{_megabytes(dagster.event_log_bytes)}, about {dagster.event_log_rows:,} rows",
    }
    alerts = open_alerts(dagster.cursors)
    return lines if alerts is None else {**lines, "Alerts open": str(sum(alerts.values()))}


def _heartbeat(seen: Observation) -> str:
    newest = seen.newest_heartbeat
    if newest is None:
        return "none yet"
    return f"{utc(newest)}{': silent, nothing runs and no alert is sent' if is_silent(newest, seen.at) else ''}"


def _mongo(seen: Observation) -> dict[str, str]:
    if isinstance(seen.mongo, NoAnswer):
        return {"Newest sound polls": f"not known: {seen.mongo.why}"}
    outcomes = Counter[str]()
    for (_, outcome), count in sorted(seen.mongo.polls_last_day.items()):
        outcomes[outcome] += count
    return {
        **{
            f"Newest sound poll of {feed}": utc(newest) if newest else "none yet"
            for feed, newest in seen.newest_sound_polls.items()
        },
        "Polls in 24 hours": ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items()) or "none",
    }


def _archive(seen: Observation) -> dict[str, str]:
    if isinstance(seen.archive, NoAnswer):
        return {"Archive": f"not known: {seen.archive.why}"}
    return {"Archive": f"{seen.archive.day_count:,} days, {_megabytes(seen.archive.bytes)}"}


def _table(table: Table) -> str:
    parts = [
        f"{table.row_count:,} rows" if table.row_count is not None else "",
        _megabytes(table.bytes) if table.bytes is not None else "",
        f"{table.rejected_count:,} rows of rejected records" if table.rejected_count else "",
    ]
    return ", ".join(filter(None, parts))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.2f} MB"
