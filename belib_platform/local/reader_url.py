"""The URL of the warehouse's read-only role, for queries of users."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from belib_platform.local.databases import ensure_database
from belib_platform.local.errors import StoresError
from belib_platform.local.home import Home
from belib_platform.local.local_reader import LocalReader
from belib_platform.local.stores import WAREHOUSE
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import with_user


class NoReaderError(Exception):
    """No read-only role is configured for the warehouse; the message contains the statements that create one."""


def has_reader(settings: Settings) -> bool:
    """Whether a read-only role is configured, or the warehouse is on the local server, which has one."""
    return settings.reader_url is not None or settings.postgres_url is None


@contextmanager
def reader_url(settings: Settings) -> Iterator[str]:
    """Yield the URL of the read-only role: BELIB_READER_URL, else that of the local server.

    The local server is started unless it runs. Raises StoresError if a server does not answer, and NoReaderError if
    the warehouse is on another server and BELIB_READER_URL is not set.
    """
    if settings.reader_url is not None:
        yield settings.reader_url.get_secret_value()
    elif settings.postgres_url is not None:
        raise NoReaderError(_how_to_make_one(settings.postgres_url.get_secret_value()))
    else:
        home = Home(settings.home)
        with home.using([home.postgres]) as ports:
            port = ports[home.postgres.name]
            ensure_database(home.postgres.url(port, "postgres"), WAREHOUSE)
            yield LocalReader(home.postgres).ensure(port, WAREHOUSE)


def _how_to_make_one(writer_url: str) -> str:
    import psycopg

    from belib_platform.warehouse.database_user import verifier_of
    from belib_platform.warehouse.reader_role import READER, bounds, new_reader

    password = secrets.token_urlsafe(24)
    try:
        with psycopg.connect(writer_url, connect_timeout=10) as connection:
            asked = "SELECT current_user, current_database(), EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
            writer, database, is_known = connection.execute(asked, [READER]).fetchone() or ("", "", False)
            verifier = None if is_known else verifier_of(connection, READER, password)
            statements = [f"{made.as_string(connection)};" for made in new_reader(READER, verifier, writer, database)]
    except psycopg.OperationalError as error:
        raise StoresError(f"PostgreSQL does not answer: {' '.join(str(error).split())}.") from None
    last = len(bounds(READER))
    lines = [
        f"BELIB_READER_URL is not set. Run this in the database {database!r}, as a superuser:",
        "",
        *statements[:-last],
        "-- Only a superuser may set these. Leave them out if you have none.",
        *statements[-last:],
        "",
        f"The role {READER} already exists. Then set, with its password:" if is_known else "Then set:",
        "",
        f"BELIB_READER_URL={with_user(writer_url, READER, SecretStr('PASSWORD' if is_known else password))}",
    ]
    return "\n".join(lines)
