"""The newest evaluation of every check, as Dagster's storage keeps it."""

import json
from typing import Any

import psycopg

from belib_platform.monitoring.metrics.observation import Check

LOOK_BACK = 30_000
"""Evaluations looked at, about four days of all checks; each is evaluated once a day at least."""

CHECKS = """
    SELECT asset_key, check_name, execution_status, evaluation_event FROM asset_check_executions
    WHERE id IN (
        SELECT DISTINCT ON (asset_key, check_name) id FROM asset_check_executions
        WHERE id > (SELECT max(id) FROM asset_check_executions) - %(back)s
          AND execution_status IN ('SUCCEEDED', 'FAILED')
        ORDER BY asset_key, check_name, id DESC
    )
    ORDER BY asset_key, check_name
"""


def newest_checks(connection: psycopg.Connection[Any]) -> list[Check]:
    """Every check that was evaluated lately, by asset and name; one that is only planned changes nothing."""
    return [_check(*row) for row in connection.execute(CHECKS, {"back": LOOK_BACK})]


def _check(asset_key: str, name: str, status: str, event: str) -> Check:
    evaluation = json.loads(event)["dagster_event"]["event_specific_data"]
    is_warning = evaluation["severity"]["__enum__"].endswith(".WARN")
    asset = "/".join(json.loads(asset_key))
    if status == "SUCCEEDED":
        return Check(asset, name, "passed", bool(evaluation["blocking"]))
    return Check(asset, name, "warned" if is_warning else "failed", bool(evaluation["blocking"]))
