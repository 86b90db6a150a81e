"""Which of its sources a run asks."""

from collections.abc import Mapping

from belib_platform.sources.source import Source

ONLY_TAG = "belib/only"
"""Names of sources, separated by commas: a run with this tag asks no other."""


def asked_for(source: Source, tags: Mapping[str, str]) -> bool:
    """Whether a run with these tags asks the source."""
    return ONLY_TAG not in tags or source.name in tags[ONLY_TAG].split(",")
