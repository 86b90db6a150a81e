"""Settings of a home whose stores are servers that run."""

from pathlib import Path

from pydantic import SecretStr

from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import settings_for


def settings_of(stores: Urls, postgres: str, home: Path) -> Settings:
    """A home whose stores are these, with the warehouse at `postgres`."""
    return settings_for(home).model_copy(
        update={
            "mongo_url": SecretStr(stores.mongo),
            "postgres_url": SecretStr(postgres),
            "elasticsearch_url": SecretStr(stores.elasticsearch),
        }
    )
