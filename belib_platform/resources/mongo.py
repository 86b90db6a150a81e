"""Dagster resource of MongoDB."""

from typing import Any
from urllib.parse import urlsplit

import dagster as dg
from pydantic import PrivateAttr

from belib_platform.raw.store import RawStore
from belib_platform.resources.missing import url_of
from belib_platform.settings import load_settings
from belib_platform.warehouse.folds import Folds
from belib_platform.warehouse.listings import Listings


class MongoResource(dg.ConfigurableResource):
    """The raw store in the database of `BELIB_MONGO_URL` (default `belib`), connected on first use."""

    _client: Any = PrivateAttr(default=None)
    _store: RawStore | None = PrivateAttr(default=None)
    _folds: Folds = PrivateAttr(default_factory=Folds)
    _listings: Listings = PrivateAttr(default_factory=Listings)

    def store(self) -> RawStore:
        """Raw responses and the ledger. Raises MissingStoreError if the URL is not set."""
        from pymongo import MongoClient

        if self._store is None:
            url = url_of("BELIB_MONGO_URL", load_settings().mongo_url)
            self._client = MongoClient(url, tz_aware=True, appname="belib_platform")
            self._store = RawStore(self._client[urlsplit(url).path.strip("/") or "belib"])
        return self._store

    def folds(self) -> Folds:
        """What this run has folded of its responses so far."""
        return self._folds

    def listings(self) -> Listings:
        """Which responses this run has listed so far."""
        return self._listings

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:  # noqa: ARG002
        """Close the connections, and forget what was read."""
        self._folds, self._listings = Folds(), Listings()
        if self._client is not None:
            self._client.close()
            self._client = self._store = None
