import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tenacity import wait_none

from belib_platform.sources.http import HttpPolicy

RECORDINGS = Path(os.environ.get("BELIB_RECORDINGS") or Path(__file__).parents[3] / "shared" / "data")


@pytest.fixture
def recorded() -> Callable[[str], Path]:
    """Path of a real recording, or the test is skipped: recordings are not part of the project."""

    def find(name: str) -> Path:
        path = RECORDINGS / name
        if not path.exists():
            pytest.skip(f"no recorded answers at {path}; BELIB_RECORDINGS names their folder")
        return path

    return find


@pytest.fixture
def quick() -> HttpPolicy:
    """Three attempts without waiting."""
    return HttpPolicy(wait=wait_none(), connect_s=2, read_s=5, deadline_s=10)
