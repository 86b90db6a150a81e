"""The databases that must exist before anyone connects to them."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

from belib_platform.embedded.errors import StoresError


def on_same_server(url: str, database: str) -> str:
    """The URL of another database of the server that `url` names."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def with_user(url: str, user: str, password: SecretStr) -> str:
    """The URL with another user, wherever it names one."""
    parts = urlsplit(url)
    login = f"{quote(user, safe='')}:{quote(password.get_secret_value(), safe='')}"
    others = [(name, option) for name, option in parse_qsl(parts.query) if name not in ("user", "password")]
    netloc, query = f"{login}@{parts.netloc.rpartition('@')[2]}", urlencode(others, safe="/,", quote_via=quote)
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def ensure_database(url: str, database: str) -> None:
    """Create the database on the server of `url` unless it is there.

    Raises StoresError when the server does not answer or does not let this user create it.
    """
    import psycopg
    from psycopg import errors, sql

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    except errors.InsufficientPrivilege:
        raise StoresError(f"The PostgreSQL user may not create the database {database!r}: create it there.") from None
    except psycopg.OperationalError as error:
        raise StoresError(f"PostgreSQL does not answer: {' '.join(str(error).split())}.") from None
