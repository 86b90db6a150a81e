"""An archive in a folder of its own."""

from pathlib import Path

import pytest

from belib_platform.raw.archive.archive import Archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty one."""
    return Archive(tmp_path / "archive")
