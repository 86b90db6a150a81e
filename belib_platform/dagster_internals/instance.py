"""Dagster's instance for commands that run jobs in their own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import dagster as dg
from dagster._core import instance as dagster_instance

InstanceRef: TypeAlias = dagster_instance.InstanceRef
"""How another process opens the same instance; can be pickled."""

STATEMENT_TIMEOUT_MS = 60_000
RECYCLE_S = 3600
CONNECTIONS_MORE = 20
"""Above the one that is held; threads of one run rarely need two."""


@contextmanager
def open_instance(ref: InstanceRef | None = None) -> Iterator[dg.DagsterInstance]:
    """The instance of DAGSTER_HOME, or another process's, with its connections held open.

    By default each of a run's 150 events opens a connection of its own, which costs a day's rebuild two seconds.
    """
    with dg.DagsterInstance.from_ref(ref) if ref else dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            statement_timeout=STATEMENT_TIMEOUT_MS, pool_recycle=RECYCLE_S, max_overflow=CONNECTIONS_MORE
        )
        yield instance
