"""The check that every table has: its rows keep its contract."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.contracts.contract import Contract


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


def rule_check(contract: type[Contract], rule: str, sentence: str) -> Check:
    """The blocking check, named like it, that every row keeps one rule of its contract."""
    return Check(rule, sentence, lambda draft: rule_is_kept(contract, rule, draft.rows), is_blocking=True)


ROWS_KEEP_THEIR_CONTRACT = Check(
    "rows_keep_their_contract",
    "Every row keeps its contract: types, keys, bounds, patterns.",
    lambda draft: rows_keep_their_contract(draft.table.contract, draft.rows),
    is_blocking=True,
)
