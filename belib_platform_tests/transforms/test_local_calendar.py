"""The calendar of Paris on days anyone can look up."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from belib_platform.transforms.local_calendar import date_facts, hours_of, local_date


@pytest.mark.parametrize(
    ("day", "is_public", "is_school"),
    [
        (date(2025, 7, 14), True, True),
        (date(2025, 5, 1), True, False),
        (date(2025, 4, 21), True, True),  # Easter Monday
        (date(2025, 4, 18), False, True),  # Good Friday is a holiday in Alsace and Moselle only
        (date(2025, 12, 26), False, True),
        (date(2025, 2, 14), False, False),  # zone B only
        (date(2025, 2, 17), False, True),  # zones B and C
        (date(2025, 2, 26), False, True),  # zones A and C
        (date(2025, 3, 10), False, False),
        (date(2025, 3, 4), False, False),  # zone A only
        (date(1989, 7, 14), True, None),
        (date(2035, 12, 25), True, None),
        (date(2099, 1, 2), False, None),
    ],
)
def test_holidays_are_those_of_metropolitan_france_and_zone_c(
    day: date, is_public: bool, is_school: bool | None
) -> None:
    assert date_facts([day]).rows() == [(day, is_public, is_school)]


def test_each_date_has_one_row() -> None:
    days = [date(2025, 1, 2), date(2025, 1, 1), date(2025, 1, 2)]
    assert date_facts(days)["local_date"].to_list() == [date(2025, 1, 1), date(2025, 1, 2)]
    assert date_facts([]).is_empty()


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 10, 27), 24), (date(2024, 2, 29), 24)],
)
def test_a_date_has_24_hours_but_when_the_clocks_change(day: date, hours: int) -> None:
    assert hours_of(day) == hours


def test_an_instant_belongs_to_the_date_of_paris() -> None:
    instants = [
        datetime(2025, 7, 13, 21, 59, tzinfo=UTC),
        datetime(2025, 7, 13, 22, tzinfo=UTC),
        datetime(2025, 1, 1, 22, 59, tzinfo=UTC),
        datetime(2025, 1, 1, 23, tzinfo=UTC),
    ]
    frame = pl.DataFrame({"at": instants}, schema={"at": pl.Datetime("ms", "UTC")})
    assert [day.day for day in frame.select(local_date("at")).to_series()] == [13, 14, 1, 2]
