"""Whatever comes in, in whichever order: the tables are those of one full refresh, and what is stale is named."""

import pytest
from hypothesis import HealthCheck, example, given, settings

from belib_platform.contracts.clean import ChargePointDay, ChargePointStatus, Poll, WeatherForecast
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly, StationFreeHourly
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.examples import examples
from belib_platform_tests.warehouse.days import DERIVED, assert_same
from belib_platform_tests.warehouse.history import History, differing_days
from belib_platform_tests.warehouse.sequences import DAYS, Answer, Step, histories
from belib_platform_tests.warehouse.simulated_pages import at

CLEAN = [ChargePointStatus, Poll, ChargePointDay, WeatherForecast]

ALL = len(DERIVED)

UNKNOWN_AT_FIRST = [
    Step([Answer("belib", at(DAYS[0], 12), {0: {}})], ALL),
    Step([Answer("belib", at(DAYS[1], 12), {0: {"coordonneesxy": "48.85, 2.35"}})], ALL),
    Step([Answer("belib_static", at(DAYS[0], 3), {0: {"puissance_nominale": "7"}})], ALL),
]
"""A power that only one day's edition tells, and a place that cannot be read as usual on another day."""

BROKEN_OFF = [
    Step([Answer("belib", at(DAYS[1], 12), {0: {}})], 2),
    Step([Answer("belib", at(DAYS[0], 12), {1: {}})], ALL),
    Step([Answer("belib_static", at(DAYS[3], 3), {0: {"puissance_nominale": "22"}})], 4),
]
"""Runs that ended between the tables of clean and those of the mart."""

COMMON = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def prove(history: History, steps: list[Step]) -> None:
    """Take all steps, make what is named as stale, layer by layer, and compare with a full refresh."""
    for step in steps:
        history.take(step)
    held, late = history.rows(), history.stale_clean()
    history.make(late)
    history.make(DAYS, history.stale_points())
    clean, hours = history.rows(), history.stale_hours()
    history.make(hours, [StationAvailabilityHourly])
    mart, dates = history.rows(), history.stale_dates()
    free = history.stale_free_hours()
    history.make(dates, [CityDaily])
    history.make(free, [StationFreeHourly])
    history.make(DAYS, history.stale_statistics())
    made = history.rows()
    assert [history.stale_clean(), history.stale_after_clean()] == [[], []]
    right = history.full_refresh()
    assert_same(made, right)
    for contract in CLEAN:
        assert differing_days(contract, held, right) <= set(late)
    assert differing_days(StationAvailabilityHourly, clean, right) <= set(hours)
    assert differing_days(CityDaily, mart, right) <= set(dates)
    assert differing_days(StationFreeHourly, mart, right) <= set(free)


@settings(COMMON, max_examples=examples(3))
@example(UNKNOWN_AT_FIRST)
@example(BROKEN_OFF)
@given(histories())
def test_any_sequence_gives_the_tables_of_a_full_refresh(
    store: RawStore, warehouse: Warehouse, steps: list[Step]
) -> None:
    prove(History(store, warehouse), steps)


@pytest.mark.fault
@settings(COMMON, max_examples=examples(100))
@given(histories())
def test_a_hundred_sequences_do(store: RawStore, warehouse: Warehouse, steps: list[Step]) -> None:
    prove(History(store, warehouse), steps)


@pytest.mark.slow
@settings(COMMON, max_examples=examples(2))
@given(histories())
def test_what_comes_again_makes_nothing_stale(store: RawStore, warehouse: Warehouse, steps: list[Step]) -> None:
    history = History(store, warehouse)
    history.take(Step([answer for step in steps for answer in step.answers], ALL))
    for step in steps:
        history.take(Step(step.answers, 0))
    assert [history.stale_clean(), history.stale_points()] == [[], []]
    history.make(history.stale_hours(), [StationAvailabilityHourly])
    history.make(history.stale_dates(), [CityDaily])
    history.make(history.stale_free_hours(), [StationFreeHourly])
    history.make(DAYS, history.stale_statistics())
    for step in reversed(steps):
        history.take(Step(step.answers, ALL))
    assert [history.stale_clean(), history.stale_after_clean()] == [[], []]
