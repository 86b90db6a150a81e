"""A process that runs an import from the inbox on the instance in a folder, to be killed."""

import json
import os
import sys
from pathlib import Path

from belib_platform.definitions import defs
from belib_platform_tests.dagster_storage import local_instance

if __name__ == "__main__":
    asked = json.loads(os.environ["BELIB_TEST_RUN"])
    with local_instance(Path(sys.argv[1])) as instance:
        defs.resolve_job_def("inbox_import").execute_in_process(
            instance=instance, run_config=asked["config"], tags=asked["tags"]
        )
