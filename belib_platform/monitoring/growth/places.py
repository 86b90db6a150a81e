"""Where the stores of a home answer now; nothing is started for a look."""

from dataclasses import dataclass, field
from pathlib import Path

from belib_platform.dagster_internals.log_size import STORE as DAGSTER_STORE
from belib_platform.local.addresses import Addresses, if_running
from belib_platform.local.home import Home
from belib_platform.monitoring.growth.archived import STORE as ARCHIVE
from belib_platform.monitoring.growth.raw import STORE as MONGO
from belib_platform.monitoring.growth.tables import STORE as POSTGRES
from belib_platform.settings import Settings


@dataclass(frozen=True)
class Places:
    """URLs with their credentials, None where a store does not run; `on_disk` are those whose data is in the home."""

    home: Path
    on_disk: frozenset[str]
    mongo: str | None = field(repr=False)
    postgres: str | None = field(repr=False)
    dagster: str | None = field(repr=False)
    search: str | None = field(repr=False)


def places(settings: Settings) -> Places:
    """The URLs that are set, and for the others those of the home's servers that run."""
    at = Addresses(settings)
    stores = {MONGO: settings.mongo_url, POSTGRES: settings.postgres_url}
    local = {store for store, url in stores.items() if url is None} | {ARCHIVE}
    if settings.dagster_url is None and POSTGRES in local:
        local.add(DAGSTER_STORE)
    return Places(
        home=Home(settings.home).folder,
        on_disk=frozenset(local),
        mongo=if_running(at.mongo),
        postgres=if_running(at.postgres),
        dagster=if_running(at.dagster),
        search=if_running(at.elasticsearch),
    )
