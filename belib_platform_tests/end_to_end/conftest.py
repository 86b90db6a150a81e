"""A platform for each test, or for a module that only reads what one fixture made."""

from collections.abc import Iterator

import pytest

from belib_platform.local.urls import Urls
from belib_platform_tests.end_to_end.platform import Platform, new_platform


@pytest.fixture
def platform(stores: Urls) -> Iterator[Platform]:
    """A platform with empty stores."""
    with new_platform(stores) as empty:
        yield empty
