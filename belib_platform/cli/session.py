"""What commands need: running stores, Dagster's instance, and the environment variables for both."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from belib_platform.settings import Settings, load_settings

if TYPE_CHECKING:
    from dagster import DagsterInstance


@contextmanager
def session(settings: Settings | None = None) -> Iterator["DagsterInstance"]:
    """Run the stores during the block; yields the home's Dagster instance.

    The first day of a home with local stores is written before the definitions are loaded.
    """
    from belib_platform.dagster_internals.instance import open_instance
    from belib_platform.local.dagster_home import write_dagster_home
    from belib_platform.local.first_data import ensure_first_day
    from belib_platform.local.stores import stores
    from belib_platform.local.urls import dagster_home, environment

    settings = settings or load_settings()
    with stores(settings) as urls:
        if not settings.has_stores_elsewhere:
            ensure_first_day(settings, urls)
        os.environ.update(environment(urls, settings))
        write_dagster_home(dagster_home(settings))
        with open_instance() as instance:
            yield instance


@contextmanager
def stores_only(settings: Settings) -> Iterator[None]:
    """Run the stores during the block, and set their URLs in the environment; does not connect to Dagster's storage."""
    from belib_platform.local.stores import stores
    from belib_platform.local.urls import environment

    unasked = settings.model_copy(update={"dagster_url": settings.dagster_url or settings.postgres_url})
    with stores(unasked) as urls:
        os.environ.update(environment(urls, settings))
        yield
