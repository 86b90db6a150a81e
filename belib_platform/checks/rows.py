"""Checks of the rows of a run's days."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.mart import SECONDS
from belib_platform.contracts.rejects import counts_by_rule, record_count
from belib_platform.sources import belib_static
from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.verdict import absent_columns

REGION = {"longitude": (1.4, 3.6), "latitude": (48.1, 49.3)}
"""The Île-de-France region, WGS 84, degrees."""

REJECTED_LIMIT = 0.01


def rows_keep_their_contract(contract: type[Contract], frame: pl.DataFrame) -> Finding:
    """Every row keeps every rule of its contract: types, keys, bounds, patterns."""
    failure = contract.filter(frame).failure
    numbers: dict[str, float | int | str] = {"judged": frame.height, "offending": len(failure), **failure.counts()}
    return Finding(len(failure) == 0, numbers, failure.invalid().head(SAMPLE))


def rule_is_kept(contract: type[Contract], rule: str, frame: pl.DataFrame) -> Finding:
    """Every row keeps one named rule of its contract."""
    failure = contract.filter(frame).failure
    details = failure.details()
    broken = details.filter(pl.col(rule) == "invalid") if rule in details.columns else details.clear()
    return none_of(broken.select(frame.columns), frame.height)


def nothing_was_rejected_for(rejects: pl.DataFrame, rules: Sequence[str], judged: int) -> Finding:
    """No record was turned away for these rules."""
    offenders = rejects.filter(pl.col("rule").is_in(list(rules)))
    finding = none_of(offenders, judged)
    return finding._replace(numbers={**finding.numbers, "offending": _records(offenders)})


def rejected_rows_stay_under_a_limit(rejects: pl.DataFrame, kept: int, usual: Sequence[str] = ()) -> Finding:
    """At most one record in a hundred was turned away, those for `usual` rules aside: they are only counted."""
    judged = rejects.filter(~pl.col("rule").is_in(list(usual)))
    records = _records(judged)
    ratio = records / max(records + kept, 1)
    by_rule = sorted(counts_by_rule(rejects).items())
    numbers: dict[str, float | int | str] = {"rejected": records, "rejected_ratio": ratio, **dict(by_rule)}
    return Finding(ratio <= REJECTED_LIMIT, numbers, judged.head(SAMPLE))


def _records(rejects: pl.DataFrame) -> int:
    """How many records were turned away, those counted only included."""
    return int(rejects.unique(["page_id", "record_index"]).select(record_count().sum()).item())


def runs_do_not_overlap(runs: pl.DataFrame) -> Finding:
    """No charge point has two statuses at one instant."""
    before = pl.col("last_seen_at").shift().over("charge_point_id", order_by="first_seen_at")
    return none_of(runs.filter(pl.col("first_seen_at") <= before), runs.height)


def folding_page_by_page_equals_folding_the_day(differing: Sequence[pl.DataFrame]) -> Finding:
    """Days folded anew from the same responses equal what was held; days not compared in this run are not judged."""
    rows = pl.concat(differing) if differing else None
    numbers: dict[str, float | int | str] = {
        "days_compared": len(differing),
        "differing": rows.height if rows is not None else 0,
    }
    return Finding(rows is None or rows.is_empty(), numbers, rows.head(SAMPLE) if rows is not None else None)


def coordinates_lie_in_the_region(points: pl.DataFrame) -> Finding:
    """Known coordinates lie in the Île-de-France region."""
    outside = pl.any_horizontal(~pl.col(axis).is_between(*bounds) for axis, bounds in REGION.items())
    known = points.filter(pl.all_horizontal(pl.col(axis).is_not_null() for axis in REGION))
    offenders = known.filter(outside).select("charge_point_id", "longitude", "latitude")
    return none_of(offenders, known.height, is_warning=True)


def every_point_has_a_station(points: pl.DataFrame) -> Finding:
    """Every charge point has a station, from the static set or derived from its id."""
    finding = none_of(points.filter(pl.col("station_id").is_null()), points.height)
    derived = int(points["is_station_derived"].sum())
    return finding._replace(numbers={**finding.numbers, "derived": derived})


def weather_covers_the_next_24_hours(forecasts: pl.DataFrame) -> Finding:
    """The newest answer has temperature and precipitation for every hour of the 24 that begin after it came."""
    if forecasts.is_empty():
        return Finding(passed=False, numbers={"hours_covered": 0})
    newest = forecasts.filter(pl.col("available_at") == pl.col("available_at").max())
    start = pl.col("available_at").first().dt.truncate("1h").dt.offset_by("1h")
    hours = newest.select(pl.datetime_range(start, start.dt.offset_by("23h"), "1h").alias("hour_at"))
    covered = hours.join(newest, how="cross").filter(
        (pl.col("valid_at") - pl.duration(seconds="interval_s") <= pl.col("hour_at"))
        & (pl.col("valid_at") >= pl.col("hour_at").dt.offset_by("1h"))
        & pl.col("temperature_c").is_not_null()
        & pl.col("precipitation_mm").is_not_null()
    )
    missing = hours.join(covered, on="hour_at", how="anti")
    return Finding(missing.is_empty(), {"hours_covered": 24 - missing.height}, missing)


def every_measure_has_values(forecasts: pl.DataFrame, promised: Mapping[str, Collection[str]]) -> Finding:
    """The newest answer of each provider has a value in each column promised, in at least one step."""
    newest = forecasts.filter(pl.col("available_at") == pl.col("available_at").max().over("provider"))
    missing = [
        (provider, column)
        for (provider,), rows in newest.group_by("provider")
        for column in promised[str(provider)]
        if rows[column].null_count() == rows.height
    ]
    absent = pl.DataFrame(sorted(missing), schema=["provider", "measure"], orient="row")
    finding = none_of(absent, newest["provider"].n_unique(), is_warning=True)
    named = "; ".join(f"{provider} has no {measure}" for provider, measure in absent.iter_rows())
    return finding._replace(numbers={**finding.numbers, "missing": named})


def the_static_set_still_has_its_columns(edition: Decoded | BodyError | None) -> Finding:
    """The newest edition of the static set has every column we read; without an edition there is nothing to judge."""
    match edition:
        case None:
            missing = []
        case BodyError():
            missing = [f"all: the body {edition}"]
        case _:
            missing = absent_columns(edition, belib_static.LAYOUT)
    numbers: dict[str, float | int | str] = {"missing": len(missing), "columns": ", ".join(missing)}
    return Finding(not missing, numbers | ({"editions": 0} if edition is None else {}), is_warning=True)


def every_value_is_readable(response: Decoded | BodyError | None) -> Finding:
    """No value of a response was read as null or in another spelling than sent; counts by rule."""
    match response:
        case None:
            return Finding(passed=True, numbers={"records": 0}, is_warning=True)
        case BodyError():
            return Finding(passed=False, numbers={"reason": f"The body {response}."}, is_warning=True)
    odd = response.odd_values
    numbers: dict[str, float | int | str] = {"records": response.record_count, "odd_values": sum(odd.values()), **odd}
    return Finding(not odd, numbers, is_warning=True)


def seconds_add_up(city: pl.DataFrame, mart: pl.DataFrame) -> Finding:
    """The seconds of each state by local date, of the city's rows, are those of the mart; `mart` has a row a date."""
    own = city.group_by("local_date").agg(pl.col(SECONDS).cast(pl.Int64).sum())
    both = own.join(mart, on="local_date", how="full", coalesce=True, suffix="_mart").sort("local_date")
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_mart")) for column in SECONDS]
    return none_of(both.filter(pl.any_horizontal(differs)), both.height)
