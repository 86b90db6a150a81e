"""The databases that must exist before anyone connects to them."""

from belib_platform.local.errors import StoresError


def ensure_database(url: str, database: str) -> None:
    """Create the database, in UTF8, on the server of `url` unless it is there.

    Raises StoresError when the server does not answer or does not let this user create it.
    """
    from psycopg import OperationalError, errors, sql

    from belib_platform.warehouse.connecting import connect
    from belib_platform.warehouse.encoding import CREATE_DATABASE

    try:
        with connect(url, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if known is None:
                connection.execute(sql.SQL(CREATE_DATABASE).format(sql.Identifier(database)))
    except (errors.DuplicateDatabase, errors.UniqueViolation):
        return  # another process was faster
    except errors.InsufficientPrivilege:
        statement = f"{CREATE_DATABASE.format(database)};"
        raise StoresError(
            f"The PostgreSQL user may not create the database {database!r}. Somebody who may has to run: {statement}"
        ) from None
    except OperationalError as error:
        raise StoresError(f"PostgreSQL does not answer: {' '.join(str(error).split())}.") from None


def require_dagster_database(url: str) -> None:
    """Raises StoresError when Dagster cannot keep its storage in the database of the URL, and says what to set."""
    from psycopg import OperationalError

    from belib_platform.warehouse.connecting import connect
    from belib_platform.warehouse.encoding import require_utf8

    try:
        with connect(url) as connection:
            require_utf8(connection, "BELIB_DAGSTER_URL")
    except OperationalError as error:
        raise StoresError(
            f"Dagster's storage cannot be reached: {' '.join(str(error).split())}. A pooler has to serve its database, "
            "too; BELIB_DAGSTER_URL names the one to use."
        ) from None
