"""A reader of a warehouse in which nothing is yet."""

from collections.abc import Iterator

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.deployment.least_rights import Roles, roles_on


@pytest.fixture(scope="module")
def roles(stores: Urls) -> Iterator[Roles]:
    """Users whose database has every table."""
    with roles_on(stores, with_tables=True) as made:
        yield made


@pytest.fixture(scope="module")
def reader(roles: Roles) -> str:
    """URL of the role that only reads."""
    return roles.reader
