"""A role that only reads a warehouse without rows."""

import pytest

from belib_platform_tests.deployment.least_rights import Roles


@pytest.fixture(scope="module")
def reader(roles: Roles) -> str:
    """URL of the role that only reads."""
    return roles.reader
