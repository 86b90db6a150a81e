"""Dagster resource of Elasticsearch."""

import dagster as dg
from pydantic import PrivateAttr

from belib_platform.resources.missing import url_of
from belib_platform.search.client import Search
from belib_platform.settings import load_settings


class ElasticsearchResource(dg.ConfigurableResource):
    """Elasticsearch at `BELIB_ELASTICSEARCH_URL`, connected on first use."""

    _search: Search | None = PrivateAttr(default=None)

    def search(self) -> Search:
        """The connection. Raises MissingStoreError if the URL is not set."""
        if self._search is None:
            settings = load_settings()
            url = url_of("BELIB_ELASTICSEARCH_URL", settings.elasticsearch_url)
            self._search = Search(url, settings.search_prefix, settings.embedded_search_hours)
        return self._search

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Close the connections."""
        if self._search is not None:
            self._search.close()
            self._search = None
