"""Convert a contract to an Elasticsearch mapping."""

from typing import Any

import polars as pl

from belib_platform.contracts.contract import Contract, fingerprint, frame_schema

INDEX_TYPES: dict[type[pl.DataType], dict[str, Any]] = {
    pl.Boolean: {"type": "boolean"},
    pl.Date: {"type": "date", "format": "strict_date"},
    pl.Datetime: {"type": "date", "format": "strict_date_optional_time||epoch_millis"},
    pl.Enum: {"type": "keyword"},
    pl.Float64: {"type": "double"},
    pl.Int8: {"type": "byte"},
    pl.Int16: {"type": "short"},
    pl.Int32: {"type": "integer"},
    pl.String: {"type": "keyword"},
}
"""Elasticsearch type by polars type; `index` in a column's metadata overrides it."""


def index_mapping(contract: type[Contract]) -> dict[str, Any]:
    """A strict mapping, which rejects undeclared fields; `_meta` has the contract's fingerprint."""
    return {
        "dynamic": "strict",
        "_meta": {"contract": fingerprint(contract)},
        "properties": index_fields(contract),
    }


def index_fields(contract: type[Contract]) -> dict[str, dict[str, Any]]:
    """Mapping of each field, in column order."""
    special = {column: (spec.metadata or {}).get("index") for column, spec in contract.columns().items()}
    return {
        column: special[column] or INDEX_TYPES[dtype.base_type()] for column, dtype in frame_schema(contract).items()
    }
