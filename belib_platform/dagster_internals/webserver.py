"""Dagster's UI as an ASGI application, made as `dagster-webserver` makes it. A test serves the UI with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dagster._cli.utils import get_possibly_temporary_instance_for_cli
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__
from starlette.types import ASGIApp

STATEMENT_TIMEOUT_MS = 15_000
POOL_RECYCLE_S = 3600
POOL_MAX_OVERFLOW = 20
LIVE_DATA_POLL_MS = 2000


@contextmanager
def webserver(workspace: str) -> Iterator[tuple[ASGIApp, Callable[[], None]]]:
    """The UI of a workspace file and of the instance of DAGSTER_HOME, with their code servers, for this block.

    The second value is a function that loads the code locations again.
    """
    with get_possibly_temporary_instance_for_cli("belib_platform.guard") as instance:
        instance.optimize_for_webserver(STATEMENT_TIMEOUT_MS, POOL_RECYCLE_S, POOL_MAX_OVERFLOW)
        target = WorkspaceFileTarget([workspace])
        with WorkspaceProcessContext(instance, target, version=__version__) as context:
            app = create_app_from_workspace_process_context(context, live_data_poll_rate=LIVE_DATA_POLL_MS)
            yield app, context.reload_workspace
