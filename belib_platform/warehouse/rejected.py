"""Rejected records of some responses, by the rule they broke."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.rejects import RECORD_COUNT_SQL
from belib_platform.warehouse.warehouse import Warehouse, between


class Rejected(NamedTuple):
    """How many records of how many responses broke a rule; `page_id` is one of those responses."""

    rule: str
    record_count: int
    page_count: int
    page_id: str


def rejected_by_rule(warehouse: Warehouse, first: date, last: date, raw: Collection[str]) -> list[Rejected]:
    """The rules that records of these responses, of a range of UTC days, broke; the one broken most comes first."""
    sql = f"""
        SELECT rule, page_id, sum(records)::bigint AS records FROM (
            SELECT DISTINCT ON (rule, page_id, record_index) rule, page_id, {RECORD_COUNT_SQL} AS records
            FROM {qualified_name(RejectedRecord)} WHERE {between(RejectedRecord)}
        ) AS turned_away GROUP BY rule, page_id
    """
    found = warehouse.query(sql, first, last + timedelta(days=1))
    by_rule = (
        found.filter(pl.col("page_id").is_in(list(raw)))
        .group_by("rule")
        .agg(pl.col("records").sum(), pl.len().alias("pages"), pl.col("page_id").min())
        .sort("records", "rule", descending=[True, False])
    )
    return [Rejected(*row) for row in by_rule.rows()]
