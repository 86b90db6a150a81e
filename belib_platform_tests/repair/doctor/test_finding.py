"""What heals is told in the order in which it is to be done, for stretches of days; rows are compared by key."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.repair.doctor.finding import Finding, Remedy, commands, stretches_of
from belib_platform.repair.doctor.rows import differing

DAY = date(2025, 6, 10)
DAYS = st.sets(st.integers(0, 60).map(lambda n: DAY + timedelta(days=n)))
POINTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2))


@given(DAYS)
def test_stretches_hold_the_days_and_nothing_else_and_never_touch(days: set[date]) -> None:
    stretches = list(stretches_of(days))
    held = [first + timedelta(days=n) for first, last in stretches for n in range((last - first).days + 1)]
    assert held == sorted(days)
    assert all(later - last > timedelta(days=1) for (_, last), (later, _) in pairwise(stretches))


MADE_FROM_TABLES = (
    "station_availability_hourly",
    "city_daily",
    "station_free_hourly",
    "bike_availability_hourly",
    "bike_city_daily",
    "bike_tomorrow_skill",
)


def test_commands_come_in_the_order_of_healing_whatever_was_found_first() -> None:
    found = [
        Finding("mart", DAY, "rows differ", 1, remedy=Remedy.MART),
        Finding("clean", DAY, "rows differ", 1, remedy=Remedy.REFOLD),
        Finding("ledger", DAY + timedelta(days=3), "lost", 1, remedy=Remedy.RESTORE),
        Finding("clean", DAY + timedelta(days=1), "rows differ", 1, remedy=Remedy.REFOLD),
        Finding("ledger", DAY, "retired", is_remark=True, remedy=Remedy.LEDGER),
        Finding("ledger", DAY, "nobody can help", 1),
    ]
    assert list(commands(found)) == [
        "belib archive restore 2025-06-13",
        "belib rebuild 2025-06-10 2025-06-11 --full-refresh",
        "belib rebuild 2025-06-10 --full-refresh" + "".join(f" --only {table}" for table in MADE_FROM_TABLES),
    ]


@given(POINTS, POINTS)
def test_rows_differ_by_as_many_keys_as_are_in_one_only_or_say_otherwise(
    held: dict[str, int], made: dict[str, int]
) -> None:
    found = differing(Station, stations(held), stations(made))
    wrong = {key for key in held.keys() | made.keys() if held.get(key) != made.get(key)}
    assert (found.keys if found else 0) == len(wrong)
    assert found is None or found.example.startswith(min(wrong))


def stations(points: dict[str, int]) -> pl.DataFrame:
    rows = [{"station_id": key, "point_count": count} for key, count in points.items()]
    nulls = [pl.lit(None, dtype).alias(name) for name, dtype in frame_schema(Station).items()]
    known = {"station_id": pl.String, "point_count": pl.Int32}
    frame = pl.DataFrame(rows, schema=known)
    return conform(Station, frame.with_columns(column for column in nulls if column.meta.output_name() not in known))
