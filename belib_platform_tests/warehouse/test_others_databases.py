"""Databases and roles as others set them up: what can be used is used, and what cannot is refused in a sentence."""

from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from belib_platform.contracts.clean import ChargePointStatus, RejectedRecord, WeatherForecast
from belib_platform.local.databases import ensure_database
from belib_platform.local.urls import Urls
from belib_platform.monitoring.postgres import observe_postgres
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.encoding import CREATE_DATABASE, EncodingError
from belib_platform.warehouse.errors import RightsError
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.schema import drop_changed, ensure_schema
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.postgres_users import create_database, lesser_user
from belib_platform_tests.warehouse.daily_windows import DAY, days, partition, rejects, rows_of_every_type, runs

SETTINGS = {
    "client_encoding": "LATIN1",
    "timezone": "Asia/Kolkata",
    "datestyle": "SQL, DMY",
    "intervalstyle": "sql_standard",
    "search_path": "",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "statement_timeout": "500",
    "lock_timeout": "1",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "lc_messages": "C",
}
"""Of a role or of a database; each would change what a client that relies on defaults reads or writes."""

OWNED = (
    "CREATE SCHEMA clean AUTHORIZATION {}",
    "CREATE SCHEMA mart AUTHORIZATION {}",
)
LENT = (
    "CREATE SCHEMA clean",
    "CREATE SCHEMA mart",
    "GRANT USAGE, CREATE ON SCHEMA clean, mart TO {}",
)


@pytest.fixture
def postgres_url(direct_url: str) -> str:
    """A database to which each user connects as themselves."""
    return direct_url


def use(url: str) -> None:
    """Make the tables, write rows of every type and reads them, and observe them as metrics do."""
    with closing(Warehouse(url)) as house:
        status, forecasts = Table(house, ChargePointStatus), Table(house, WeatherForecast)
        late = runs(DAY, 2, "UNKNOWN", hour=23.5)
        rows, rejected = rows_of_every_type(WeatherForecast), rejects(DAY, "Rue de l’Élysée €")
        write_partitions(house, status.contract, [partition(status, DAY, late, rejects=rejected)], "a")
        write_partitions(house, forecasts.contract, [partition(forecasts, DAY, rows)], "b")
        assert status.rows(DAY).equals(late)
        assert forecasts.rows().sort(WeatherForecast.primary_key()).equals(rows.sort(WeatherForecast.primary_key()))
        assert house.read(RejectedRecord)["page_id"].to_list() == ["Rue de l’Élysée €"]
        with house.alone("an_index"):
            assert days(house) == {DAY: ["UNKNOWN"] * 2}
    noted = {table.name: table.row_count for table in observe_postgres(url).tables if table.row_count is not None}
    assert noted == {"charge_point_status": 2, "weather_forecast": rows.height}
    assert ensure_schema(url) == []


@pytest.mark.parametrize("of", ["DATABASE", "ROLE"])
def test_settings_of_a_role_or_a_database_change_nothing(postgres_url: str, of: str) -> None:
    with lesser_user(postgres_url, *OWNED) as url, psycopg.connect(postgres_url, autocommit=True) as owner:
        user = urlsplit(url).username or ""
        whose = sql.Identifier(user if of == "ROLE" else owner.info.dbname)
        for setting, value in SETTINGS.items():
            owner.execute(sql.SQL(f"ALTER {of} {{}} SET {setting} = {{}}").format(whose, sql.Literal(value)))
        use(url)
        with closing(Warehouse(url)) as house:
            assert house.query("SELECT true AS slow FROM pg_sleep(0.6)").height == 1, "longer than statement_timeout"


@pytest.fixture
def database(stores: Urls) -> Iterator[Callable[[str], str]]:
    """Makes a database of an encoding; returns its URL."""
    with psycopg.connect(stores.postgres, autocommit=True) as owner:

        def make(encoding: str) -> str:
            create_database(owner, "others", encoding)
            return on_same_server(stores.postgres, "others")

        yield make
        owner.execute("DROP DATABASE IF EXISTS others WITH (FORCE)")


