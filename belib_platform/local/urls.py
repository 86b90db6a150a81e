"""Where the stores are, as the platform's processes are told."""

from dataclasses import dataclass, field
from pathlib import Path

from belib_platform.settings import Settings
from belib_platform.warehouse.connecting import pinned


@dataclass(frozen=True)
class Urls:
    """URLs of the raw store, the warehouse, Dagster's own storage and the search layer, with their credentials."""

    mongo: str = field(repr=False)
    postgres: str = field(repr=False)
    dagster_postgres: str = field(repr=False)
    elasticsearch: str = field(repr=False)


def dagster_home(settings: Settings) -> Path:
    """Folder of Dagster's instance, absolute."""
    return settings.home.resolve() / "dagster"


def environment(urls: Urls, settings: Settings) -> dict[str, str]:
    """The variables that a process of the platform needs: the stores, the home, and those dagster.yaml names."""
    return {
        "BELIB_HOME": str(settings.home.resolve()),
        "BELIB_MONGO_URL": urls.mongo,
        "BELIB_POSTGRES_URL": urls.postgres,
        "BELIB_ELASTICSEARCH_URL": urls.elasticsearch,
        "DAGSTER_HOME": str(dagster_home(settings)),
        "BELIB_DAGSTER_STORAGE": storage_url(urls.dagster_postgres),
    }


def storage_url(url: str) -> str:
    """The URL, with all its options and those of every connection, as dagster.yaml wants it: since SQLAlchemy 2.1 the
    bare name means psycopg 3, which Dagster cannot use."""
    return f"postgresql+psycopg2://{pinned(url).partition('://')[2]}"
