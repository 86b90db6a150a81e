import pytest
from tenacity import wait_none

from belib_platform.sources.http import HttpPolicy


@pytest.fixture
def quick() -> HttpPolicy:
    """Three attempts without waiting."""
    return HttpPolicy(wait=wait_none(), connect_s=2, read_s=5, deadline_s=10)
