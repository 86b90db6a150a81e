"""A process that runs jobs for today, each under settings of its own, and says all that any library has to say.

Standard input is a JSON list of [job, assets (none: all of the job), variables]. The events and at last the outcomes
go to standard output, the log to standard error.
"""

import json
import logging
import os
import sys
import traceback
from datetime import UTC, datetime

import dagster as dg

from belib_platform.dagster_internals.instance import open_instance
from belib_platform.definitions import defs

TALKATIVE = {"loggers": {"console": {"config": {"log_level": "DEBUG"}}}}


def run(instance: dg.DagsterInstance, job: str, assets: list[str], variables: dict[str, str]) -> bool:
    """Whether the job succeeded under these variables, with everything it would say in Dagster's debug log."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            partition_key=datetime.now(UTC).date().isoformat(),
            asset_selection=[dg.AssetKey(asset) for asset in assets] or None,
            run_config=TALKATIVE,
            raise_on_error=False,
        )
        for event in result.all_events:
            sys.stdout.write(f"{event!r}\n{event.event_specific_data!r}\n")
        return result.success
    finally:
        os.environ.clear()
        os.environ.update(before)


if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG)
    outcomes = []
    with open_instance() as instance:
        for name, selection, settings in json.load(sys.stdin):
            try:
                outcomes.append(run(instance, name, selection, settings))
            except Exception:  # noqa: BLE001 - what a failure shows is the question
                traceback.print_exc()
                outcomes.append(False)
        sys.stdout.write(f"{instance.info_str()}\n{instance!r}\n{vars(instance)!r}\n")
    sys.stdout.write(f"{json.dumps(outcomes)}\n")
