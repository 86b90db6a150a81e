"""What a user of PostgreSQL may not do, with the statements that let it: for databases whose schemas others make."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg import errors

from belib_platform.warehouse.connecting import connect
from belib_platform.warehouse.errors import RightsError

WHO = "SELECT current_user, current_database()"

LACKING = """
SELECT format('CREATE SCHEMA %%I AUTHORIZATION %%I', name, current_user)
FROM unnest(%(schemas)s::text[]) AS name WHERE name NOT IN (SELECT nspname FROM pg_namespace)
UNION ALL
SELECT format('GRANT USAGE, CREATE ON SCHEMA %%I TO %%I', nspname, current_user)
FROM pg_namespace
WHERE nspname = ANY(%(schemas)s) AND NOT (has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE'))
UNION ALL
SELECT format('ALTER TABLE %%I.%%I OWNER TO %%I', nspname, relname, current_user)
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = ANY(%(schemas)s) AND relkind IN ('r', 'v') AND NOT pg_has_role(relowner, 'USAGE')
"""


@contextmanager
def named_rights(url: str, schemas: Sequence[str]) -> Iterator[None]:
    """Turn a refusal of the server into RightsError, which has the statements that let the user work in the schemas."""
    try:
        yield
    except Exception as error:
        cause = getattr(error, "orig", error)
        if not isinstance(cause, errors.InsufficientPrivilege):
            raise
        with connect(url, read_only=True) as connection:
            user, database = connection.execute(WHO).fetchone() or ("", "")
            statements = [f"{row[0]};" for row in connection.execute(LACKING, {"schemas": list(schemas)})]
        raise RightsError(
            f"The PostgreSQL user {user!r} lacks a right in the database {database!r} "
            f"({cause.diag.message_primary}). Somebody who may has to run there: {' '.join(statements)}"
        ) from error
