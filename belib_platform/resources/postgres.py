"""Dagster resource of PostgreSQL."""

import dagster as dg
from pydantic import PrivateAttr

from belib_platform.resources.missing import url_of
from belib_platform.settings import load_settings
from belib_platform.warehouse.warehouse import Warehouse


class PostgresResource(dg.ConfigurableResource):
    """The warehouse at `BELIB_POSTGRES_URL`, connected on first use."""

    _warehouse: Warehouse | None = PrivateAttr(default=None)

    def warehouse(self) -> Warehouse:
        """The warehouse. Raises MissingStoreError if the URL is not set."""
        if self._warehouse is None:
            self._warehouse = Warehouse(url_of("BELIB_POSTGRES_URL", load_settings().postgres_url))
        return self._warehouse

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Close the connection."""
        if self._warehouse is not None:
            self._warehouse.close()
            self._warehouse = None
