"""Print the warehouse's figures: by arrondissement, by hour, polls, rejected records and checks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from belib_platform.cli.progress import console

if TYPE_CHECKING:
    import polars as pl
    from dagster import DagsterInstance

    from belib_platform.dagster_internals.records import CheckState

BARS = "▁▂▃▄▅▆▇█"

BY_ARRONDISSEMENT = """
WITH newest AS (SELECT max(last_seen_at) AS at FROM clean.charge_point_status),
now AS (
    SELECT charge_point_id, status FROM clean.charge_point_status, newest WHERE last_seen_at = newest.at
),
present AS (
    SELECT p.arrondissement, count(*) AS points, count(*) FILTER (WHERE n.status = 'AVAILABLE') AS available
    FROM now n JOIN clean.charge_point p USING (charge_point_id) GROUP BY 1
),
past AS (
    SELECT arrondissement,
           sum(charging_s)::float / nullif(sum(available_s + charging_s), 0) AS occupancy,
           sum(out_of_order_s + unknown_s)::float / nullif(sum(point_count * 3600 - unobserved_s), 0) AS down,
           1 - sum(unobserved_s)::float / nullif(sum(point_count * 3600), 0) AS observed
    FROM mart.station_availability_hourly GROUP BY 1
)
SELECT arrondissement, points, available, occupancy, down, observed
FROM present JOIN past USING (arrondissement) ORDER BY arrondissement
"""

BY_HOUR = """
SELECT extract(hour FROM hour_at AT TIME ZONE 'Europe/Paris')::int AS hour_local,
       sum(charging_s)::float / nullif(sum(available_s + charging_s), 0) AS occupancy,
       avg(temperature_c) AS temperature_c, avg(precipitation_mmh) AS precipitation_mmh
FROM mart.station_availability_hourly GROUP BY 1 ORDER BY 1
"""

REJECTED = """
SELECT asset, rule, sum({records})::bigint AS records FROM clean.rejected_record GROUP BY 1, 2 ORDER BY 3 DESC
"""

POLLS = "SELECT source, outcome, count(*) AS polls FROM clean.poll GROUP BY 1, 2 ORDER BY 1, 2"


def show_findings(instance: "DagsterInstance") -> None:
    """Print figures of the warehouse at BELIB_POSTGRES_URL, and the checks of the instance."""
    from belib_platform.contracts.rejects import RECORD_COUNT_SQL
    from belib_platform.resources.postgres import PostgresResource

    warehouse = PostgresResource().warehouse()
    _show_arrondissements(warehouse.query(BY_ARRONDISSEMENT))
    _show_day(warehouse.query(BY_HOUR))
    _show("Polls", warehouse.query(POLLS))
    _show("Rejected records (clean.rejected_record)", warehouse.query(REJECTED.format(records=RECORD_COUNT_SQL)))
    _show_checks(instance)


def _show_arrondissements(rows: "pl.DataFrame") -> None:
    columns = ("arr.", "points", "free now", "occupancy", "down or unknown", "observed")
    table = Table(*columns, title="Charge points by arrondissement")
    for row in rows.iter_rows(named=True):
        shares = [f"{row[name]:.1%}" if row[name] is not None else "–" for name in ("occupancy", "down", "observed")]
        table.add_row(str(row["arrondissement"]), str(row["points"]), str(row["available"]), *shares)
    console.print(table)


def _show_day(rows: "pl.DataFrame") -> None:
    if rows.is_empty():
        return
    hours = f"{rows['hour_local'][0]:02d} h to {rows['hour_local'][-1]:02d} h, Paris time"
    console.print(f"\n[bold]Average day[/bold] ({hours})")
    for name, unit in (("occupancy", ""), ("temperature_c", " °C"), ("precipitation_mmh", " mm/h")):
        values = rows[name].fill_null(0.0).to_list()
        low, high = min(values), max(values)
        console.print(f"  {name:<18} {sparkline(values)}  {low:.2f} to {high:.2f}{unit}", highlight=False)


def sparkline(values: list[float]) -> str:
    """One block character per value, scaled from the smallest to the largest."""
    low, high = min(values), max(values)
    steps = len(BARS) - 1
    return "".join(BARS[round((value - low) / ((high - low) or 1) * steps)] for value in values)


def _show(title: str, rows: "pl.DataFrame") -> None:
    table = Table(*rows.columns, title=title)
    for row in rows.iter_rows():
        table.add_row(*(str(value) for value in row))
    console.print(table if rows.height else f"{title}: nothing")


def _show_checks(instance: "DagsterInstance") -> None:
    states = list(_checks(instance))
    passed = sum(state.passed is True for state in states)
    console.print(f"\n[bold]Asset checks[/bold]: {passed} of {len(states)} passed")
    for state in states:
        if not state.passed:
            text = ", ".join(f"{name} {value}" for name, value in state.numbers.items()) or "not run"
            colour = "red" if state.is_blocking else "yellow"
            console.print(f"  [{colour}]✗[/{colour}] {state.asset}: {state.name} ({text})", highlight=False)


def blocking_checks_passed(instance: "DagsterInstance") -> bool:
    """Whether every blocking check was evaluated and passed last time."""
    return all(state.passed for state in _checks(instance) if state.is_blocking)


def _checks(instance: "DagsterInstance") -> Iterator["CheckState"]:
    from belib_platform.dagster_internals.records import check_states
    from belib_platform.definitions import defs
    from belib_platform.jobs import ARCHIVED

    states = check_states(instance, defs.resolve_asset_graph())
    return (state for state in states if state.asset not in ARCHIVED)
