"""Create the databases that the platform needs, and check Dagster's."""

from belib_platform.local.errors import StoresError


def ensure_database(url: str, database: str) -> None:
    """Create the database with the encoding UTF8 on the server of `url` unless it exists.

    Raises StoresError if the server does not answer or the user may not create databases.
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
        return  # another process created it at the same time
    except errors.InsufficientPrivilege:
        statement = f"{CREATE_DATABASE.format(database)};"
        raise StoresError(
            f"The PostgreSQL user may not create the database {database!r}. Run this as a user who may: {statement}"
        ) from None
    except OperationalError as error:
        raise StoresError(f"PostgreSQL does not answer: {' '.join(str(error).split())}.") from None


def require_dagster_database(url: str) -> None:
    """Check that Dagster can use the database of the URL. Raises StoresError if not, and names the setting."""
    from psycopg import OperationalError

    from belib_platform.warehouse.connecting import connect
    from belib_platform.warehouse.encoding import require_utf8

    try:
        with connect(url) as connection:
            require_utf8(connection, "BELIB_DAGSTER_URL")
    except OperationalError as error:
        raise StoresError(
            f"Dagster's storage cannot be reached: {' '.join(str(error).split())}. A connection pooler must serve this "
            "database, too. BELIB_DAGSTER_URL sets another one."
        ) from None
