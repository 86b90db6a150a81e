"""A share of time with its interval, from the days it was observed on."""

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist
from typing import Any

from pydantic import BaseModel, Field

LEVEL = 0.90
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


class Share(BaseModel):
    """A share of past time. All but n are null if nothing was observed."""

    free_ratio: float | None = Field(
        description="Share of the determined time in which a station had at least one AVAILABLE charge point; of "
        "several stations their mean, weighted by determined time."
    )
    free_low: float | None = Field(description="Lower end of its 90 % interval (Wilson, of n dates).")
    free_high: float | None = Field(description="Upper end of its 90 % interval.")
    n: int = Field(description="Number of dates with determined time; of several stations the largest.")
    observed_ratio: float | None = Field(
        description="Share of all time that was determined: a point was AVAILABLE, or all were observed and none was."
    )


def wilson(share: float, n: int) -> tuple[float, float]:
    """The 90 % interval of a mean share of n days (E. B. Wilson, JASA 22, 1927).

    A day's share lies between 0 and 1, so its variance is at most that of a coin with the same mean: for independent
    days the interval is at least as wide as it must be.
    """
    center, spread = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    scale = 1 + Z * Z / n
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)


def ratio(part: float, whole: float) -> float | None:
    """The share of a whole; None of nothing."""
    return float(part) / float(whole) if whole else None


def interval(share: float | None, n: int) -> tuple[float | None, float | None]:
    """Both ends of a share's interval; None where there is no share or no day."""
    return wilson(share, n) if share is not None and n else (None, None)


def share_of(sums: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Share, from n, free_s, none_free_s and undetermined_s."""
    determined = sums["free_s"] + sums["none_free_s"]
    free = ratio(sums["free_s"], determined)
    low, high = interval(free, sums["n"])
    return {
        "free_ratio": free,
        "free_low": low,
        "free_high": high,
        "n": sums["n"],
        "observed_ratio": ratio(determined, determined + sums["undetermined_s"]),
    }
