"""A share of time with its interval, from the days it was observed on."""

from collections.abc import Mapping
from math import sqrt
from statistics import NormalDist
from typing import Any

from pydantic import BaseModel, Field

LEVEL = 0.90
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


class FreeShare(BaseModel):
    """A share of past time in which something was free. All but n are null if nothing was observed."""

    free_ratio: float | None = Field(
        description="Share of the observed time with something free; of several stations their mean, weighted by that "
        "time."
    )
    free_low: float | None = Field(description="Lower end of its 90 % interval (Wilson's).")
    free_high: float | None = Field(description="Upper end of its 90 % interval.")
    n: int = Field(description="Number of dates with such time; of several stations the largest.")


class Share(FreeShare):
    """A share of the time of charge points, and how much of all time that is."""

    free_ratio: float | None = Field(
        description="Share of the time in which the state of every charge point of a station was known, with at least "
        "one AVAILABLE; of several stations their mean, weighted by that time."
    )
    observed_ratio: float | None = Field(
        description="How much of all time that is, from the station's first day of the statistic to the last day."
    )


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 90 % interval of a weighted mean share of dates (E. B. Wilson, JASA 22, 1927).

    `n` is the effective number of dates, (Σw)² ÷ Σw² of their weights (L. Kish, Survey Sampling, 1965). A date's share
    lies between 0 and 1, so its variance is at most that of a coin with the same mean.
    """
    center, spread = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    scale = 1 + Z * Z / n
    low, high = (center - spread) / scale, (center + spread) / scale
    return min(max(0.0, low), share), max(min(1.0, high), share)  # rounding must not put the share outside


def ratio(part: float, whole: float) -> float | None:
    """The share of a whole; None of nothing."""
    return float(part) / float(whole) if whole else None


def interval(share: float | None, n: float | None) -> tuple[float | None, float | None]:
    """Both ends of a share's interval; None where there is no share or no day."""
    return wilson(share, n) if share is not None and n else (None, None)


def free_share_of(sums: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of FreeShare, from n, effective_n, free_s and none_free_s."""
    free = ratio(sums["free_s"], sums["free_s"] + sums["none_free_s"])
    low, high = interval(free, sums["effective_n"])
    return {"free_ratio": free, "free_low": low, "free_high": high, "n": sums["n"]}


def share_of(sums: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Share, from those of FreeShare and undetermined_s."""
    determined = sums["free_s"] + sums["none_free_s"]
    return {**free_share_of(sums), "observed_ratio": ratio(determined, determined + sums["undetermined_s"])}
