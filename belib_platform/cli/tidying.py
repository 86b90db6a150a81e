"""`belib tidy`: what Dagster's event log and old indices can do without, shown, and removed when asked to."""

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

Apply = Annotated[bool, typer.Option("--apply", help="Do it; without, it is only said what would be done.")]


def tidy(*, apply: Apply = False) -> None:
    """Prune Dagster's event log of the step noise of old runs, and settle the indices of months that are over.

    Without --apply nothing changes. Never pruned: materializations, observations, checks, starts, ends and failures.
    Every night a job does the same.
    """
    from belib_platform.dagster_internals.noise import Retention

    retention = Retention.of_days(load_settings().event_retention_days)
    with session() as instance:
        _tidy_events(instance, retention, apply=apply)
        _tidy_indices(apply=apply)


def _tidy_events(instance: "DagsterInstance", retention: "Retention", *, apply: bool) -> None:
    from belib_platform.dagster_internals.event_log import census, prune
    from belib_platform.dagster_internals.storage import event_log_url, output_remover

    url = event_log_url(instance)
    _show(census(url, retention))
    if not apply:
        console.print("Nothing was changed; `belib tidy --apply` prunes the noise.")
        return
    pruned = prune(url, retention, budget_s=NO_LIMIT_S, forget_output=output_remover(instance))
    rows, size = sum(pruned.rows.values()), sum(pruned.bytes.values())
    console.print(f"{rows:,} rows pruned, {size / 1e6:,.1f} MB of events; the space is free for new ones.")


def _tidy_indices(*, apply: bool) -> None:
    from belib_platform.assets.partitions import today
    from belib_platform.resources.elasticsearch import ElasticsearchResource
    from belib_platform.search.settled import months_over, settle

    search = ElasticsearchResource().search()
    if not apply:
        console.print(f"Indices of months that are over: {', '.join(months_over(search, today())) or 'none'}")
        return
    settled = settle(search, today())
    console.print(f"Indices settled: {', '.join(settled.names) or 'none'}")
    if settled.refused:
        console.print(f"Elasticsearch keeps old months as they are: {settled.refused}", markup=False, soft_wrap=True)


def _show(counts: "Sequence[EventCount]") -> None:
    from belib_platform.dagster_internals.event_log import EventCount

    numbers = [Column(name, justify="right") for name in ("rows", "MB", "noise", "MB of noise")]
    table = Table("event", *numbers, title="Dagster's event log")
    sums = [sum(column) for column in zip(*(count[1:] for count in counts), strict=True)] or [0] * 4
    for name, rows, size, noise_rows, noise_size in [*counts, EventCount("all", *sums)]:
        table.add_row(name, f"{rows:,}", f"{size / 1e6:,.2f}", f"{noise_rows:,}", f"{noise_size / 1e6:,.2f}")
    console.print(table)
