import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belib_platform.contracts.vocabulary import STATUS_OF_WORD, normalise
from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.stamps import newest_batch, written
from belib_platform_tests.simulator.truth import true_statuses

PLACE = ("coordonneesxy", "adresse_station", "code_insee_commune", "arrondissement")


def _records(paris: Paris, at: datetime) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(paris.realtime_body(at))
    return records


@pytest.mark.parametrize("hours", [0, 23.5, 25, 25.5, 47.9])
def test_the_feed_says_what_is_true(paris: Paris, hours: float) -> None:
    at = paris.begins_at + timedelta(hours=hours)
    truth = true_statuses(paris, at, at + timedelta(seconds=1)).filter(starts_at=at)
    said = {r["id_pdc"]: STATUS_OF_WORD[normalise(r["statut_pdc"])] for r in _records(paris, at)}
    assert said == dict(zip(truth["charge_point_id"], truth["status"], strict=True))


def test_a_body_weighs_what_the_real_one_does(full_paris: Paris) -> None:
    body = full_paris.realtime_body(full_paris.begins_at)
    assert 600 < len(body) / len(full_paris.live) < 680


def test_stamps_carry_the_offset_of_their_own_instant(full_paris: Paris) -> None:
    at = datetime(2025, 3, 30, 6, tzinfo=UTC)
    stamps = [r["last_updated"] for r in _records(full_paris, at)]
    assert {s[-6:] for s in stamps} == {"+01:00", "+02:00"}
    assert all(datetime.fromisoformat(s) <= at for s in stamps)
    assert stamps == sorted(stamps, key=datetime.fromisoformat)
    assert min(datetime.fromisoformat(s) for s in stamps) < at - timedelta(days=365)


def test_the_nightly_batch_stamps_about_half(full_paris: Paris) -> None:
    records = _records(full_paris, datetime(2025, 3, 5, 7, 40, tzinfo=UTC))
    batched = sum(r["last_updated"].startswith("2025-03-05T04:30:0") for r in records)
    assert 0.35 < batched / len(records) < 0.65


@pytest.mark.parametrize(
    ("at", "batch"),
    [
        (datetime(2025, 3, 30, 2, 0, tzinfo=UTC), "2025-03-29T04:30:02+01:00"),
        (datetime(2025, 3, 30, 2, 31, tzinfo=UTC), "2025-03-30T04:30:03+02:00"),
        (datetime(2025, 10, 26, 3, 31, tzinfo=UTC), "2025-10-26T04:30:03+01:00"),
    ],
)
def test_the_batch_runs_at_half_past_four_in_paris(at: datetime, batch: str) -> None:
    assert written(newest_batch(at)) == batch


def test_stamps_go_backwards_now_and_then(full_paris: Paris) -> None:
    first, backwards = full_paris.begins_at, 0
    before: dict[str, datetime] = {}
    for hour in range(0, 72, 3):
        stamps = {
            r["id_pdc"]: datetime.fromisoformat(r["last_updated"])
            for r in _records(full_paris, first + timedelta(hours=hour))
        }
        backwards += sum(stamps[i] < before[i] for i in before)
        before = stamps
    assert 0 < backwards < 60


def test_place_drops_out_as_a_whole_and_comes_back(paris: Paris) -> None:
    lost: set[str] = set()
    seen: set[str] = set()
    for half_hour in range(96):
        for record in _records(paris, paris.begins_at + timedelta(minutes=30 * half_hour)):
            missing = [record[field] is None for field in PLACE]
            assert all(missing) or not any(missing)
            (lost if any(missing) else seen).add(record["id_pdc"])
    assert lost
    assert lost <= seen


def test_some_insee_codes_are_wrong(full_paris: Paris) -> None:
    records = _records(full_paris, full_paris.begins_at)
    assert any(r["code_insee_commune"] == "16116" for r in records)
    labels = {r["arrondissement"] for r in records if r["arrondissement"]}
    assert "Paris centre" in labels
    assert all(re.fullmatch(r"Paris centre|(0[5-9]|1\d|20)e Arrondissement", label) for label in labels)


def test_other_days_are_refused(paris: Paris) -> None:
    with pytest.raises(NotDrawnError, match="2025-03-29"):
        paris.realtime_body(paris.ends_at)
