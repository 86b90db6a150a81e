"""A reader of a warehouse in which nothing is yet."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from belib_platform.contracts.mart import CityDaily
from belib_platform.embedded.urls import Urls
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.deployment.least_rights import Roles


@pytest.fixture(scope="module")
def roles(stores: Urls) -> Iterator[Roles]:
    """Users whose database has every table."""
    made = Roles(stores)
    made.make()
    with closing(Warehouse(made.writer)) as warehouse:
        warehouse.require(CityDaily)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def reader(roles: Roles) -> str:
    """URL of the role that only reads."""
    return roles.reader
