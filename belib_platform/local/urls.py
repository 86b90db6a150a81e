"""URLs of the stores, and the environment variables that pass them to the platform's processes."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from belib_platform.settings import PREFIX, Settings
from belib_platform.warehouse.connecting import pinned


@dataclass(frozen=True)
class Urls:
    """URLs of MongoDB, the warehouse, Dagster's storage and Elasticsearch, with credentials."""

    mongo: str = field(repr=False)
    postgres: str = field(repr=False)
    dagster_postgres: str = field(repr=False)
    elasticsearch: str = field(repr=False)


def dagster_home(settings: Settings) -> Path:
    """Absolute path of the folder of Dagster's instance."""
    return settings.home.resolve() / "dagster"


def environment(urls: Urls, settings: Settings) -> dict[str, str]:
    """Environment variables for a process of the platform: stores, home, and those used in dagster.yaml."""
    return {
        "BELIB_HOME": str(settings.home.resolve()),
        "BELIB_MONGO_URL": urls.mongo,
        "BELIB_POSTGRES_URL": urls.postgres,
        "BELIB_ELASTICSEARCH_URL": urls.elasticsearch,
        "DAGSTER_HOME": str(dagster_home(settings)),
        "BELIB_DAGSTER_STORAGE": storage_url(urls.dagster_postgres),
    }


def reader_environment(url: str, settings: Settings) -> dict[str, str]:
    """All environment variables of the read API: this process's without settings, and the settings that it reads.

    Of the stores it is given the warehouse alone, by the URL of a read-only role.
    """
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
        "BELIB_HOME": str(settings.home.resolve()),
        "BELIB_READER_URL": url,
        "BELIB_CADENCE_S": str(settings.cadence_s),
        "BELIB_WEATHER_LOCATION": settings.weather_location,
        "BELIB_CONTACT_EMAIL": settings.contact_email,
        "BELIB_TILES": settings.tiles,
        "BELIB_TILES_ATTRIBUTION": settings.tiles_attribution,
    }


def storage_url(url: str) -> str:
    """The URL with its options and those of every connection, for dagster.yaml. It names the driver psycopg2, since the
    default of SQLAlchemy 2.1 is psycopg 3, which Dagster cannot use."""
    return f"postgresql+psycopg2://{pinned(url).partition('://')[2]}"
