"""Running a job in this process, for commands and the inbox, so that Dagster's UI shows the run as one of its job.

A run made by `execute_in_process` names no code location, so the UI leaves it out of its timeline and of the pages of
jobs. A test asks the UI's GraphQL for a run made here.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from belib_platform.dagster_internals.code_location import DEFINITIONS, NAME


def run_here(
    instance: dg.DagsterInstance,
    job_name: str,
    run_config: Mapping[str, Any],
    *,
    tags: Mapping[str, str] | None = None,
    assets: Iterable[str] | None = None,
    module: str = DEFINITIONS,
) -> dg.JobExecutionResult:
    """Run a job of the definitions in `module`, or some of its assets.

    An error of a step is in the result, and not raised.
    """
    definitions: dg.Definitions = import_module(module).defs
    job = definitions.resolve_job_def(job_name)
    selection = frozenset(map(dg.AssetKey, assets)) if assets is not None else None
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin(NAME), definitions.get_repository_def().name)
    run = instance.create_run_for_job(
        job_def=job.get_subset(asset_selection=selection) if selection else job,
        run_config=run_config,
        tags={**job.run_tags, **(tags or {})},
        asset_selection=selection,
        remote_job_origin=RemoteJobOrigin(repository, job_name),
    )
    return execute_run(InMemoryJob(job), run, instance)
