"""A code location with a schedule that is running, a job and an asset."""

import dagster as dg


@dg.asset
def thing() -> None:
    """Nothing, made."""


thing_job = dg.define_asset_job("thing_job", selection=[thing])

steady = dg.ScheduleDefinition(
    name="steady", job=thing_job, cron_schedule="0 4 * * *", default_status=dg.DefaultScheduleStatus.RUNNING
)

defs = dg.Definitions(assets=[thing], jobs=[thing_job], schedules=[steady], executor=dg.in_process_executor)
