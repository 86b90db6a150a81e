"""The read-only role of a home's own PostgreSQL, whose password is stored in the home."""

import secrets
from pathlib import Path

from belib_platform.files.locks import lock
from belib_platform.local.errors import StoresError
from belib_platform.local.ports import LOOPBACK
from belib_platform.local.postgres import USER, PostgresServer


class LocalReader:
    """The read-only role of one server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._password_file = server.folder / "reader_password"

    def url(self, port: int, database: str) -> str | None:
        """URL of a database with the role's password; None if the role does not exist yet."""
        from belib_platform.warehouse.reader_role import READER

        try:
            password = self._password_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        return f"postgresql://{READER}:{password}@{LOOPBACK}:{port}/{database}"

    def ensure(self, port: int, database: str) -> str:
        """Create or update the role with its password, rights and limits on the running server; returns the URL.

        Raises StoresError if the server refuses.
        """
        import psycopg

        from belib_platform.warehouse.reader_role import ensure_reader, is_ensured

        with lock(self._server.folder / "reader.lock"):
            url = self.url(port, database) or self._with_new_password(port, database)
            try:
                if not is_ensured(url):
                    ensure_reader(self._server.url(port, "postgres"), writer=USER, reader=url)
            except psycopg.Error as error:
                raise StoresError(f"PostgreSQL's read-only role cannot be created: {error}") from None
        return url

    def _with_new_password(self, port: int, database: str) -> str:
        """Write a new password atomically."""
        fresh = Path(f"{self._password_file}.new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        fresh.replace(self._password_file)
        return str(self.url(port, database))
