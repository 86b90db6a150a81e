from collections.abc import Iterator
from pathlib import Path

import pytest

from belib_platform.raw.store import RawStore
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.monitoring.alerts.receiving import Webhook, webhook
from belib_platform_tests.watching.site import Site


@pytest.fixture
def site(store: RawStore, warehouse: Warehouse, postgres_url: str, tmp_path: Path) -> Iterator[Site]:
    """A warehouse that polls come into."""
    with Site(store, warehouse, postgres_url, tmp_path).open() as one:
        yield one


@pytest.fixture
def hook() -> Iterator[Webhook]:
    """A receiver."""
    with webhook() as server:
        yield server
