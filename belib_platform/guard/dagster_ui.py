"""Dagster's UI as an ASGI application, whose code locations are loaded again when the first day changes."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from belib_platform.dagster_internals.webserver import webserver
from belib_platform.guard.reloading import first_day, reloading


@contextmanager
def dagster_ui(workspace: str) -> Iterator[ASGIApp]:
    """The UI of a workspace file and the instance in DAGSTER_HOME; its code servers run during the block."""
    began_at = first_day()  # before the code servers load the definitions
    with webserver(workspace) as (app, reload_code_locations), reloading(began_at, reload_code_locations):
        yield app
