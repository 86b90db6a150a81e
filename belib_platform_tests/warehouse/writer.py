"""A process of its own that writes one day: `python -m belib_platform_tests.warehouse.writer URL STATUS`."""

import sys

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import DAY, partition, rejects, runs


def main(url: str, status: str) -> None:
    """Say `ready` once the note is read, wait for a line, write."""
    house = Warehouse(url)
    due = partition(Table(house, ChargePointStatus), DAY, runs(DAY, 7, status), status, rejects=rejects(DAY, status))
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    write_partitions(house, ChargePointStatus, [due], f"run of {status}")


if __name__ == "__main__":
    main(*sys.argv[1:])
