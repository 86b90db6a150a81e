"""Which findings answer the checks of each asset, given its table and the windows about to be written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import polars as pl

from belib_platform.checks import feed, rows
from belib_platform.checks.evidence import newest_polls, newest_records, rejects_of, seconds_in_the_mart
from belib_platform.checks.finding import Finding
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.raw.response import AHEAD
from belib_platform.raw.responses import RawResponses
from belib_platform.sources import belib_realtime, belib_static
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.weather import PROVIDERS
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table

Findings = Mapping[str, Finding]
NOT_FORECAST_THAT_FAR = "step_has_temperature_or_precipitation"
"""Providers pad a response with empty hours where a model does not look so far ahead: no sign of a fault, and an hour
that is missed among the next 24 shows in another check."""

VALUES_READABLE = "every_value_is_readable"
ID_RULES = ["charge_point_id_is_present", "charge_point_id_fits_its_pattern"]


def new_rows(contract: type[Contract], partitions: Sequence[Partition]) -> pl.DataFrame:
    """All rows about to be written."""
    return pl.concat(
        [contract.create_empty(), *(partition.frame for partition in partitions if partition.frame is not None)]
    )


def of_poll(
    own: Table, partitions: Sequence[Partition], days: list[date], responses: RawResponses, now: datetime
) -> Findings:
    """The feed as it is now, and whether every day has polls."""
    newest = newest_polls(own, partitions, now)
    unchanged = [date.fromisoformat(partition.key) for partition in partitions if partition.frame is None]
    polls = pl.concat([new_rows(own.contract, partitions), *(own.rows(day) for day in unchanged)])
    return {
        "feed_is_fresh": feed.feed_is_fresh(newest),
        "volume_is_as_usual": feed.volume_is_as_usual(newest),
        "unknown_share_is_as_usual": feed.unknown_share_is_as_usual(newest),
        "no_stamp_lies_in_the_future": feed.no_stamp_lies_in_the_future(newest),
        "every_day_has_polls": feed.every_day_has_polls(polls, days),
        VALUES_READABLE: rows.every_value_is_readable(newest_records(responses, BELIB.name, belib_realtime.LAYOUT)),
    }


def of_charge_point_status(own: Table, partitions: Sequence[Partition]) -> Findings:
    """What was turned away, and whether the runs hold together."""
    runs, rejects = new_rows(own.contract, partitions), rejects_of(own, partitions)
    sightings = int(runs["poll_count"].sum())
    refolded = [frame for partition in partitions if (frame := partition.differing) is not None]
    return {
        "every_status_word_is_known": rows.nothing_was_rejected_for(rejects, ["status_word_is_known"], sightings),
        "every_charge_point_id_fits_its_pattern": rows.nothing_was_rejected_for(rejects, ID_RULES, sightings),
        "no_id_twice_with_different_statuses_in_a_poll": rows.nothing_was_rejected_for(
            rejects, ["one_status_per_poll"], sightings
        ),
        "rejected_rows_stay_under_a_limit": rows.rejected_rows_stay_under_a_limit(rejects, sightings),
        "runs_do_not_overlap": rows.runs_do_not_overlap(runs),
        "folding_page_by_page_equals_folding_the_day": rows.folding_page_by_page_equals_folding_the_day(refolded),
    }


def of_charge_point_day(own: Table, partitions: Sequence[Partition], editions: RawResponses) -> Findings:
    """Whether the static set is still itself, and where the points are."""
    points = new_rows(own.contract, partitions)
    edition = newest_records(editions, BELIB_STATIC.name, belib_static.LAYOUT)
    return {
        "the_static_set_still_has_its_columns": rows.the_static_set_still_has_its_columns(edition),
        VALUES_READABLE: rows.every_value_is_readable(edition),
        "coordinates_lie_in_the_region": rows.coordinates_lie_in_the_region(points),
        "rejected_rows_stay_under_a_limit": rows.rejected_rows_stay_under_a_limit(
            rejects_of(own, partitions), int(points["is_in_static_set"].sum())
        ),
    }


def of_charge_point(own: Table, partitions: Sequence[Partition]) -> Findings:
    """Whether every point has a station."""
    return {"every_point_has_a_station": rows.every_point_has_a_station(new_rows(own.contract, partitions))}


def of_weather_forecast(own: Table, partitions: Sequence[Partition], now: datetime) -> Findings:
    """Whether the newest forecasts look far enough ahead and have all measures, and what was turned away.

    One that is from the future is not the newest.
    """
    steps, known = new_rows(own.contract, partitions), now + AHEAD
    sql = "SELECT max(fetched_at) AS at FROM clean.weather_forecast WHERE fetched_at <= $1"
    newest = own.warehouse.query(sql, known)["at"][0]
    kept = own.rows(newest.date()) if newest else steps.clear()
    past = pl.concat([kept, steps]).filter(pl.col("fetched_at") <= known)
    promised = {name: provider.promised for name, provider in PROVIDERS.items()}
    return {
        "weather_covers_the_next_24_hours": rows.weather_covers_the_next_24_hours(past),
        "every_measure_has_values": rows.every_measure_has_values(past, promised),
        "rejected_rows_stay_under_a_limit": rows.rejected_rows_stay_under_a_limit(
            rejects_of(own, partitions), steps.height, usual=[NOT_FORECAST_THAT_FAR]
        ),
    }


def of_station_availability(partitions: Sequence[Partition]) -> Findings:
    """Whether the hours add up, and whether their weather was known."""
    hours = new_rows(StationAvailabilityHourly, partitions)
    return {
        rule: rows.rule_is_kept(StationAvailabilityHourly, rule, hours)
        for rule in ("seconds_of_an_hour_add_up", "weather_was_known_at_that_hour")
    }


def of_city_daily(own: Table, partitions: Sequence[Partition], now: datetime) -> Findings:
    """Whether the dates that are over have all seconds of their hours, and no others."""
    city = new_rows(own.contract, partitions)
    return {"seconds_add_up_to_the_mart": rows.seconds_add_up(city, seconds_in_the_mart(own, partitions, now))}
