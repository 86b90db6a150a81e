"""The volume floor."""

import pytest

from belib_platform.sources.verdict import Verdict, below_half, refused


@pytest.mark.parametrize(
    ("count", "last", "is_sound"),
    [(1000, 2000, True), (999, 2000, False), (1, None, True), (1, 0, True), (3000, 2000, True)],
)
def test_less_than_half_of_last_time_is_refused(count: int, last: int | None, is_sound: bool) -> None:
    verdict = below_half(Verdict(is_sound=True, reason=None, record_count=count, warning="odd"), last)
    assert verdict.is_sound == is_sound
    assert verdict.warning == "odd"
    assert is_sound or verdict.reason == "The body holds 999 records, less than half of the usual 2,000."


def test_a_refusal_keeps_its_reason() -> None:
    assert below_half(refused("The body is a poem."), 2000).reason == "The body is a poem."
