"""Where the stores are: where the settings say, else the local servers that run on the home. Starts nothing."""

from collections.abc import Callable

from pydantic import SecretStr

from belib_platform.local.home import Home
from belib_platform.local.local_reader import LocalReader
from belib_platform.local.server import Server
from belib_platform.local.stores import DAGSTER, WAREHOUSE
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server


class NotRunningError(Exception):
    """A store is to be a local server, and that does not run."""


class Addresses:
    """URLs of the stores, with credentials, found at each call; each raises NotRunningError where there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._home = settings, Home(settings.home)

    def mongo(self) -> str:
        """The raw store."""
        return self._url(self._settings.mongo_url, self._home.mongo)

    def postgres(self) -> str:
        """The warehouse."""
        return self._url(self._settings.postgres_url, self._home.postgres)

    def reader(self) -> str:
        """The warehouse, with the role that only reads."""
        if self._settings.reader_url is not None:
            return self._settings.reader_url.get_secret_value()
        port = None if self._settings.postgres_url else self._home.port_of(self._home.postgres)
        url = None if port is None else LocalReader(self._home.postgres).url(port, WAREHOUSE)
        if url is None:
            raise NotRunningError("No local server of PostgreSQL with a reader runs.")
        return url

    def dagster(self) -> str:
        """Dagster's own storage."""
        if self._settings.dagster_url is not None:
            return self._settings.dagster_url.get_secret_value()
        return on_same_server(self.postgres(), DAGSTER)

    def elasticsearch(self) -> str:
        """The search layer."""
        return self._url(self._settings.elasticsearch_url, self._home.search)

    def _url(self, configured: SecretStr | None, server: Server) -> str:
        if configured is not None:
            return configured.get_secret_value()
        port = self._home.port_of(server)
        if port is None:
            raise NotRunningError(f"The local server of {server.name} does not run.")
        return server.url(port, WAREHOUSE)


def if_running(address: Callable[[], str]) -> str | None:
    """An address, None where nothing runs that has it."""
    try:
        return address()
    except NotRunningError:
        return None
