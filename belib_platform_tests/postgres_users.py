"""Users with fewer rights than the one who made the server, and databases of other encodings."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

PASSWORD = "of-a-test"


def create_database(owner: psycopg.Connection, name: str, encoding: str) -> None:
    """Make a database of this encoding, whatever locale the server's templates have."""
    provider = "LOCALE_PROVIDER libc " if owner.info.server_version >= 15_00_00 else ""
    locale = f"{provider}LC_COLLATE 'C' LC_CTYPE 'C'"
    owner.execute(
        sql.SQL(f"CREATE DATABASE {{}} ENCODING {{}} {locale} TEMPLATE template0").format(
            sql.Identifier(name), sql.Literal(encoding)
        )
    )


@contextmanager
def lesser_user(url: str, *grants: str) -> Iterator[str]:
    """The URL for a new user who may connect; in `grants`, statements of who owns the database, {} is its name."""
    name = f"user_{uuid4().hex}"
    user = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(user, sql.Literal(PASSWORD)))
        try:
            parts = urlsplit(url)
            database = sql.Identifier(parts.path.lstrip("/"))
            owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, user))
            for grant in grants:
                owner.execute(sql.SQL(grant).format(user))
            yield urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"))
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(user))
            owner.execute(sql.SQL("DROP ROLE {}").format(user))
