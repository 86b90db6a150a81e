"""A contestant's time counts only if its sightings fold to the platform's runs."""

from datetime import UTC, datetime, timedelta

import polars as pl
import psycopg
import pytest

from belib_platform.transforms.charge_point_sightings import sift_sightings
from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.bench.contestants import DifferentRunsError, require_same_runs
from belib_platform_tests.bench.same_runs import GAP_LIMIT, folded_runs

BEGIN = datetime(2025, 3, 4, tzinfo=UTC)
POINTS = ("FR*V75*EPX01*01*1", "FR*V75*EPX01*01*2")
WORDS = "DDODDMDDODD"
MINUTES = (0, 5, 10, 15, 30, 35, 40, 45, 61, 66, 90)
"""15 minutes after the poll before is still the same run, 16 and 24 are not."""

SPELT = {"D": "Disponible", "O": "Occupé (en charge)", "M": "En maintenance"}


def sightings() -> list[tuple[datetime, str, str, datetime]]:
    """Two points that change their status at other times."""
    return [
        (BEGIN + timedelta(minutes=minute), point, SPELT[WORDS[(n + shift) % len(WORDS)]], BEGIN)
        for shift, point in enumerate(POINTS)
        for n, minute in enumerate(MINUTES)
    ]


def loaded(url: str, rows: list[tuple[datetime, str, str, datetime]]) -> pl.DataFrame:
    """The runs of a table with these rows."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE sighting (fetched_at timestamptz, id_pdc text, statut_pdc text, last_updated timestamptz)"
        )
        cursor.executemany("INSERT INTO sighting VALUES (%s, %s, %s, %s)", rows)
    return folded_runs(url, "sighting")


def expected() -> pl.DataFrame:
    """The runs that the platform folds from the same sightings."""
    columns = ["fetched_at", "charge_point_id", "status_word", "source_updated_at"]
    records = pl.DataFrame(sightings(), schema=columns, orient="row").with_columns(
        page_id=pl.col("fetched_at").cast(pl.String), holds_until=pl.col("fetched_at") + GAP_LIMIT
    )
    return merge_runs(sift_sightings(records).good.lazy()).collect()


def test_sql_folds_as_the_platform_does(postgres_url: str) -> None:
    runs = loaded(postgres_url, sightings())
    assert runs.height == 16
    require_same_runs("SQL", runs, expected().cast(dict(runs.schema)))


@pytest.mark.parametrize("lost", [0, 7, 21])
def test_a_contestant_that_loses_a_sighting_is_named(postgres_url: str, lost: int) -> None:
    rows = [row for n, row in enumerate(sightings()) if n != lost]
    runs = loaded(postgres_url, rows)
    with pytest.raises(DifferentRunsError, match="the forgetful one: of its"):
        require_same_runs("the forgetful one", runs, expected().cast(dict(runs.schema)))


def test_nothing_is_not_the_same_as_nothing(postgres_url: str) -> None:
    none = loaded(postgres_url, sightings()).clear()
    with pytest.raises(DifferentRunsError):
        require_same_runs("the idle one", none, none)
