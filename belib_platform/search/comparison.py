"""Compare an index with its table by counts and sums."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.search.availability import Basis, day_documents, month, of_days, wanted_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HourlyIndex
from belib_platform.search.indices import UNPARTITIONED, living
from belib_platform.search.invalid_documents import notes_of, sifted
from belib_platform.search.notes import forget
from belib_platform.search.present_index import PresentIndex
from belib_platform.search.unpartitioned import known_until, present, present_days
from belib_platform.warehouse.warehouse import Warehouse, between


def differing_days(
    search: Search, warehouse: Warehouse, index: HourlyIndex, days: Sequence[date]
) -> tuple[pl.DataFrame, int]:
    """UTC days with another number of documents than rows, and the number of days compared. Raises SearchError.

    Here and below, rows that are not indexed are not counted: those whose documents are invalid, and, where the server
    keeps the newest hours only, older ones.
    """
    with in_sentences():
        notes, basis = warehouse.notes(index.table), Basis.read(search, warehouse, index)
        wanted, left_out = wanted_days(warehouse, basis), _left_out(search, index.contract)
        made = {
            d: day_documents(warehouse, basis, d).height if basis.is_cut(d) else notes[d.isoformat()].row_count
            for d in days
            if d in wanted
        }
        rows = {day: count - left_out[day.isoformat()] for day, count in made.items()}
        counts = {day: _count(search, index.contract, day) for day in rows}
    differing = [(day, rows[day], counts[day], "table") for day in rows if rows[day] != counts[day]]
    schema = {"utc_date": pl.Date, "rows": pl.Int64, "documents": pl.Int64, "is_in": pl.String}
    return pl.DataFrame(differing, schema=schema, orient="row"), len(rows)


def _count(search: Search, contract: type[Contract], day: date) -> int:
    client = search.client.options(ignore_status=404)
    return int(client.count(index=search.alias(contract), query=of_days(day, day)).get("count", 0))


def differing_hours(
    search: Search, warehouse: Warehouse, index: HourlyIndex, days: Sequence[date]
) -> tuple[pl.DataFrame, int]:
    """Hours of these UTC days whose counts or sums differ, and the number of hours compared.

    Deletes the notes of days that differ, so that the next run sends all their documents. Raises SearchError.
    """
    with in_sentences():
        basis = Basis.read(search, warehouse, index)
        compared = sorted(day for day in days if day in wanted_days(warehouse, basis))
        if not compared:
            return _hours(index, []), 0
        table = _hours(index, _hours_of_table(warehouse, index, compared[0], compared[-1]))
        left_out = _left_out(search, index.contract)
        incomplete_days = [day for day in compared if left_out[day.isoformat()] or basis.is_cut(day)]
        table = table.filter(~pl.col("hour_at").dt.date().is_in(incomplete_days))
        table = pl.concat([table, *(_hours_of_documents(warehouse, basis, day) for day in incomplete_days)])
        found = _hours(index, _hours_of_index(search, index, compared[0], compared[-1]))
        differing = _only_in_one(table, found, "hour_at").filter(pl.col("hour_at").dt.date().is_in(compared))
        for day in differing["hour_at"].dt.date().unique():
            states = [state for state in living(search, index.contract) if state.part == month(day)]
            forget(search, [(state.name, day.isoformat()) for state in states])
    return differing, len(compared) * 24


def _left_out(search: Search, contract: type[Contract]) -> Counter[str]:
    """Number of invalid documents by key of the note: UTC day, or `all`."""
    return Counter({note.key: note.left_out_count for note in notes_of(search, contract)})


def _hours_of_documents(warehouse: Warehouse, basis: Basis, day: date) -> pl.DataFrame:
    kept = sifted(basis.index.contract, day_documents(warehouse, basis, day)).kept
    sums = kept.group_by("hour_at").agg(pl.len().alias("documents"), pl.col(basis.index.summed).cast(pl.Int64).sum())
    return sums.cast(_hours_schema(basis.index))


def differing_states(search: Search, warehouse: Warehouse, index: PresentIndex) -> tuple[pl.DataFrame, int]:
    """States whose counts or sums differ between index and table, and how many things the table has.

    If some differ, deletes the index note, so that the next run sends all documents. Raises SearchError.
    """
    with in_sentences():
        expected = _states(warehouse, index, has_left_out=bool(_left_out(search, index.contract)[UNPARTITIONED]))
        sums = {column: {"sum": {"field": column}} for column in index.summed}
        by_state = {"states": {"terms": {"field": index.state, "size": 50}, "aggs": sums}}
        buckets = _aggregate(search, index.contract, by_state).get("states", {}).get("buckets", [])
        found = [(b["key"], b["doc_count"], *(round(b[column]["value"]) for column in sums)) for b in buckets]
        indexed = pl.DataFrame(found, schema=_states_schema(index), orient="row")
        differing = _only_in_one(expected, indexed, index.state)
        if differing.height:
            forget(search, [(one.name, UNPARTITIONED) for one in living(search, index.contract)])
    return differing, int(expected["documents"].sum())


def _states(warehouse: Warehouse, index: PresentIndex, *, has_left_out: bool) -> pl.DataFrame:
    """Counts and sums by newest state, from the table, or from the valid documents if some are invalid."""
    schema = _states_schema(index)
    if has_left_out:
        kept = sifted(index.contract, present(warehouse, index).documents()).kept
        by_state = kept.group_by(pl.col(index.state).cast(pl.String))
        return by_state.agg(pl.len().alias("documents"), pl.col(index.summed).cast(pl.Int64).sum()).cast(schema)
    days = present_days(warehouse, index)
    if days is None:
        return pl.DataFrame(schema=schema)
    columns = ", ".join((index.key, f"{index.state_sql} AS {index.state}", *index.summed))
    sql = (
        f"SELECT {index.state}, count(*) AS documents{_sums(index.summed)} FROM (SELECT DISTINCT ON ({index.key}) "  # noqa: S608
        f"{columns} FROM {qualified_name(index.table)} WHERE {between(index.table)} AND first_seen_at <= $3 "
        f"ORDER BY {index.key}, first_seen_at DESC, last_seen_at DESC) AS newest GROUP BY 1"
    )
    return warehouse.query(sql, days[0], days[1] + timedelta(days=1), known_until()).cast(schema)


def _states_schema(index: PresentIndex) -> pl.Schema:
    return pl.Schema([(index.state, pl.String()), *((column, pl.Int64()) for column in ("documents", *index.summed))])


def _hours_of_table(warehouse: Warehouse, index: HourlyIndex, first: date, last: date) -> list[tuple[Any, ...]]:
    sql = (
        f"SELECT extract(epoch FROM hour_at)::bigint * 1000 AS hour_at, count(*) AS documents{_sums(index.summed)} "  # noqa: S608
        f"FROM {qualified_name(index.table)} WHERE {between(index.table)} GROUP BY 1"
    )
    return warehouse.query(sql, first, last + timedelta(days=1)).rows()


def _sums(columns: Sequence[str]) -> str:
    return "".join(f", sum({column})::bigint AS {column}" for column in columns)


def _hours_of_index(search: Search, index: HourlyIndex, first: date, last: date) -> list[tuple[Any, ...]]:
    sums = {column: {"sum": {"field": column}} for column in index.summed}
    by_hour = {
        "hours": {"date_histogram": {"field": "hour_at", "fixed_interval": "1h", "min_doc_count": 1}, "aggs": sums}
    }
    answer = _aggregate(search, index.contract, by_hour, of_days(first, last))
    return [
        (bucket["key"], bucket["doc_count"], *(round(bucket[column]["value"]) for column in index.summed))
        for bucket in answer.get("hours", {}).get("buckets", [])
    ]


def _aggregate(search: Search, contract: type[Contract], aggregations: Any, query: Any = None) -> dict[str, Any]:
    """Results of aggregations over an alias; empty if the alias does not exist."""
    client = search.client.options(ignore_status=404)
    answer = client.search(index=search.alias(contract), size=0, query=query, aggs=aggregations)
    return dict(answer.get("aggregations", {}))


def _hours_schema(index: HourlyIndex) -> pl.Schema:
    columns = [(column, pl.Int64()) for column in ("documents", *index.summed)]
    return pl.Schema([("hour_at", pl.Datetime("ms", "UTC")), *columns])


def _hours(index: HourlyIndex, rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    schema = _hours_schema(index)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.Int64), orient="row")
    return frame.with_columns(pl.from_epoch("hour_at", "ms").dt.replace_time_zone("UTC")).cast(schema)


def _only_in_one(table: pl.DataFrame, index: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows that only one of the two frames has, ordered by key; `is_in` says which."""
    return pl.concat(
        [
            one.join(other, on=one.columns, how="anti").with_columns(pl.lit(where).alias("is_in"))
            for where, one, other in (("table", table, index), ("index", index, table))
        ]
    ).sort(key, "is_in")
