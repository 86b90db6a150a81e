"""Users of PostgreSQL for each test."""

from collections.abc import Iterator

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.deployment.least_rights import Roles, roles_on


@pytest.fixture
def roles(stores: Urls) -> Iterator[Roles]:
    """Four users and two databases that only this test has."""
    with roles_on(stores) as made:
        yield made
