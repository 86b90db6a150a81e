"""Look up the URLs of the stores: from the settings, else of the home's running local servers. Starts nothing."""

from collections.abc import Callable

from pydantic import SecretStr

from belib_platform.local.home import Home
from belib_platform.local.local_reader import LocalReader
from belib_platform.local.server import Server
from belib_platform.local.stores import DAGSTER, WAREHOUSE
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server


class NotRunningError(Exception):
    """The store is a local server that does not run."""


class Addresses:
    """URLs of the stores with credentials, looked up at each call. Raises NotRunningError if a server does not run."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._home = settings, Home(settings.home)

    def mongo(self) -> str:
        """URL of MongoDB, the raw store."""
        return self._url(self._settings.mongo_url, self._home.mongo)

    def postgres(self) -> str:
        """URL of the warehouse in PostgreSQL."""
        return self._url(self._settings.postgres_url, self._home.postgres)

    def reader(self) -> str:
        """URL of the warehouse with the read-only role."""
        if self._settings.reader_url is not None:
            return self._settings.reader_url.get_secret_value()
        port = None if self._settings.postgres_url else self._home.port_of(self._home.postgres)
        url = None if port is None else LocalReader(self._home.postgres).url(port, WAREHOUSE)
        if url is None:
            raise NotRunningError("No local PostgreSQL server with a read-only role runs.")
        return url

    def dagster(self) -> str:
        """URL of Dagster's own storage."""
        if self._settings.dagster_url is not None:
            return self._settings.dagster_url.get_secret_value()
        return on_same_server(self.postgres(), DAGSTER)

    def elasticsearch(self) -> str:
        """URL of Elasticsearch."""
        return self._url(self._settings.elasticsearch_url, self._home.search)

    def _url(self, configured: SecretStr | None, server: Server) -> str:
        if configured is not None:
            return configured.get_secret_value()
        port = self._home.port_of(server)
        if port is None:
            raise NotRunningError(f"The local {server.name} server does not run.")
        return server.url(port, WAREHOUSE)


def if_running(address: Callable[[], str]) -> str | None:
    """The URL that `address` returns; None if the server does not run."""
    try:
        return address()
    except NotRunningError:
        return None
