"""A Paris that is drawn as it is asked for has no last day, and begins as the one that was drawn at once."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.simulator.endless_paris import BIKE_DAYS, PART_DAYS, EndlessParis
from belib_platform.simulator.paris import Paris

FIRST = date(2026, 1, 5)
STATIONS = 5


def test_it_begins_as_a_shorter_one_of_the_same_seed_and_first_day() -> None:
    endless = EndlessParis(7, FIRST, stations=STATIONS)
    short = Paris.draw(7, first_day=FIRST, days=9, stations=STATIONS)
    for hours in (0, 30, 9 * 24 - 1):
        at = short.begins_at + timedelta(hours=hours)
        assert endless.realtime_body(at) == short.realtime_body(at)
        assert endless.realtime_answer(at) == short.realtime_answer(at)
        assert endless.bike_body(at) == short.bike_body(at)
        assert endless.bike_answer(at) == short.bike_answer(at)
        assert endless.bike_gbfs_status(at) == short.bike_gbfs_status(at)
        assert endless.bike_gbfs_information(at) == short.bike_gbfs_information(at)
        assert endless.static_body(at.date()) == short.static_body(at.date())
        assert endless.forecast(at, 24).equals(short.forecast(at, 24))


def test_every_later_day_has_the_same_points_and_the_same_answer_each_time_it_is_asked() -> None:
    endless = EndlessParis(7, FIRST, stations=STATIONS)
    begin = datetime(2026, 1, 5, 12, tzinfo=UTC)
    days = (0, PART_DAYS - 1, PART_DAYS, 400, 4000)
    bodies = {day: endless.realtime_body(begin + timedelta(days=day)) for day in days}
    ids = {day: frozenset(pl.read_json(body)["id_pdc"]) for day, body in bodies.items()}
    assert set(ids.values()) == {ids[0]}
    again = EndlessParis(7, FIRST, stations=STATIONS)
    for day in reversed(days):
        assert again.realtime_body(begin + timedelta(days=day)) == bodies[day]


def test_bikes_go_on_from_week_to_week_and_are_the_same_each_time_they_are_asked() -> None:
    endless = EndlessParis(7, FIRST, stations=STATIONS, bike_stations=12)
    begin = datetime(2026, 1, 5, 12, tzinfo=UTC)
    days = (0, BIKE_DAYS - 1, BIKE_DAYS, PART_DAYS - 1, PART_DAYS, 400)
    bodies = {day: endless.bike_body(begin + timedelta(days=day)) for day in days}
    assert len(set(bodies.values())) == len(days)
    assert {tuple(pl.read_json(body)["stationcode"]) for body in bodies.values()} == {
        tuple(pl.read_json(bodies[0])["stationcode"])
    }
    again = EndlessParis(7, FIRST, stations=STATIONS, bike_stations=12)
    for day in reversed(days):
        assert again.bike_body(begin + timedelta(days=day)) == bodies[day]
    whole = Paris.draw(7, first_day=FIRST, days=PART_DAYS, stations=STATIONS, bike_stations=12)
    assert whole.bike_body(begin + timedelta(days=BIKE_DAYS)) == bodies[BIKE_DAYS]
