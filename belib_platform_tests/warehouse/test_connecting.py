"""Every connection says how it speaks, and Dagster's storage is in a database that can hold what it is told."""

from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from belib_platform.dagster_internals.observation import observe_dagster
from belib_platform.local.databases import ensure_database
from belib_platform.local.errors import StoresError
from belib_platform.local.stores import stores as joined
from belib_platform.local.urls import Urls
from belib_platform.warehouse.connecting import PARAMETERS, pinned
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.encoding import CREATE_DATABASE, EncodingError
from belib_platform_tests.dagster_internals import busy
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.postgres_users import create_database, lesser_user
from belib_platform_tests.warehouse.settings import settings_of


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("postgresql://u:p%3F@h:1/d", []),
        ("postgresql://h/d?sslmode=require", ["sslmode=require"]),
        ("postgresql://h/d?client_encoding=latin1&options=-c%20geqo%3Doff", ["options=-c%20geqo%3Doff"]),
    ],
)
def test_every_url_says_the_encoding_once(url: str, query: list[str]) -> None:
    address, _, parameters = pinned(pinned(url)).partition("?")
    assert address == url.partition("?")[0]
    assert parameters.split("&") == [*query, *(f"{name}={value}" for name, value in PARAMETERS.items())]


def test_a_storage_of_another_encoding_is_refused_with_what_to_set(stores: Urls, tmp_path: Path) -> None:
    with psycopg.connect(stores.postgres, autocommit=True) as owner:
        create_database(owner, "ascii", "SQL_ASCII")
        try:
            settings = settings_of(stores, stores.postgres, tmp_path).model_copy(
                update={"dagster_url": SecretStr(on_same_server(stores.postgres, "ascii"))}
            )
            said = rf"'ascii' has the encoding SQL_ASCII, .* {CREATE_DATABASE.format('belib_utf8')}; .*DAGSTER_URL\.$"
            with pytest.raises(EncodingError, match=said), joined(settings):
                pass
        finally:
            owner.execute("DROP DATABASE ascii WITH (FORCE)")


def test_dagsters_storage_holds_every_character_whatever_the_database_has_as_the_clients_encoding(
    dagster_url: str, tmp_path: Path
) -> None:
    tag = "Élysée €"
    with psycopg.connect(dagster_url, autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE \"{owner.info.dbname}\" SET client_encoding = 'LATIN1'")
    with instance_at(dagster_url, tmp_path / "dagster") as instance:
        run = instance.get_run_by_id(busy.run(instance, place=tag))
        assert run is not None
        assert run.tags["place"] == tag
    assert [check.state for check in observe_dagster(dagster_url).checks] == ["passed"]


def test_a_database_that_the_user_may_not_make_is_named_with_the_statement_that_makes_it(stores: Urls) -> None:
    with psycopg.connect(stores.postgres, autocommit=True) as owner, lesser_user(stores.postgres) as url:
        with pytest.raises(StoresError, match=r"^The PostgreSQL user may not create the database 'lent'\.") as said:
            ensure_database(url, "lent")
        owner.execute(str(said.value).partition("who may: ")[2])
        try:
            ensure_database(url, "lent")
        finally:
            owner.execute("DROP DATABASE lent WITH (FORCE)")
