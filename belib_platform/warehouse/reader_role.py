"""The reader's role in PostgreSQL: its rights and limits as statements, which are run here or shown to an operator."""

from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from belib_platform.contracts.contract import layer
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.warehouse.database_url import database_of, on_same_server, user_of
from belib_platform.warehouse.database_user import ensure_user
from belib_platform.warehouse.public_rights import close_to_public, open_functions

READER = "belib_reader"
"""The name of the role, in the stores that the platform makes itself."""

SCHEMAS = sorted({layer(contract) for contract in [*TABLES, *VIEWS]}, reverse=True)
"""What the reader reads, in the order in which a name without a schema is looked up: mart, clean."""

READERS_AT_ONCE = 20

BOUNDS = {"temp_file_limit": "1GB", "log_min_messages": "fatal"}
"""What a session writes to disk for its sorts, and to the server's log. Only a superuser can set or change these."""

_AS_WANTED = """
SELECT role.rolconnlimit = %(at_once)s AND NOT role.rolsuper
   AND (SELECT array_agg(format('%%s %%s', setdatabase, entry) ORDER BY entry) = %(settings)s
        FROM pg_db_role_setting, unnest(setconfig) AS entry WHERE setrole = role.oid)
   AND NOT EXISTS (
        SELECT FROM unnest(%(schemas)s::text[]) AS wanted (name) LEFT JOIN pg_namespace ON nspname = wanted.name
        WHERE has_schema_privilege(pg_namespace.oid, 'USAGE') IS NOT TRUE)
   AND NOT EXISTS (
        SELECT FROM pg_class WHERE relnamespace::regnamespace::text = ANY(%(schemas)s)
        AND relkind IN ('r', 'v', 'm', 'p') AND NOT has_table_privilege(oid, 'SELECT'))
   AND NOT EXISTS (
        SELECT FROM pg_database WHERE datallowconn AND datname <> current_database()
        AND has_database_privilege(oid, 'CONNECT'))
FROM pg_roles AS role WHERE rolname = current_user
"""

_SET_IN = """
SELECT datname FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase
WHERE setrole::regrole = quote_ident(%s)::regrole
"""


def defaults(timeout: str) -> dict[str, str]:
    """Settings with which a session of a role that only reads starts; a session may change them for itself.

    `timeout` is a duration as PostgreSQL writes it.
    """
    return {
        "default_transaction_read_only": "on",
        "idle_in_transaction_session_timeout": "5min",
        "statement_timeout": timeout,
    }


READER_DEFAULTS = defaults("60s") | {"search_path": ", ".join(SCHEMAS)}


def limits(role: str, at_once: int, settings: Mapping[str, str]) -> list[sql.Composed]:
    """Statements that bound a role's connections and give it the settings with which its sessions start."""
    connections = _of(f"ALTER ROLE {{}} CONNECTION LIMIT {at_once}", role)
    return [connections, *(_setting(role, *setting) for setting in settings.items())]


def bounds(role: str) -> list[sql.Composed]:
    """Statements that bound what the role can write to the server's disk; only a superuser may run them."""
    return [_setting(role, *setting) for setting in BOUNDS.items()]


def rights(role: str, writer: str, schemas: Iterable[str]) -> list[sql.Composed]:
    """Statements that let a role read all tables of the schemas, those that the writer will make among them."""
    return [
        statement
        for schema in schemas
        for statement in (
            _of("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", schema, writer),
            _of("GRANT USAGE ON SCHEMA {} TO {}", schema, role),
            _of("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}", schema, role),
            _of("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}", writer, schema, role),
        )
    ]


def new_reader(role: str, verifier: str | None, writer: str, database: str) -> list[sql.Composed]:
    """Every statement that makes a reader of the warehouse on a server without one, bounds last.

    `verifier` is what the server keeps in place of the password; None where the role is there.
    """
    created = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
    return [
        *([] if verifier is None else [created]),
        *limits(role, READERS_AT_ONCE, READER_DEFAULTS),
        _of("GRANT CONNECT ON DATABASE {} TO {}", database, role),
        *rights(role, writer, SCHEMAS),
        *bounds(role),
    ]


def ensure_reader(admin: str, *, writer: str, reader: str) -> None:
    """Make the reader of the URL what this module says, whatever it was, and close all databases to PUBLIC.

    `admin` is a superuser's URL, `writer` the role that makes the tables of the reader's database. What the reader
    changed of its own password and settings is set back.
    """
    role, database = user_of(reader), database_of(reader)
    with psycopg.connect(on_same_server(admin, "postgres"), autocommit=True) as connection:
        ensure_user(connection, reader)
        ensure_limits(connection, role, READERS_AT_ONCE, READER_DEFAULTS)
        connection.execute(_of("GRANT CONNECT ON DATABASE {} TO {}", database, role))
    with psycopg.connect(on_same_server(admin, database)) as connection:
        for statement in rights(role, writer, SCHEMAS):
            connection.execute(statement)
    close_to_public(admin)


def is_ensured(reader: str) -> bool:
    """Whether the URL's password, and what can be seen of its role's rights and limits, are as `ensure_reader` makes
    them."""
    settings = READER_DEFAULTS | BOUNDS
    wanted = {
        "at_once": READERS_AT_ONCE,
        "settings": [f"0 {name}={setting}" for name, setting in sorted(settings.items())],
        "schemas": SCHEMAS,
    }
    try:
        with psycopg.connect(reader, connect_timeout=10) as connection:
            return connection.execute(_AS_WANTED, wanted).fetchone() == (True,) and not open_functions(connection)
    except psycopg.OperationalError:  # no such role or database, or another password
        return False


def ensure_limits(connection: psycopg.Connection, role: str, at_once: int, settings: Mapping[str, str]) -> None:
    """Set a role's limits and bounds, and take back what else is set for it; other sessions see all or nothing."""
    with connection.transaction():
        connection.execute(_of("ALTER ROLE {} RESET ALL", role))
        for (database,) in connection.execute(_SET_IN, [role]).fetchall():
            connection.execute(_of("ALTER ROLE {} IN DATABASE {} RESET ALL", role, database))
        for statement in [*limits(role, at_once, settings), *bounds(role)]:
            connection.execute(statement)


def _of(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _setting(role: str, name: str, setting: str) -> sql.Composed:
    # as a literal the list of schemas would be one name
    value = sql.SQL(setting) if name == "search_path" else sql.Literal(setting)
    return sql.SQL(f"ALTER ROLE {{}} SET {name} = {{}}").format(sql.Identifier(role), value)
