"""Faults of the index: a document it refuses, no room to write, a mapping changed behind our back."""

from typing import Any

import pytest

from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.search import loading
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.site import Site

INDICES = (BelibAvailability, BelibChargePoints)


def indices(site: Site) -> list[str]:
    """Those that are read from now."""
    search = site.platform.search
    return sorted(name for contract in INDICES for name in search.client.indices.get_alias(name=search.alias(contract)))


def half_refused(site: Site) -> None:
    """Every load sends one document with a field the mapping does not have."""
    kept = loading.documents_of

    def with_a_field_too_many(contract: Any, frame: Any) -> dict[str, bytes]:
        documents = kept(contract, frame)
        first = next(iter(documents), None)
        return documents | ({first: documents[first][:-1] + b',"mine":1}'} if first else {})

    site.poll()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "documents_of", with_a_field_too_many)
        assert not site.poll(must_succeed=False)


def read_only(site: Site) -> None:
    """What Elasticsearch does when its disk is nearly full, and undoes when it no longer is."""
    block = "index.blocks.read_only_allow_delete"
    site.poll()
    indices_client, names = site.platform.search.client.indices, indices(site)
    indices_client.put_settings(index=names, settings={block: True})
    assert not site.poll(must_succeed=False)
    indices_client.put_settings(index=names, settings={block: None})


def mapping_changed(site: Site) -> None:
    """Somebody adds a field; the next load makes the index anew beside it."""
    site.poll()
    site.platform.search.client.indices.put_mapping(index=indices(site), properties={"mine": {"type": "keyword"}})


CASES = [
    Case("half of a bulk refused", "search", half_refused),
    Case("a disk too full to write", "search", read_only),
    Case("a mapping changed", "search", mapping_changed, shows=False),
]
