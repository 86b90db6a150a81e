"""How many records are believed: against what was announced, against what is usual, against a page of the API."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.verdict import (
    PAGE_SIZES,
    Usual,
    Verdict,
    against_announcement,
    against_page_size,
    against_usual,
    refused,
)

COUNTS = st.integers(0, 10**6)


def sound(count: int) -> Verdict:
    return Verdict(is_sound=True, reason=None, record_count=count, warning="odd")


@pytest.mark.parametrize(
    ("count", "usual", "reason"),
    [
        (1000, 2000, None),
        (999, 2000, "The body is partial: it holds 999 records, less than half of the usual 2,000."),
        (3000, 2000, None),
        (3001, 2000, "The body holds 3,001 records, more than 1.5 times the usual 2,000."),
        (1, None, None),
        (1, 49, None),
        (20_000, 49, None),
    ],
)
def test_far_fewer_or_more_than_is_usual_are_refused(count: int, usual: int | None, reason: str | None) -> None:
    verdict = against_usual(sound(count), Usual(usual, is_sure=True) if usual else None)
    assert (verdict.is_sound, verdict.reason, verdict.warning) == (reason is None, reason, "odd")


@given(count=COUNTS, usual=st.integers(50, 10**6))
def test_of_few_witnesses_only_what_is_partial_is_told(count: int, usual: int) -> None:
    assert against_usual(sound(count), Usual(usual, is_sure=False)).is_sound == (count >= usual / 2)
    assert against_usual(sound(count), Usual(usual, is_sure=True)).is_sound == (usual / 2 <= count <= 1.5 * usual)


@pytest.mark.parametrize(
    ("count", "announced", "is_sound"),
    [
        (2097, 2097, True),
        (2077, 2097, True),
        (2076, 2097, False),
        (2118, 2097, True),
        (2119, 2097, False),
        (20_000, 2097, False),
        (13, 12, True),
        (14, 12, False),
        (1, 0, False),
    ],
)
def test_a_body_holds_what_was_announced_within_a_hundredth(count: int, announced: int, is_sound: bool) -> None:
    verdict = against_announcement(sound(count), announced)
    told = f"The body holds {count:,} of {announced:,} records announced."
    assert (verdict.is_sound, verdict.reason) == (is_sound, None if is_sound else told)


@pytest.mark.parametrize("count", PAGE_SIZES)
def test_as_many_as_a_page_of_the_api_are_partial_unless_that_is_usual(count: int) -> None:
    for usual in (None, Usual(2000, is_sure=True)):
        assert "is partial" in (against_page_size(sound(count), usual).reason or "")
    assert against_page_size(sound(count), Usual(count, is_sure=False)).is_sound
    for other in (count - 1, count + 1):
        assert against_page_size(sound(other), None).is_sound


def test_a_refusal_keeps_its_reason() -> None:
    poem = refused("The body is a poem.")
    usual = Usual(2000, is_sure=True)
    assert poem == against_usual(poem, usual) == against_announcement(poem, 7) == against_page_size(poem, None)
