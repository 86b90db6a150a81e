"""The check of `raw_meteo`: whether each provider answered when it was last asked, whatever days a run is about.

One source of several that fails does not stop the others. An asset whose only source fails, fails itself.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import SAMPLE, Finding

DID_NOT_ANSWER = {"refused", "failed", "not_asked"}
"""Outcomes of an attempt that brought no sound response; `asking` is one whose response is not kept yet."""


def every_provider_answered(attempts: Mapping[str, Mapping[str, Any] | None]) -> Finding:
    """Whether the newest attempt at each provider brought a sound response; None where there was none of late."""
    failed = {
        provider: str(attempt.get("reason"))
        for provider, attempt in attempts.items()
        if attempt and attempt["outcome"] in DID_NOT_ANSWER
    }
    rows = pl.DataFrame(list(failed.items()), schema={"provider": pl.String, "reason": pl.String}, orient="row")
    return Finding(not failed, {"providers": len(attempts), "failed": len(failed), **failed}, rows.head(SAMPLE))


EVERY_PROVIDER_ANSWERED = Check(
    "every_weather_provider_answered",
    "Each provider of weather that is set sent a sound response when it was last asked.",
    every_provider_answered,
)
