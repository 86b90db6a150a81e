"""What the platform's processes are told, and what is shown of it."""

from pathlib import Path

import pytest

from belib_platform.local.databases import ensure_database
from belib_platform.local.errors import StoresError
from belib_platform.local.ports import any_free
from belib_platform.local.status import status
from belib_platform.local.stores import stores as joined
from belib_platform.local.urls import Urls, environment
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server
from belib_platform_tests.local.homes import settings_for
from belib_platform_tests.warehouse.settings import settings_of


def test_children_are_told_where_everything_is(tmp_path: Path) -> None:
    urls = Urls(
        "mongodb://h:1/belib",
        "postgresql://h/belib",
        "postgresql://u%40x:p%2Fw@db.example:6543/dagster?sslmode=require",
        "http://h:9200",
    )
    assert environment(urls, settings_for(tmp_path)) == {
        "BELIB_HOME": str(tmp_path.resolve()),
        "BELIB_MONGO_URL": "mongodb://h:1/belib",
        "BELIB_POSTGRES_URL": "postgresql://h/belib",
        "BELIB_ELASTICSEARCH_URL": "http://h:9200",
        "DAGSTER_HOME": str(tmp_path.resolve() / "dagster"),
        "BELIB_DAGSTER_STORAGE": "postgresql+psycopg2://u%40x:p%2Fw@db.example:6543/dagster?sslmode=require"
        "&client_encoding=utf8&fallback_application_name=belib",
    }


def test_another_database_keeps_user_server_and_options() -> None:
    url = "postgresql://u:p@h:5432/belib?sslmode=require"
    assert on_same_server(url, "dagster") == "postgresql://u:p@h:5432/dagster?sslmode=require"


@pytest.fixture
def settings(stores: Urls, tmp_path: Path) -> Settings:
    """Settings that name stores."""
    return settings_of(stores, stores.postgres, tmp_path)


def test_stores_that_are_set_are_used_as_they_are(settings: Settings, stores: Urls, tmp_path: Path) -> None:
    with joined(settings) as urls:
        assert urls == stores
    assert not (tmp_path / "postgres").exists()
    assert not (tmp_path / "mongo").exists()


def test_status_shows_urls_without_passwords(settings: Settings, stores: Urls) -> None:
    shown = status(settings)
    server = stores.postgres.rpartition("@")[2]
    assert shown["PostgreSQL"] == f"postgresql://{server}"
    assert shown["MongoDB"] == stores.mongo
    assert shown["Elasticsearch"] == stores.elasticsearch
    assert shown["Newest sound poll of belib"] == "none yet"


def test_a_server_that_does_not_answer_is_an_error_without_the_password() -> None:
    with pytest.raises(StoresError, match="does not answer") as refused:
        ensure_database(f"postgresql://u:secret@127.0.0.1:{any_free()}/belib", "dagster")
    assert "secret" not in str(refused.value)
