"""Where Dagster keeps its event log, and what runs printed."""

from collections.abc import Callable

import dagster as dg
from dagster_postgres import PostgresEventLogStorage

from belib_platform.dagster_internals.event_log import EventLogError


def event_log_url(instance: dg.DagsterInstance) -> str:
    """URL of the database of an instance's event log, as libpq writes it. Raises EventLogError for other storages."""
    storage = instance.event_log_storage
    if not isinstance(storage, PostgresEventLogStorage):
        raise EventLogError("Dagster's event log is not in PostgreSQL; only there it can be pruned.")
    return f"postgresql://{storage.postgres_url.partition('://')[2]}"


def output_remover(instance: dg.DagsterInstance) -> Callable[[str], None]:
    """Removes what a run, given its id, printed; doing it again changes nothing."""
    manager = instance.compute_log_manager
    return lambda run_id: manager.delete_logs(prefix=[run_id])
