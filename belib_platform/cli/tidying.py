"""`belib tidy`: prune Dagster's event log and the outbox, and merge the indices of past months."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Column, Table

from belib_platform.cli.progress import console
from belib_platform.cli.session import session
from belib_platform.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagster import DagsterInstance

    from belib_platform.dagster_internals.event_log import EventCount
    from belib_platform.dagster_internals.noise import Retention

NO_LIMIT_S = float("inf")

Apply = Annotated[bool, typer.Option("--apply", help="Do it. Without this option, only show what would be done.")]


def tidy(*, apply: Apply = False) -> None:
    """Prune step events of old runs from Dagster's event log and old changes, and merge the indices of past months.

    Changes nothing without --apply. Never prunes materializations, observations, checks, starts, ends and failures of
    runs. A job does the same every night.
    """
    from belib_platform.dagster_internals.noise import Retention

    retention = Retention.of_days(load_settings().event_retention_days)
    with session() as instance:
        _tidy_events(instance, retention, apply=apply)
        _tidy_changes(apply=apply)
        _tidy_indices(apply=apply)


def _tidy_events(instance: "DagsterInstance", retention: "Retention", *, apply: bool) -> None:
    from belib_platform.dagster_internals.event_log import census, prune
    from belib_platform.dagster_internals.storage import event_log_url, output_remover

    url = event_log_url(instance)
    _show(census(url, retention))
    if not apply:
        console.print("Nothing was changed. Prune the noise with `belib tidy --apply`.")
        return
    pruned = prune(url, retention, budget_s=NO_LIMIT_S, forget_output=output_remover(instance))
    rows, size = sum(pruned.rows.values()), sum(pruned.bytes.values())
    console.print(f"Pruned {rows:,} rows ({size / 1e6:,.1f} MB). New events will reuse the space.")


def _tidy_changes(*, apply: bool) -> None:
    from belib_platform.resources.postgres import PostgresResource
    from belib_platform.warehouse.outbox import old_changes, prune_changes

    warehouse, days = PostgresResource().warehouse(), load_settings().change_retention_days
    count = prune_changes(warehouse, days) if apply else old_changes(warehouse, days)
    console.print(f"{'Pruned changes' if apply else 'Changes'} of more than {days} days ago: {count:,}")


def _tidy_indices(*, apply: bool) -> None:
    from belib_platform.assets.partitions import today
    from belib_platform.resources.elasticsearch import ElasticsearchResource
    from belib_platform.search.finished_months import finished_months, merge_finished_months

    search = ElasticsearchResource().search()
    if not apply:
        console.print(f"Indices of past months: {', '.join(finished_months(search, today())) or 'none'}")
        return
    merged = merge_finished_months(search, today())
    console.print(f"Merged indices: {', '.join(merged.names) or 'none'}")
    if merged.refused:
        console.print(f"Elasticsearch refused to merge indices: {merged.refused}", markup=False, soft_wrap=True)


def _show(counts: "Sequence[EventCount]") -> None:
    from belib_platform.dagster_internals.event_log import EventCount

    numbers = [Column(name, justify="right") for name in ("rows", "MB", "noise", "MB of noise")]
    table = Table("event", *numbers, title="Dagster's event log")
    sums = [sum(column) for column in zip(*(count[1:] for count in counts), strict=True)] or [0] * 4
    for name, rows, size, noise_rows, noise_size in [*counts, EventCount("all", *sums)]:
        table.add_row(name, f"{rows:,}", f"{size / 1e6:,.2f}", f"{noise_rows:,}", f"{noise_size / 1e6:,.2f}")
    console.print(table)
