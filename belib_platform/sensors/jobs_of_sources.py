"""Which job asks a source."""

from collections.abc import Iterable

from belib_platform import jobs
from belib_platform.assets.requests import ONLY_TAG
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.weather import PROVIDERS

JOB_OF = {
    BELIB_STATIC.name: jobs.static_daily.name,
    ARRONDISSEMENTS.name: jobs.static_daily.name,
    BELIB.name: jobs.belib_five_minutely.name,
    **dict.fromkeys(PROVIDERS, jobs.weather_hourly.name),
}
"""The job that asks each source."""


def by_job(sources: Iterable[str]) -> dict[str, dict[str, str]]:
    """The jobs that ask these sources, and the tags of their runs; jobs in the order of their first source."""
    wanted: dict[str, list[str]] = {}
    for source in sources:
        wanted.setdefault(JOB_OF[source], []).append(source)
    return {job: {ONLY_TAG: ",".join(names)} for job, names in wanted.items()}
