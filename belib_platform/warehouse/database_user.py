"""A user of PostgreSQL as a URL names it."""

from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from belib_platform.warehouse.database_url import user_of


def ensure_user(connection: psycopg.Connection, url: str) -> None:
    """Make the URL's user, or give it the URL's password and no other right than to connect."""
    user = user_of(url)
    secret = verifier_of(connection, user, unquote(urlsplit(url).password or ""))
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchone()
    verb = "ALTER" if known else "CREATE"
    granted = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    statement = sql.SQL(f"{verb} ROLE {{}} {granted} PASSWORD {{}}")
    connection.execute(statement.format(sql.Identifier(user), sql.Literal(secret)))


def verifier_of(connection: psycopg.Connection, user: str, password: str) -> str:
    """What the server keeps of a password: sent in its place, so that no log of statements has the password."""
    return connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
