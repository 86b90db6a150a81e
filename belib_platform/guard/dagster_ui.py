"""Dagster's UI as an ASGI application, created like in `dagster-webserver`.

The guard imports Dagster's private interfaces only here; a test serves the UI with them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster._cli.utils import get_possibly_temporary_instance_for_cli
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

from belib_platform.guard.reloading import first_day, reloading

STATEMENT_TIMEOUT_MS = 15_000
POOL_RECYCLE_S = 3600
POOL_MAX_OVERFLOW = 20
LIVE_DATA_POLL_MS = 2000


@contextmanager
def dagster_ui(workspace: str) -> Iterator[ASGIApp]:
    """The UI of a workspace file and the instance in DAGSTER_HOME; its code servers run during the block."""
    with get_possibly_temporary_instance_for_cli("belib_platform.guard") as instance:
        instance.optimize_for_webserver(STATEMENT_TIMEOUT_MS, POOL_RECYCLE_S, POOL_MAX_OVERFLOW)
        target = WorkspaceFileTarget([workspace])
        began_at = first_day()
        with (
            WorkspaceProcessContext(instance, target, version=__version__) as context,
            reloading(began_at, context.reload_workspace),
        ):
            yield create_app_from_workspace_process_context(context, live_data_poll_rate=LIVE_DATA_POLL_MS)
