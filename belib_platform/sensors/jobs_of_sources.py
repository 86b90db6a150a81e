"""Which job asks a source."""

from collections.abc import Iterable

from belib_platform.assets.requests import ONLY_TAG
from belib_platform.sources.registry import SOURCES


def by_job(sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The jobs that ask these sources, and the tags of their runs; jobs in the order of their first source."""
    wanted: dict[str, list[str]] = {}
    for source in sources:
        wanted.setdefault(SOURCES[source].cadence.job, []).append(source)
    return {job: {ONLY_TAG: ",".join(names)} for job, names in wanted.items()}
