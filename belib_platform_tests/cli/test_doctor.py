"""`belib doctor`: what a user sees of it, and what it says of a store that is away."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from belib_platform.raw.response import between
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform_tests.cli.conftest import Belib

pytestmark = pytest.mark.slow

DAY = datetime.now(UTC).date() - timedelta(days=5)
"""Recent: the archive has a file of every day since its first, and each is looked at."""

NOBODY = "127.0.0.1:9"


@pytest.fixture
def imported(store: RawStore, tmp_path: Path) -> RawStore:
    """Half an hour of a small Paris in raw, as an import leaves it that is killed before its days are made."""
    noon = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
    write_recordings(
        Paris.draw(11, first_day=DAY, days=1, stations=3), tmp_path / "past", noon, noon + timedelta(minutes=30)
    )
    settings = Settings(mongo_url=None, postgres_url=None, _env_file=None)
    import_recordings(find_recordings(tmp_path / "past"), settings, store)
    return store


def test_what_differs_is_shown_with_its_command_and_fixed_until_nothing_does(belib: Belib, imported: RawStore) -> None:
    found = belib("doctor")
    assert found.returncode == 1, found.stderr
    assert "clean.charge_point_status" in found.stdout
    assert f"  belib rebuild {DAY} --full-refresh\n" in found.stdout
    assert f"  belib archive make {DAY}\n" in found.stdout
    fixed = belib("doctor", "--fix")
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert "All layers agree." in fixed.stdout

    lost = imported.database["raw_belib"].find_one_and_delete(between(DAY, DAY))
    told = belib("doctor", str(DAY))
    assert told.returncode == 1
    assert f"  belib archive restore {DAY}\n" in told.stdout
    assert lost["_id"] in told.stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"BELIB_MONGO_URL": f"mongodb://{NOBODY}/belib?serverSelectionTimeoutMS=300"}, "MongoDB cannot be read"),
        ({"BELIB_POSTGRES_URL": f"postgresql://belib:s3cret@{NOBODY}/belib"}, "PostgreSQL cannot be read"),
        ({"BELIB_ELASTICSEARCH_URL": f"http://belib:s3cret@{NOBODY}"}, "Elasticsearch cannot be read"),
    ],
)
def test_a_store_that_is_away_is_one_sentence(belib: Belib, environ: dict[str, str], said: str) -> None:
    result = belib("doctor", str(DAY), **environ)
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stdout.count("not compared") == 1
    assert said in result.stdout
    assert "Traceback" not in result.stderr
    assert "s3cret" not in result.stdout + result.stderr
