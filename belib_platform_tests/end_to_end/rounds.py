"""A process of its own that runs one job for one day again and again, and prints how often a step had to try again."""

import sys
from collections import Counter

import dagster as dg

from belib_platform.definitions import defs


def rounds(job: str, day: str, times: int, tags: dict[str, str]) -> Counter[str]:
    """How many runs succeeded, and how many steps were tried again because another run had written their window."""
    counted: Counter[str] = Counter()
    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(times):
            result = defs.resolve_job_def(job).execute_in_process(instance=instance, partition_key=day, tags=tags)
            counted["succeeded"] += result.success
            counted["retried"] += sum(event.event_type_value == "STEP_UP_FOR_RETRY" for event in result.all_events)
    return counted


if __name__ == "__main__":
    _, name, utc_day, times, *tagged = sys.argv
    done = rounds(name, utc_day, int(times), dict(tag.split("=") for tag in tagged))
    sys.stdout.write(f"{done['succeeded']} {done['retried']}\n")
