"""A code location with something wrong in it: runs that fail, a sensor that raises, a schedule."""

import os

import dagster as dg

FAILING = "AILING"


class AilingError(Exception):
    """What is wrong."""


def is_ailing() -> bool:
    """Whether the environment says so."""
    return os.environ.get(FAILING) == "yes"


@dg.op
def may_fail() -> None:
    """Fail while ailing."""
    if is_ailing():
        raise AilingError("postgresql://belib:canary4711@host is away\nand a second line")


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
def recovers_when_tried_again(context: dg.OpExecutionContext) -> None:
    """Fail the first time."""
    if context.retry_number == 0:
        raise AilingError("the first time")


@dg.job
def ailing_job() -> None:
    """One step that may fail."""
    may_fail()


@dg.job
def stubborn_job() -> None:
    """One step that is tried again."""
    recovers_when_tried_again()


@dg.sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30)
def ailing_sensor() -> dg.SkipReason:
    """Raise while ailing."""
    if is_ailing():
        raise AilingError("canary4711 is not to be told")
    return dg.SkipReason("well")


ailing_schedule = dg.ScheduleDefinition(
    job=ailing_job,
    name="ailing_schedule",
    cron_schedule="2-59/5 * * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)

defs = dg.Definitions(
    jobs=[ailing_job, stubborn_job],
    sensors=[ailing_sensor],
    schedules=[ailing_schedule],
    executor=dg.in_process_executor,
)
