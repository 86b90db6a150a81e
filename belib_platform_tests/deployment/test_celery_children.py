"""What Celery's pool starts, with the same library, may start a process of its own."""

import os

import pytest
from billiard import get_context

from belib_platform.deployment.celery_children import allow_children
from belib_platform.repair.fresh_process import in_fresh_process


def pid_of_a_child(allowed: bool) -> int:
    if allowed:
        allow_children(sender=None)
    return in_fresh_process(os.getpid)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_child_of_the_pool_has_children_once_it_is_allowed(allowed: bool) -> None:
    with get_context("fork").Pool(1) as pool:
        result = pool.apply_async(pid_of_a_child, [allowed])
        if allowed:
            assert result.get(timeout=300) != os.getpid()
        else:
            with pytest.raises(AssertionError, match="daemonic processes"):
                result.get(timeout=300)
