"""What it takes to add a source: its module, its line in the registry, its asset. Everything else follows."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belib_platform.definitions import defs
from belib_platform.local.urls import Urls
from belib_platform.sources.registry import SOURCES, raw_collections
from belib_platform_tests.end_to_end.platform import new_platform
from belib_platform_tests.recipes.source.history import DAYS_AGO
from belib_platform_tests.sources.local_server import Handler, serving

pytestmark = pytest.mark.slow

COUNTERS = [{"id_compteur": f"10000{n}-10{n}", "nom_compteur": f"{n} rue de Rivoli"} for n in range(3)]


def portal(handler: Handler) -> None:
    """The list of counters, or how many there are."""
    assert "/comptage-velo-compteurs/" in handler.path
    sent: Any = {"total_count": len(COUNTERS)} if "/records" in handler.path else COUNTERS
    handler.send(json.dumps(sent).encode())


@pytest.fixture(scope="module")
def told(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the platform with a source more told of itself."""
    recordings, today = tmp_path_factory.mktemp("recordings"), datetime.now(UTC).date()
    recorded = today - timedelta(days=DAYS_AGO)
    (recordings / f"{recorded}T080000Z.json").write_text(json.dumps(COUNTERS))
    with (recordings / f"{recorded}T200000Z.csv").open("w", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerows([("Identifiant du compteur", "Nom du compteur"), *(c.values() for c in COUNTERS[:2])])
    with new_platform(stores), serving(portal) as server:
        ran = subprocess.run(
            [sys.executable, "-m", "belib_platform_tests.recipes.source", str(recordings)],
            env={**os.environ, "BELIB_OPENDATASOFT_URL": server.url},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    return {**json.loads(ran.stdout.splitlines()[-1]), "days": [str(recorded), str(today)]}


def test_it_is_polled_recognised_archived_and_restored(told: dict[str, Any]) -> None:
    assert told["history"] == {
        "is_polled": True,
        "imported": {"bicycle_counters": 2},
        "refused": [],
        "responses": [["import", "sound", 3], ["import", "sound", 2], ["poll", "sound", 3]],
        "archived": told["days"],
        "are_lost": True,
        "restored": [["bicycle_counters"], ["bicycle_counters"]],
        "are_equal": True,
    }


def test_every_list_knows_it(told: dict[str, Any]) -> None:
    assert {name for name, knows in told["lists"].items() if not knows} == set()


def test_each_source_of_the_registry_has_its_asset_and_the_job_that_asks_it() -> None:
    listed = {asset for asset, spec in _specs().items() if "http" in spec.kinds}
    assert listed == set(raw_collections())
    for source in SOURCES.values():
        asked = defs.resolve_job_def(source.cadence.job).asset_layer.executable_asset_keys
        assert source.collection in {key.to_user_string() for key in asked}


def test_sources_that_share_an_asset_agree_on_what_it_says() -> None:
    facts = {(s.collection, s.description, s.pool, s.cadence, s.is_archived) for s in SOURCES.values()}
    assert len(facts) == len(raw_collections())


def _specs() -> dict[str, Any]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
