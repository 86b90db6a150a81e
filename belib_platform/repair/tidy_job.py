"""The nightly job that prunes Dagster's event log and the outbox, and merges the indices of past months."""

import dagster as dg

from belib_platform.assets.declaration import IO_RETRIES
from belib_platform.assets.partitions import today
from belib_platform.dagster_internals.noise import Retention
from belib_platform.jobs import QUIET
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings

BUDGET_S = 600
"""How long a run prunes at most; the next run continues."""


@dg.op(retry_policy=IO_RETRIES, description="Prune the event log of step noise of runs that are long over.")
def pruned_event_log(context: dg.OpExecutionContext) -> dg.Output[None]:
    """Materializations, checks, starts, ends and failures stay."""
    from belib_platform.dagster_internals.event_log import prune
    from belib_platform.dagster_internals.storage import event_log_url, output_remover

    retention = Retention.of_days(load_settings().event_retention_days)
    instance = context.instance
    pruned = prune(event_log_url(instance), retention, budget_s=BUDGET_S, forget_output=output_remover(instance))
    counts = {f"{kind.lower()}_rows": rows for kind, rows in pruned.rows.items()}
    total = {"rows": sum(pruned.rows.values()), "bytes": sum(pruned.bytes.values())}
    return dg.Output(None, metadata={**total, "is_complete": pruned.is_complete, **counts})


@dg.op(retry_policy=IO_RETRIES, description="Delete changes that are older than the outbox keeps them.")
def pruned_changes(postgres: PostgresResource) -> dg.Output[None]:
    """The newest change stays."""
    from belib_platform.warehouse.outbox import prune_changes

    rows = prune_changes(postgres.warehouse(), load_settings().change_retention_days)
    return dg.Output(None, metadata={"rows": rows})


@dg.op(retry_policy=IO_RETRIES, description="Merge the indices of months that are over, and refresh them no more.")
def settled_indices(context: dg.OpExecutionContext, elasticsearch: ElasticsearchResource) -> dg.Output[None]:
    """If the server refuses, the run logs its reason as a warning and does not fail."""
    from belib_platform.search.finished_months import merge_finished_months

    merged = merge_finished_months(elasticsearch.search(), today())
    if merged.refused:
        context.log.warning(f"Elasticsearch keeps old months as they are: {merged.refused}")
    return dg.Output(None, metadata={"indices": len(merged.names), "refused": merged.refused or ""})


@dg.job(
    config=QUIET,
    tags={"dagster/max_runtime": "3600"},
    description="Prune Dagster's event log and the outbox of changes, and settle the indices of old months.",
)
def tidy_daily() -> None:
    """None waits for another."""
    pruned_event_log()
    pruned_changes()
    settled_indices()
