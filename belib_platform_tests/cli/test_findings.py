"""Numbers shown to a person."""

import pytest

from belib_platform.cli.findings import sparkline


@pytest.mark.parametrize(
    ("values", "shown"),
    [([0.0, 0.5, 1.0], "▁▅█"), ([3.0, 3.0], "▁▁"), ([-1.0], "▁"), ([1.0, 0.0, 1.0], "█▁█")],
)
def test_a_sparkline_goes_from_the_least_to_the_greatest(values: list[float], shown: str) -> None:
    assert sparkline(values) == shown
