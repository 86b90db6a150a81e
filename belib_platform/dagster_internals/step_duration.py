"""How long a step has taken, for the plots in Dagster's UI."""

import time

import dagster as dg


def seconds_so_far(context: dg.OutputContext) -> dict[str, float]:
    """Metadata `seconds`: from the step's start until its output is kept; empty where Dagster knows no start."""
    steps = context.step_context.instance.get_run_step_stats(context.run_id, [context.step_key])
    started_at = next((step.start_time for step in steps), None)
    return {"seconds": round(time.time() - started_at, 3)} if started_at else {}
