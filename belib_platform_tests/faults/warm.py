"""Imported by the process that workers are forked from: all that a run would import or make only when it needs it."""

import gc
import tempfile

import anyio._backends._asyncio
import dagster as dg
import elasticsearch.helpers
import httpcore  # noqa: F401

import belib_platform_tests.faults.worker  # noqa: F401

with tempfile.TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
    instance.get_run_records(limit=1)

gc.freeze()  # a fork that collects would copy all it looks at
