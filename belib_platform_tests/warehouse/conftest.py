from datetime import date
from pathlib import Path

import pytest

from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings


@pytest.fixture(scope="package")
def paris() -> Paris:
    """Six stations for the three days around the end of winter time, outages and dropped dimensions included."""
    return Paris.draw(11, first_day=date(2025, 3, 29), days=3, stations=6)


@pytest.fixture(scope="package")
def recordings(paris: Paris, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its answers, the feed's every hour."""
    folder = tmp_path_factory.mktemp("recordings")
    write_recordings(paris, folder, paris.begins_at, paris.ends_at, cadence_s=3600)
    return folder
