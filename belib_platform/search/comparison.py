"""Compare an index with its table by counts and sums."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.search.availability import Basis, day_documents, month, of_days, wanted_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.indices import UNPARTITIONED, living
from belib_platform.search.invalid_documents import notes_of, sifted
from belib_platform.search.notes import forget
from belib_platform.search.unpartitioned import known_until, present, present_days
from belib_platform.warehouse.warehouse import Warehouse, between

_HOURS: Final = pl.Schema(
    [("hour_at", pl.Datetime("ms", "UTC")), *((column, pl.Int64()) for column in ("documents", *SECONDS))]
)


def differing_days(search: Search, warehouse: Warehouse, days: Sequence[date]) -> tuple[pl.DataFrame, int]:
    """UTC days with another number of documents than rows, and the number of days compared. Raises SearchError.

    Here and below, rows whose documents are invalid and therefore not indexed are not counted.
    """
    with in_sentences():
        notes, wanted = warehouse.notes(StationAvailabilityHourly), wanted_days(search, warehouse)
        left_out = _left_out(search, BelibAvailability)
        rows = {d: notes[d.isoformat()].row_count - left_out[d.isoformat()] for d in days if d in wanted}
        counts = {day: _count(search, day) for day in rows}
    differing = [(day, rows[day], counts[day], "table") for day in rows if rows[day] != counts[day]]
    schema = {"utc_date": pl.Date, "rows": pl.Int64, "documents": pl.Int64, "is_in": pl.String}
    return pl.DataFrame(differing, schema=schema, orient="row"), len(rows)


def _count(search: Search, day: date) -> int:
    client = search.client.options(ignore_status=404)
    return int(client.count(index=search.alias(BelibAvailability), query=of_days(day, day)).get("count", 0))


def differing_hours(search: Search, warehouse: Warehouse, days: Sequence[date]) -> tuple[pl.DataFrame, int]:
    """Hours of these UTC days whose counts or seconds differ, and the number of hours compared.

    Deletes the notes of days that differ, so that the next run sends all their documents. Raises SearchError.
    """
    with in_sentences():
        compared = sorted(day for day in days if day in wanted_days(search, warehouse))
        if not compared:
            return _hours([]), 0
        table = _hours(_hours_of_table(warehouse, compared[0], compared[-1]))
        left_out = _left_out(search, BelibAvailability)
        incomplete_days = [day for day in compared if left_out[day.isoformat()]]
        table = table.filter(~pl.col("hour_at").dt.date().is_in(incomplete_days))
        table = pl.concat([table, *(_hours_of_documents(warehouse, day) for day in incomplete_days)])
        index = _hours(_hours_of_index(search, compared[0], compared[-1]))
        differing = _only_in_one(table, index, "hour_at").filter(pl.col("hour_at").dt.date().is_in(compared))
        for day in differing["hour_at"].dt.date().unique():
            states = [state for state in living(search, BelibAvailability) if state.part == month(day)]
            forget(search, [(state.name, day.isoformat()) for state in states])
    return differing, len(compared) * 24


def _left_out(search: Search, contract: type[Contract]) -> Counter[str]:
    """Number of invalid documents by key of the note: UTC day, or `all`."""
    return Counter({note.key: note.left_out_count for note in notes_of(search, contract)})


def _hours_of_documents(warehouse: Warehouse, day: date) -> pl.DataFrame:
    kept = sifted(BelibAvailability, day_documents(warehouse, Basis.read(warehouse), day)).kept
    sums = kept.group_by("hour_at").agg(pl.len().alias("documents"), pl.col(SECONDS).cast(pl.Int64).sum())
    return sums.cast(_HOURS)


def differing_statuses(search: Search, warehouse: Warehouse) -> tuple[pl.DataFrame, int]:
    """Statuses whose counts differ between index and table, and the table's number of points. Raises SearchError.

    If some differ, deletes the index note, so that the next run sends all documents.
    """
    columns = pl.Schema({"status": pl.String, "points": pl.Int64})
    with in_sentences():
        expected = _statuses(warehouse, has_left_out=bool(_left_out(search, BelibChargePoints)[UNPARTITIONED]))
        aggregations = _aggregate(search, BelibChargePoints, {"status": {"terms": {"field": "status", "size": 50}}})
        found = [(b["key"], b["doc_count"]) for b in aggregations.get("status", {}).get("buckets", [])]
        differing = _only_in_one(expected.cast(columns), pl.DataFrame(found, schema=columns, orient="row"), "status")
        if differing.height:
            forget(search, [(index.name, UNPARTITIONED) for index in living(search, BelibChargePoints)])
    return differing, int(expected["points"].sum())


def _statuses(warehouse: Warehouse, *, has_left_out: bool) -> pl.DataFrame:
    """Charge points by newest status, from the table, or from the valid documents if some are invalid."""
    if has_left_out:
        kept = sifted(BelibChargePoints, present(warehouse).documents()).kept
        return kept.group_by(pl.col("status").cast(pl.String)).agg(pl.len().alias("points"))
    days = present_days(warehouse)
    if days is None:
        return pl.DataFrame(schema={"status": pl.String, "points": pl.Int64})
    sql = (
        "SELECT status::text AS status, count(*) AS points FROM (SELECT DISTINCT ON (charge_point_id) "  # noqa: S608
        f"charge_point_id, status FROM {qualified_name(ChargePointStatus)} "
        f"WHERE {between(ChargePointStatus)} AND first_seen_at <= $3 "
        "ORDER BY charge_point_id, first_seen_at DESC, last_seen_at DESC) AS newest GROUP BY 1"
    )
    return warehouse.query(sql, days[0], days[1] + timedelta(days=1), known_until())


def _hours_of_table(warehouse: Warehouse, first: date, last: date) -> list[tuple[Any, ...]]:
    sums = ", ".join(f"sum({column})::bigint AS {column}" for column in SECONDS)
    sql = (
        f"SELECT extract(epoch FROM hour_at)::bigint * 1000 AS hour_at, count(*) AS documents, {sums} "  # noqa: S608
        f"FROM {qualified_name(StationAvailabilityHourly)} WHERE {between(StationAvailabilityHourly)} GROUP BY 1"
    )
    return warehouse.query(sql, first, last + timedelta(days=1)).rows()


def _hours_of_index(search: Search, first: date, last: date) -> list[tuple[Any, ...]]:
    sums = {column: {"sum": {"field": column}} for column in SECONDS}
    by_hour = {
        "hours": {"date_histogram": {"field": "hour_at", "fixed_interval": "1h", "min_doc_count": 1}, "aggs": sums}
    }
    answer = _aggregate(search, BelibAvailability, by_hour, of_days(first, last))
    return [
        (bucket["key"], bucket["doc_count"], *(round(bucket[column]["value"]) for column in SECONDS))
        for bucket in answer.get("hours", {}).get("buckets", [])
    ]


def _aggregate(
    search: Search, contract: type[BelibAvailability | BelibChargePoints], aggregations: Any, query: Any = None
) -> dict[str, Any]:
    """Results of aggregations over an alias; empty if the alias does not exist."""
    client = search.client.options(ignore_status=404)
    answer = client.search(index=search.alias(contract), size=0, query=query, aggs=aggregations)
    return dict(answer.get("aggregations", {}))


def _hours(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(_HOURS, pl.Int64), orient="row")
    return frame.with_columns(pl.from_epoch("hour_at", "ms").dt.replace_time_zone("UTC")).cast(_HOURS)


def _only_in_one(table: pl.DataFrame, index: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows that only one of the two frames has, ordered by key; `is_in` says which."""
    return pl.concat(
        [
            one.join(other, on=one.columns, how="anti").with_columns(pl.lit(where).alias("is_in"))
            for where, one, other in (("table", table, index), ("index", index, table))
        ]
    ).sort(key, "is_in")
