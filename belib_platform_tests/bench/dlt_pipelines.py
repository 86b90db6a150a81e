"""dlt, as it comes and at its best: the sightings in one table of PostgreSQL, and nothing made of them.

As it comes it is given dictionaries with every field, infers the types, and inserts. At its best it is given Arrow
tables with the four fields needed, and copies Parquet by ADBC.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import psycopg

from belib_platform_tests.bench.contestants import Contestant
from belib_platform_tests.bench.load import Load
from belib_platform_tests.bench.same_runs import folded_runs, row_count_and_size

os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}

import dlt


def contestants(url: str, load: Load, part: Load) -> Iterator[Contestant]:
    """Both; what takes long loads a part of the day."""
    yield _contestant("dlt at its best: Arrow, Parquet, ADBC", url, "dlt_arrow", load, by_arrow)
    yield _contestant("dlt with its defaults: JSON, every field", url, "dlt_defaults", part, by_default)


def _contestant(what: str, url: str, dataset: str, load: Load, run: Any) -> Contestant:
    table = f"{dataset}.sighting"
    return Contestant(
        name=what,
        load=load,
        prepare=partial(_forget, url, dataset),
        run=partial(run, url, dataset, load),
        runs=partial(folded_runs, url, table),
        remark=partial(row_count_and_size, url, table),
    )


def by_default(url: str, dataset: str, load: Load) -> None:
    """A list of dictionaries per body."""
    _run(url, dataset, ([{"fetched_at": at, **record} for record in json.loads(body)] for at, body in load.bodies()))


def by_arrow(url: str, dataset: str, load: Load) -> None:
    """An Arrow table per body, decoded by polars."""
    _run(url, dataset, (frame.to_arrow() for frame in load.sightings()), loader_file_format="parquet")


def _run(url: str, dataset: str, items: Iterable[Any], **options: Any) -> None:
    with tempfile.TemporaryDirectory(prefix="belib-bench-dlt-") as folder:
        destination = dlt.destinations.postgres(url)
        pipeline = dlt.pipeline(dataset, pipelines_dir=folder, destination=destination, dataset_name=dataset)
        pipeline.run(items, table_name="sighting", **options).raise_on_failed_jobs()


def _forget(url: str, dataset: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {dataset} CASCADE")
