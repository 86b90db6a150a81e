"""A run holds its connections to Dagster's storage, whoever started its process."""

from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from belib_platform.assets.asset import asset
from belib_platform_tests.dagster_storage import instance_at


def one() -> int:
    return 1


@pytest.mark.filterwarnings("ignore:Class `LocalFileCodeReference` is currently in beta")
@pytest.mark.filterwarnings("ignore:Class `CodeReferencesMetadataValue` is currently in beta")
def test_a_run_opens_a_few_connections_and_not_one_for_each_event(postgres_url: str, tmp_path: Path) -> None:
    opened: list[object] = []

    def count(connection: object, _: object) -> None:
        opened.append(connection)

    figures = asset(name="figures")(one)
    with instance_at(postgres_url, tmp_path) as instance:
        assert dg.materialize([figures], instance=instance).success
        sa.event.listen(sa.pool.Pool, "connect", count)
        try:
            result = dg.materialize([figures], instance=instance)
        finally:
            sa.event.remove(sa.pool.Pool, "connect", count)
        assert result.success
        assert len(opened) < 5 < len(result.all_events)
