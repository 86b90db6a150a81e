"""A database that cannot hold every character is refused before anything is written to it."""

from typing import Any

import psycopg

ENCODING = "UTF8"

CREATE_DATABASE = "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
"""Works on every server, whatever locale and encoding its templates have."""


class EncodingError(Exception):
    """A database has another encoding than UTF8; the message says how to make one that has it."""


def require_utf8(connection: psycopg.Connection[Any], setting: str) -> None:
    """Raises EncodingError, which says what the setting should name, for another encoding. Raises psycopg.Error."""
    row = connection.execute("SELECT current_database(), current_setting('server_encoding')").fetchone()
    database, encoding = row or ("", "")
    if encoding != ENCODING:
        raise EncodingError(
            f"The PostgreSQL database {database!r} has the encoding {encoding}, and needs {ENCODING}. "
            f"Make one with: {CREATE_DATABASE.format('belib_utf8')}; and name it in {setting}."
        )
