"""Requests to the Explore API v2.1 (help.opendatasoft.com/apis/ods-explore-v2)."""

from typing import Final

from belib_platform.settings import Settings
from belib_platform.sources.source import Request

POOL: Final = "opendatasoft"
"""The Dagster pool of the portal's data sets."""


def export(settings: Settings, dataset: str, form: str = "json") -> Request:
    """The whole data set as one consistent file, a JSON list or geojson; `/records` would page over a moving table."""
    return Request(f"{_dataset(settings, dataset)}/exports/{form}", {"timezone": "UTC"})


def count(settings: Settings, dataset: str) -> Request:
    """How many records the data set holds (`total_count`), and none of them."""
    return Request(f"{_dataset(settings, dataset)}/records", {"limit": "0"})


def _dataset(settings: Settings, dataset: str) -> str:
    return f"{str(settings.opendatasoft_url).rstrip('/')}/api/explore/v2.1/catalog/datasets/{dataset}"
