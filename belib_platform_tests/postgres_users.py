"""Users of PostgreSQL with fewer rights than the one who made the server, for the time of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

PASSWORD = "of-a-test"


@contextmanager
def lesser_user(url: str, *grants: str) -> Iterator[str]:
    """The URL for a new user who may connect; in `grants`, statements of who owns the database, {} is its name."""
    name = f"user_{uuid4().hex}"
    user = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(user, sql.Literal(PASSWORD)))
        try:
            for grant in grants:
                owner.execute(sql.SQL(grant).format(user))
            parts = urlsplit(url)
            yield urlunsplit(parts._replace(netloc=f"{name}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"))
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(user))
            owner.execute(sql.SQL("DROP ROLE {}").format(user))
