"""Checks of `bike_tomorrow`: that no station and no part is missing, and that nothing of later is used."""

from datetime import date

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.contract_kept import rule_check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.bikes.mart import DAY_PARTS, BikeTomorrow
from belib_platform.transforms.day_parts import PART
from belib_platform.warehouse.bike_tomorrow import present_stations

PARTS = pl.DataFrame({"part": [part.name for part in DAY_PARTS]}, schema={"part": PART})


def all_parts_of_all_stations(rows: pl.DataFrame, present: pl.DataFrame) -> Finding:
    """Each station observed in the week before an evening has all parts; `present` has issued_at and station_code."""
    cell = ["issued_at", "station_code", "part"]
    expected = present.join(PARTS, how="cross").select(cell)
    return none_of(expected.join(rows, on=cell, how="anti").sort(cell), expected.height)


def stations_present(draft: Draft) -> pl.DataFrame:
    """The stations observed in the week before each evening that is written and has come."""
    nothing = draft.rows.select("issued_at", "station_code").clear()
    issued = {date.fromisoformat(p.key): p.frame for p in draft.partitions if p.frame is not None and p.frame.height}
    found = [
        present_stations(draft.inputs.warehouse, day).select(
            pl.lit(frame["issued_at"][0], nothing.schema["issued_at"]).alias("issued_at"), "station_code"
        )
        for day, frame in issued.items()
    ]
    return pl.concat([nothing, *found])


CHECKS = (
    Check(
        "all_parts_of_all_stations",
        "Every station that was observed in the week before has a row for each part of tomorrow.",
        lambda draft: all_parts_of_all_stations(draft.rows, stations_present(draft)),
    ),
    rule_check(
        BikeTomorrow,
        "weather_was_known_when_issued",
        "Every forecast of the weather that is used was available when the forecast of bikes was issued.",
    ),
)
