"""`belib import` and `belib rebuild`: somebody's archive becomes history, and stays what its pages say."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib

DAY = date(2025, 5, 6)
HOURS = 3
COUNTS = """
SELECT (SELECT count(*) FROM clean.charge_point_status) AS runs, (SELECT count(*) FROM clean.poll) AS polls,
       (SELECT count(*) FROM clean.charge_point) AS points,
       (SELECT count(*) FROM mart.station_availability_hourly) AS hours
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hours of a small Paris, every five minutes."""
    folder = tmp_path_factory.mktemp("archive")
    start = datetime(DAY.year, DAY.month, DAY.day, 4, tzinfo=UTC)
    write_recordings(Paris.draw(11, first_day=DAY, days=1, stations=5), folder, start, start + timedelta(hours=HOURS))
    return folder


@pytest.mark.slow
def test_an_archive_becomes_history_and_importing_or_rebuilding_again_changes_nothing(
    belib: Belib, archive: Path, postgres_url: str
) -> None:
    first = belib("import", str(archive))
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"{DAY} to {DAY} (1)" in first.stdout
    warehouse = Warehouse(postgres_url)
    counts = warehouse.query(COUNTS).row(0, named=True)
    assert counts["polls"] == 12 * HOURS + HOURS + 1
    assert min(counts.values()) > 0
    for again in (belib("import", str(archive)), belib("rebuild", str(DAY), "--full-refresh")):
        assert again.returncode == 0, again.stdout + again.stderr
        assert warehouse.query(COUNTS).row(0, named=True) == counts
    warehouse.close()


@pytest.mark.parametrize(
    ("arguments", "environ", "said", "code"),
    [
        (["import", "nowhere"], {}, "does not exist", 2),
        (["rebuild", "2025-05-02", "2025-05-01"], {}, "is before FIRST", 2),
        (["rebuild", "2025-05-01"], {"BELIB_CADENCE_S": "often"}, "BELIB_CADENCE_S", 2),
        (["rebuild", "2021-05-01"], {}, "before BELIB_FIRST_DAY", 2),
        (["rebuild", "2999-05-01"], {}, "in the future", 2),
    ],
)
def test_a_wrong_argument_or_setting_is_a_sentence_and_exit_code_2(
    belib: Belib, arguments: list[str], environ: dict[str, str], said: str, code: int
) -> None:
    result = belib(*arguments, **environ)
    assert result.returncode == code
    assert said in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_migrate_finds_nothing_to_do_on_living_contracts(belib: Belib) -> None:
    result = belib("migrate")
    assert result.returncode == 0, result.stderr
    assert "All tables match their contracts." in result.stdout