@pytest.mark.family
@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "LATIN9", "WIN1252", "EUC_JP"])
def test_a_database_of_another_encoding_is_refused_with_the_statement_that_makes_one(
    database: Callable[[str], str], stores: Urls, encoding: str
) -> None:
    url = database(encoding)
    for refused in (ensure_schema, drop_changed):
        with pytest.raises(EncodingError, match=rf"^The PostgreSQL database 'others' has the encoding {encoding}, and"):
            refused(url)
    with closing(Warehouse(url)) as house, pytest.raises(EncodingError) as said:
        house.read(ChargePointStatus)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'clean'").fetchone() is None
    statement = str(said.value).partition("Make one with: ")[2].partition(";")[0]
    assert statement == CREATE_DATABASE.format("belib_utf8")
    with psycopg.connect(stores.postgres, autocommit=True) as owner:
        owner.execute(statement)
        try:
            use(on_same_server(stores.postgres, "belib_utf8"))
        finally:
            owner.execute("DROP DATABASE belib_utf8 WITH (FORCE)")


def test_databases_that_are_made_here_are_utf8_and_made_once(stores: Urls) -> None:
    with psycopg.connect(stores.postgres, autocommit=True) as owner:
        try:
            for _ in range(2):
                ensure_database(stores.postgres, "made here")
            kept = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'made here'"
            assert owner.execute(kept).fetchone() == ("UTF8",)
        finally:
            owner.execute('DROP DATABASE IF EXISTS "made here" WITH (FORCE)')


@pytest.mark.parametrize("schemas", [OWNED, LENT], ids=["owned", "lent"])
def test_schemas_made_beforehand_are_used_by_a_user_who_may_make_none(
    postgres_url: str, schemas: tuple[str, ...]
) -> None:
    with lesser_user(postgres_url, *schemas) as url:
        use(url)


def test_tables_made_beforehand_are_used_by_a_user_who_may_only_read_and_write_rows(postgres_url: str) -> None:
    assert ensure_schema(postgres_url) == []
    rows = [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {{}}" for schema in ("clean", "mart")
    ]
    with lesser_user(postgres_url, "GRANT USAGE ON SCHEMA clean, mart TO {}", *rows) as url:
        use(url)


def run_what_is_said(error: RightsError, owners_url: str) -> None:
    """As somebody would who may."""
    with psycopg.connect(owners_url, autocommit=True) as owner:
        statements = str(error).partition("has to run there: ")[2]
        for statement in filter(None, map(str.strip, statements.split(";"))):
            owner.execute(statement)


@pytest.mark.parametrize(
    "made",
    [(), ("CREATE SCHEMA clean", "CREATE SCHEMA mart"), ("CREATE SCHEMA mart AUTHORIZATION {}",)],
    ids=["none", "no right in them", "one of two"],
)
def test_where_schemas_may_not_be_made_the_statements_that_are_said_do_it(
    postgres_url: str, made: tuple[str, ...]
) -> None:
    with lesser_user(postgres_url, *made) as url:
        user = urlsplit(url).username or ""
        with pytest.raises(RightsError, match=rf"^The PostgreSQL user '{user}' lacks a right in the database") as said:
            ensure_schema(url)
        run_what_is_said(said.value, postgres_url)
        use(url)


def test_tables_of_somebody_else_that_have_to_be_altered_are_named(postgres_url: str) -> None:
    assert ensure_schema(postgres_url) == []
    with psycopg.connect(postgres_url) as owner:
        owner.execute("COMMENT ON TABLE clean.poll IS 'One row. [contract 0123456789ab]'")
    rows = [f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {{}}" for schema in ("clean", "mart")]
    with lesser_user(postgres_url, "GRANT USAGE, CREATE ON SCHEMA clean, mart TO {}", *rows) as url:
        with pytest.raises(
            RightsError, match=r"\(must be owner of .*\)\. .*ALTER TABLE clean\.poll OWNER TO user_"
        ) as said:
            ensure_schema(url)
        run_what_is_said(said.value, postgres_url)
        use(url)
        with psycopg.connect(postgres_url) as owner:
            owner.execute(
                sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(sql.Identifier(urlsplit(url).username or ""))
            )
