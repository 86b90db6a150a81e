"""Imported by the process that others are forked from: all that they would import or make only when they need it."""

import gc
import tempfile
from importlib import import_module
from pathlib import Path

from belib_platform_tests.dagster_storage import local_instance

LATE = (
    "anyio._backends._asyncio",
    "elasticsearch.helpers",
    "httpcore",
    "rich.progress",
    "typer",
    "belib_platform_tests.raw.archive.dying",
    "belib_platform_tests.faults.worker",
)

for module in LATE:
    import_module(module)

with tempfile.TemporaryDirectory() as folder, local_instance(Path(folder)) as instance:
    instance.get_run_records(limit=1)

gc.freeze()  # a fork that collects would copy all it looks at
