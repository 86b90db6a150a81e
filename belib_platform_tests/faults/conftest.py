"""Which cases run: all when BELIB_FAULTS is `all`, as by `make faults`; else the quickest of each kind."""

import os

import pytest

from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.cases import QUICK


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `make test` has no time for."""
    if os.environ.get("BELIB_FAULTS") == "all":
        return
    left_out = [item for item in items if isinstance(case := _case(item), Case) and case.id not in QUICK]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _case(item: pytest.Item) -> object:
    return item.callspec.params.get("case") if isinstance(item, pytest.Function) and hasattr(item, "callspec") else None
