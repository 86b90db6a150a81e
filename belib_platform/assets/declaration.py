"""What Dagster is told of every asset, derived from its contract or its source."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg

from belib_platform.assets.metadata import OF_FILES, OF_INDICES, OF_RAW, OF_TABLES, explained
from belib_platform.assets.partitions import DAILY, MONTH_OF_DAYS
from belib_platform.checks.registry import CHECKS, check_specs
from belib_platform.contracts.contract import (
    Contract,
    column_docs,
    doc,
    fingerprint,
    layer,
    name,
    partition_column,
    qualified_name,
)
from belib_platform.contracts.ddl import sql_table, sql_type
from belib_platform.contracts.mapping import index_fields
from belib_platform.exports.description import SIMULATED
from belib_platform.search.kibana.links import dashboard_links
from belib_platform.settings import load_settings
from belib_platform.sources.source import Source
from belib_platform.warehouse.made_table import DailyTable, MadeTable

OWNERS = ["team:belib-platform"]

IO_RETRIES = dg.RetryPolicy(max_retries=10, delay=0.5, backoff=dg.Backoff.LINEAR, jitter=dg.Jitter.FULL)
"""For stores that are away for a moment and for windows somebody else wrote meanwhile: ten tries in at most half a
minute. What a source answers is retried by its client, and a false check never is."""


SEARCH_RETRIES = dg.RetryPolicy(max_retries=3, delay=1, backoff=dg.Backoff.LINEAR, jitter=dg.Jitter.FULL)
"""For a search server that is away for a moment. Nothing depends on it, and the next run makes good what this one
could not, so a run does not wait long."""


def column_schema(contract: type[Contract]) -> dg.TableSchema:
    """The Columns tab: PostgreSQL types, keys, nullability and what each column says."""
    docs = column_docs(contract)
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                type=sql_type(column),
                description=docs[column.name],
                constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), unique=False),
                tags={"primary_key": ""} if column.primary_key else {},
            )
            for column in sql_table(contract).columns
        ]
    )


def table_asset(
    table: MadeTable,
    why: str,
    *,
    fresh_within: timedelta | None = None,
    lineage: Mapping[str, list[dg.TableColumnDep]] | None = None,
) -> dict[str, Any]:
    """Arguments of `@dg.asset` for a table in PostgreSQL."""
    contract = table.contract
    plotted = [key for check in CHECKS[table.name] for key in check.plotted]
    metadata: dict[str, Any] = {
        "dagster/column_schema": column_schema(contract),
        "dagster/table_name": qualified_name(contract),
        "contract_fingerprint": fingerprint(contract),
    }
    if lineage:
        metadata["dagster/column_lineage"] = dg.TableColumnLineage(lineage)
    return {
        "name": table.name,
        "deps": list(_upstream(table)),
        "description": explained(f"{doc(contract)}\n\n{why}", [*OF_TABLES, *plotted]),
        "group_name": layer(contract),
        "kinds": {"polars", "postgres"},
        "owners": OWNERS,
        "tags": {"layer": layer(contract)},
        "metadata": metadata,
        "code_version": table.code_version,
        "io_manager_key": "postgres_io_manager",
        "check_specs": check_specs(table.name),
        "retry_policy": IO_RETRIES,
        "freshness_policy": _freshness(fresh_within),
        **({"partitions_def": DAILY, "backfill_policy": MONTH_OF_DAYS} if isinstance(table, DailyTable) else {}),
    }


def _upstream(table: MadeTable) -> Iterator[dg.AssetDep]:
    for collection in dict.fromkeys(source.collection for source in table.sources):
        yield dg.AssetDep(collection)
    for read in table.tables:
        before = dg.TimeWindowPartitionMapping(start_offset=-read.days_before) if read.days_before else None
        yield dg.AssetDep(name(read.contract), partition_mapping=before)


def index_asset(
    contract: type[Contract], why: str, code_version: str, *, fresh_within: timedelta | None
) -> dict[str, Any]:
    """Arguments of `@dg.asset` for an index in Elasticsearch."""
    is_daily, links = partition_column(contract) is not None, dashboard_links(load_settings().kibana_url)
    return {
        "name": name(contract),
        "description": explained(f"{doc(contract)}\n\n{why}", [*OF_INDICES, *links]),
        "group_name": layer(contract),
        "kinds": {"polars", "elasticsearch"},
        "owners": OWNERS,
        "tags": {"layer": layer(contract)},
        "metadata": {
            "dagster/column_schema": field_schema(contract),
            "dagster/table_name": name(contract),
            "contract_fingerprint": fingerprint(contract),
            **{title: dg.MetadataValue.url(url) for title, url in links.items()},
        },
        "code_version": code_version,
        "io_manager_key": "elasticsearch_io_manager",
        "check_specs": check_specs(name(contract)),
        "retry_policy": SEARCH_RETRIES,
        "freshness_policy": _freshness(fresh_within),
        **({"partitions_def": DAILY, "backfill_policy": MONTH_OF_DAYS} if is_daily else {}),
    }


def field_schema(contract: type[Contract]) -> dg.TableSchema:
    """The Columns tab of an index: Elasticsearch types, the key, nullability and what each field says."""
    docs, key = column_docs(contract), contract.primary_key()
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                field,
                type=spec["type"],
                description=docs[field],
                constraints=dg.TableColumnConstraints(nullable=contract.columns()[field].nullable, unique=field in key),
                tags={"primary_key": ""} if field in key else {},
            )
            for field, spec in index_fields(contract).items()
        ]
    )


def raw_asset(source: Source) -> dict[str, Any]:
    """Arguments of `@dg.asset` for the responses of a source, and of those that share its collection, in MongoDB."""
    why = source.description
    return {
        "name": source.collection,
        "description": explained(f"**{SIMULATED}** {why}" if load_settings().is_simulated else why, OF_RAW),
        "group_name": "raw",
        "kinds": {"mongodb", "http"},
        "owners": OWNERS,
        "tags": {"layer": "raw"},
        "code_version": "1",
        "io_manager_key": "mongo_pages_io_manager",
        "check_specs": check_specs(source.collection),
        "pool": source.pool,
        "retry_policy": IO_RETRIES,
        "partitions_def": DAILY,
        "backfill_policy": MONTH_OF_DAYS,
        "freshness_policy": _freshness(fresh_within(source)),
    }


def latest_asset(source: Source, thing: str) -> dict[str, Any]:
    """Arguments of `@dg.asset` for the latest documents of a feed, in MongoDB."""
    what = (
        f"One document per {thing} as last sent, for those who browse and for apps; a view of {source.collection}, "
        "written only from its newest response."
    )
    return {
        "description": explained(what, ["changed_documents", "seconds"]),
        "group_name": "raw",
        "kinds": {"mongodb"},
        "owners": OWNERS,
        "tags": {"layer": "raw"},
        "code_version": "1",
        "io_manager_key": "mongo_latest_io_manager",
        "retry_policy": IO_RETRIES,
        "freshness_policy": _freshness(fresh_within(source)),
    }


def fresh_within(source: Source, later: timedelta = timedelta()) -> timedelta | None:
    """How late what is made of a source may be: `later` than the alert of stale data allows of the source itself.

    None for a source whose network is not asked.
    """
    settings = load_settings()
    return source.cadence.fresh_within(settings) + later if source.is_asked(settings) else None


def export_asset(name: str, why: str, kinds: set[str]) -> dict[str, Any]:
    """Arguments of `@dg.asset` for files below the home."""
    return {
        "name": name,
        "description": explained(why, OF_FILES),
        "group_name": "exports",
        "kinds": kinds,
        "owners": OWNERS,
        "tags": {"layer": "exports"},
        "code_version": "1",
        "io_manager_key": "files_io_manager",
        "retry_policy": IO_RETRIES,
        "freshness_policy": _freshness(timedelta(hours=30)),
    }


def _freshness(fresh_within: timedelta | None) -> dg.FreshnessPolicy | None:
    return dg.FreshnessPolicy.time_window(fail_window=fresh_within) if fresh_within else None
