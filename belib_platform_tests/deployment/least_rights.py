"""Users of PostgreSQL with the least rights, made for one test on the real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
from psycopg import sql
from pydantic import SecretStr

from belib_platform.deployment.postgres_roles import ensure_postgres_roles
from belib_platform.local.urls import Urls
from belib_platform.warehouse.database_url import on_same_server, with_user
from belib_platform.warehouse.schema import ensure_schema

PASSWORD = "p/w@:%é"  # needs every kind of quoting


class Roles:
    """URLs of a superuser and of four users, each made for one test."""

    def __init__(self, stores: Urls, password: str = PASSWORD) -> None:
        name = uuid4().hex[:12]
        self.admin = on_same_server(stores.postgres, "postgres")
        self.names = [f"{name}_{role}" for role in ("writer", "reader", "dagster", "metrics")]
        writer, reader, dagster, metrics = (with_user(self.admin, user, SecretStr(password)) for user in self.names)
        self.writer = on_same_server(writer, f"{name}_belib")
        self.reader = on_same_server(reader, f"{name}_belib")
        self.dagster = on_same_server(dagster, f"{name}_dagster")
        self.metrics = on_same_server(metrics, f"{name}_belib")
        self.databases = [f"{name}_belib", f"{name}_dagster"]

    def make(self, password: str | None = None) -> None:
        """Make them, or make them again with another password of the reader."""
        reader = with_user(self.reader, self.names[1], SecretStr(password)) if password else self.reader
        ensure_postgres_roles(self.admin, writer=self.writer, reader=reader, dagster=self.dagster, metrics=self.metrics)

    def drop(self) -> None:
        """Leave the server as it was."""
        with psycopg.connect(self.admin, autocommit=True) as connection:
            for database in self.databases:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
            for user in self.names:
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(user)))


@contextmanager
def roles_on(stores: Urls, *, with_tables: bool = False) -> Iterator[Roles]:
    """Users for the time of the block, in a database that holds nothing or every table."""
    made = Roles(stores)
    try:
        made.make()
        if with_tables:
            ensure_schema(made.writer)
        yield made
    finally:
        made.drop()


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """One statement's rows."""
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchall() if cursor.description else []
