"""Checks of the tables of attributes by day: whether lists are still themselves, and where things are."""

from datetime import timedelta

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.newest_response import every_value_is_readable, newest_records
from belib_platform.checks.rejected import rejected_rows_stay_under_a_limit
from belib_platform.contracts.bikes.clean import BikeStationDay
from belib_platform.contracts.contract import conform, frame_schema, qualified_name
from belib_platform.sources import belib_static
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.verdict import absent_columns
from belib_platform.transforms.distances import metres
from belib_platform.transforms.runs import BIKE_STATIONS, CHARGE_POINTS

REGION = {"longitude": (1.4, 3.6), "latitude": (48.1, 49.3)}
"""The Île-de-France region, WGS 84, degrees."""

NEAR_M = 150
"""How far a station may be moved, in metres, and be the same one."""


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


def coordinates_lie_in_the_region(things: pl.DataFrame, key: str = CHARGE_POINTS.key) -> Finding:
    """Known coordinates lie in the Île-de-France region."""
    outside = pl.any_horizontal(~pl.col(axis).is_between(*bounds) for axis, bounds in REGION.items())
    known = things.filter(pl.all_horizontal(pl.col(axis).is_not_null() for axis in REGION))
    offenders = known.filter(outside).select(key, "longitude", "latitude")
    return none_of(offenders, known.height, is_warning=True)


def newest_edition(draft: Draft) -> Decoded | BodyError | None:
    """The records of the newest static edition."""
    return newest_records(draft.inputs.responses(BELIB_STATIC), BELIB_STATIC.name, belib_static.LAYOUT)


def stations_stay_where_they_were(earlier: pl.DataFrame, rows: pl.DataFrame) -> Finding:
    """No code names another place than on the newest earlier day that knew it: it moved, or another station has it.

    Rows are those of BikeStationDay, `earlier` of days before the others.
    """
    known = pl.concat([earlier, rows]).drop_nulls(["longitude", "latitude"]).sort("station_code", "utc_date")
    columns = ("utc_date", "station_name", "longitude", "latitude")
    both = known.with_columns(pl.col(name).shift().over("station_code").name.suffix("_before") for name in columns)
    moved = metres(*(pl.col(name) for name in ("longitude", "latitude", "longitude_before", "latitude_before")))
    judged = both.with_columns(moved.round().alias("metres")).join(rows, on=["utc_date", "station_code"], how="semi")
    offenders = judged.filter(pl.col("metres") > NEAR_M)
    shown = ["station_code", "metres", "utc_date_before", "station_name_before", "utc_date", "station_name"]
    return none_of(offenders.select(shown), judged["metres"].count(), is_warning=True)


def earlier_places(draft: Draft) -> pl.DataFrame:
    """Of each station of the draft, its row of the newest day before the run's days."""
    own, first = draft.inputs.table(BikeStationDay), min(draft.days)
    recent = own.rows(first - timedelta(days=1))
    returned = draft.rows.join(recent, on="station_code", how="anti")["station_code"].unique().sort()
    if returned.is_empty():
        return recent
    columns = ", ".join(frame_schema(BikeStationDay))
    older = own.warehouse.query(
        f"SELECT DISTINCT ON (station_code) {columns} FROM {qualified_name(BikeStationDay)} "  # noqa: S608
        "WHERE utc_date < $1 AND station_code = ANY(string_to_array($2, ',')) ORDER BY station_code, utc_date DESC",
        first,
        ",".join(returned),
    )
    return pl.concat([recent, conform(BikeStationDay, older)])


_REGION_CHECK = "coordinates_lie_in_the_region"
_REGION_SENTENCE = "Known coordinates lie in the Île-de-France region."

CHARGE_POINT_CHECKS = (
    Check(
        "the_static_set_still_has_its_columns",
        "The newest static edition has every column we read.",
        lambda draft: the_static_set_still_has_its_columns(draft.once(newest_edition)),
    ),
    Check(
        "every_value_is_readable",
        "Every value of the newest static edition could be read, in its usual spelling.",
        lambda draft: every_value_is_readable(draft.once(newest_edition)),
    ),
    Check(_REGION_CHECK, _REGION_SENTENCE, lambda draft: coordinates_lie_in_the_region(draft.rows)),
    Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the static records were rejected.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, int(draft.rows["is_in_static_set"].sum())),
        plotted=("rejected_ratio",),
    ),
)

BIKE_STATION_CHECKS = (
    Check(_REGION_CHECK, _REGION_SENTENCE, lambda draft: coordinates_lie_in_the_region(draft.rows, BIKE_STATIONS.key)),
    Check(
        "stations_stay_where_they_were",
        "No station code names a place more than 150 m from that of the newest earlier day.",
        lambda draft: stations_stay_where_they_were(earlier_places(draft), draft.rows),
    ),
    Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the records of lists of stations were rejected.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, int(draft.rows["is_in_static_set"].sum())),
        plotted=("rejected_ratio",),
    ),
)
