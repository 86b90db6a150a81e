"""Where the stores are, as the platform's processes are told."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from belib_platform.settings import Settings


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
    storage = urlsplit(urls.dagster_postgres)
    return {
        "BELIB_HOME": str(settings.home.resolve()),
        "BELIB_MONGO_URL": urls.mongo,
        "BELIB_POSTGRES_URL": urls.postgres,
        "BELIB_ELASTICSEARCH_URL": urls.elasticsearch,
        "DAGSTER_HOME": str(dagster_home(settings)),
        "BELIB_DAGSTER_HOST": storage.hostname or "127.0.0.1",
        "BELIB_DAGSTER_PORT": str(storage.port or 5432),
        "BELIB_DAGSTER_USER": unquote(storage.username or ""),
        "BELIB_DAGSTER_PASSWORD": unquote(storage.password or ""),
        "BELIB_DAGSTER_DATABASE": unquote(storage.path.lstrip("/")),
    }
