"""Dagster's instance in processes that execute runs: with its connections held open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias
from weakref import WeakSet

import dagster as dg
from dagster._core import instance as dagster_instance

InstanceRef: TypeAlias = dagster_instance.InstanceRef
"""How another process opens the same instance; can be pickled."""

STATEMENT_TIMEOUT_MS = 60_000
RECYCLE_S = 3600
CONNECTIONS_MORE = 20
"""Above the one that is held; threads of one run rarely need two."""


_holding: WeakSet[dg.DagsterInstance] = WeakSet()


@contextmanager
def open_instance(ref: InstanceRef | None = None) -> Iterator[dg.DagsterInstance]:
    """The instance of DAGSTER_HOME, or another process's, with its connections held open."""
    with dg.DagsterInstance.from_ref(ref) if ref else dg.DagsterInstance.get() as instance:
        hold_connections(instance)
        yield instance


def hold_connections(instance: dg.DagsterInstance) -> None:
    """Hold an instance's connections open; doing it again changes nothing.

    By default each of a run's 150 events opens a connection of its own, which costs a five-minute run one second and a
    day's rebuild two.
    """
    if instance not in _holding:
        _holding.add(instance)
        instance.optimize_for_webserver(
            statement_timeout=STATEMENT_TIMEOUT_MS, pool_recycle=RECYCLE_S, max_overflow=CONNECTIONS_MORE
        )
