"""A process that loads the day argv[4] and dies, as by SIGKILL, at the call number argv[6] of what argv[5] names."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

from belib_platform.search import loading
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.warehouse.warehouse import Warehouse


def dying(call: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The call, but for the one with that number, before which the process is killed."""
    done = 0

    def counted(*arguments: Any) -> Any:
        nonlocal done
        done += 1
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments)

    return counted


if __name__ == "__main__":
    _, url, prefix, warehouse, day, name, number = sys.argv
    setattr(loading, name, dying(getattr(loading, name), int(number)))
    load_days(Search(url, prefix), Warehouse(warehouse), AVAILABILITY, [date.fromisoformat(day)])
