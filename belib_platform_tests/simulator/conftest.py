"""A small Paris and a full one, drawn once."""

from datetime import date

import pytest

from belib_platform.simulator.paris import Paris


@pytest.fixture(scope="package")
def paris() -> Paris:
    """Twelve stations for the two days around the end of winter time."""
    return Paris.draw(7, first_day=date(2025, 3, 29), days=2, stations=12)


@pytest.fixture(scope="package")
def full_paris() -> Paris:
    """All stations for four weeks of spring."""
    return Paris.draw(1, first_day=date(2025, 3, 3), days=28)
