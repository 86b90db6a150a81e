"""How many records are believed: by the responses nearest in time, in whatever order they come."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.raw.usual import JUDGED_BY, NEAR, Witness, usual_of
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.recording import Recording
from belib_platform.settings import Settings
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.http import HttpPolicy
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.raw.portal import portal, settings_for
from belib_platform_tests.sources.explore_bodies import pages_of
from belib_platform_tests.sources.portal_records import live

SETTINGS = Settings(_env_file=None)
NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)
WHOLE = [live(n) for n in range(200)]
FIVE = timedelta(minutes=5)


def recording(records: Sequence[Any], at: datetime, source: str = "belib") -> Recording:
    body = json.dumps(records).encode()
    return Recording(Path(f"/{at:%Y%m%dT%H%M%SZ}.json"), source, at, "application/json", None, lambda: body)


def taken(store: RawStore, found: Iterable[Recording]) -> ImportResult:
    return import_recordings(found, SETTINGS, store)


def reasons(result: ImportResult) -> list[str]:
    return [reason for _, reason in result.refused]


PARTIAL = "The body is partial: it holds 60 records, less than half of the usual 200."
TOO_MANY = "The body holds 301 records, more than 1.5 times the usual 200."


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        (WHOLE[:60], PARTIAL),
        ([live(n) for n in range(301)], TOO_MANY),
        (WHOLE[:10], "The body is partial: it holds 10 records, less than half of the usual 200."),
    ],
)
def test_an_odd_one_is_kept_refused_wherever_it_comes_in(
    store: RawStore, records: list[dict[str, Any]], reason: str
) -> None:
    for place in (0, 3, 6):
        day = NOON + timedelta(weeks=10 * place)
        items = [recording(records if n == place else WHOLE, day + n * FIVE) for n in range(7)]
        result = taken(store, items)
        assert result.sound["belib"] == 6
        assert reasons(result) == [reason]
        [refused] = [h for h in store.responses("raw_belib").all_responses(day.date(), day.date()) if not h.is_sound]
        assert (refused.fetched_at, refused.reason) == (day + place * FIVE, reason)
        assert result.refused_days == {refused.day}


@pytest.mark.family
@pytest.mark.parametrize("seed", range(6))
def test_once_some_are_kept_order_and_portions_change_nothing(store: RawStore, seed: int) -> None:
    dice = random.Random(seed)
    odd = {7: WHOLE[:60], 11: [live(n) for n in range(301)], 17: WHOLE[:10], 23: WHOLE[:99]}
    items = [recording(odd.get(n, WHOLE), NOON + n * FIVE) for n in range(30)]
    taken(store, items[:3])
    rest = items[3:]
    dice.shuffle(rest)
    while rest:
        size = dice.randint(1, 12)
        taken(store, rest[:size])
        rest = rest[size:]
    all_metadata = store.responses("raw_belib").all_responses(NOON.date(), NOON.date())
    assert [n for n, metadata in enumerate(all_metadata) if not metadata.is_sound] == list(odd)
    assert len(all_metadata) == len(items)


@pytest.mark.family
@pytest.mark.parametrize("seed", range(4))
def test_of_one_import_the_order_of_its_files_changes_nothing(store: RawStore, seed: int) -> None:
    odd = {0: WHOLE[:60], 1: WHOLE[:10], 40: [live(n) for n in range(301)], 69: WHOLE[:99]}
    items = [recording(odd.get(n, WHOLE), NOON + n * FIVE) for n in range(70)]
    random.Random(seed).shuffle(items)
    taken(store, items)
    all_metadata = store.responses("raw_belib").all_responses(NOON.date(), NOON.date())
    assert [n for n, metadata in enumerate(all_metadata) if not metadata.is_sound] == list(odd)


def test_a_partial_one_that_came_first_does_not_have_all_after_it_refused(store: RawStore) -> None:
    assert taken(store, [recording(WHOLE[:60], NOON)]).sound["belib"] == 1
    for n in range(1, 8):
        assert reasons(taken(store, [recording(WHOLE, NOON + n * FIVE)])) == []
    assert reasons(taken(store, [recording(WHOLE[:60], NOON + 9 * FIVE)])) == [PARTIAL]


def test_polls_of_the_same_ten_points_are_pages_and_no_polls(store: RawStore) -> None:
    result = taken(store, [recording(WHOLE[:10], NOON + n * FIVE) for n in range(22)])
    assert result.sound["belib"] == 0
    assert len(result.refused) == 22
    assert all("10 records are one page of the API" in reason for reason in reasons(result))


def test_a_network_that_has_ten_points_is_known_by_its_polls(store: RawStore) -> None:
    store.keep("raw_belib", [response(WHOLE[:10], NOON)])
    assert reasons(taken(store, [recording(WHOLE[:10], NOON + n * FIVE) for n in range(1, 4)])) == []


EXPORT = "https://opendata.paris.fr/api/explore/v2.1/catalog/datasets/x/exports/json"


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        (EXPORT, True),
        (f"{EXPORT}?timezone=UTC", True),
        (f"{EXPORT}?limit=-1", True),
        (f"{EXPORT}?limit=10", False),
        (f"{EXPORT}?where=x%3D1", False),
        (f"{EXPORT}?refine.arrondissement=1", False),
        (EXPORT.replace("exports/json", "records"), False),
        ("https://elsewhere.invalid/belib.json", False),
        ("https://[no address/exports/json", False),
    ],
)
def test_ten_records_are_the_whole_set_where_an_export_was_asked_for(
    store: RawStore, url: str, *, is_taken: bool
) -> None:
    items = [replace(recording(WHOLE[:10], NOON + n * FIVE), url=url) for n in range(4)]
    assert taken(store, items).sound["belib"] == (4 if is_taken else 0)


def test_how_many_were_usual_months_ago_judges_nobody(store: RawStore) -> None:
    taken(store, [recording(WHOLE, NOON + n * FIVE) for n in range(5)])
    later = NOON + NEAR + timedelta(days=1)
    assert reasons(taken(store, [recording(WHOLE[:60], later + n * FIVE) for n in range(5)])) == []


def test_a_small_network_is_not_judged_by_its_number(store: RawStore) -> None:
    counts = [40, 40, 40, 15, 49, 3, 40]
    assert reasons(taken(store, [recording(WHOLE[:n], NOON + i * FIVE) for i, n in enumerate(counts)])) == []


def test_the_static_set_is_judged_like_the_live_one_and_a_forecast_is_not(store: RawStore) -> None:
    static = [{"id_pdc_local": record["id_pdc"], "nom_station": "Foch"} for record in WHOLE]
    days = timedelta(days=1)
    editions = [recording(static[: 60 if n == 4 else 200], NOON + n * days, "belib_static") for n in range(7)]
    assert reasons(taken(store, editions)) == [PARTIAL]


def test_pages_are_judged_together(store: RawStore, tmp_path: Path) -> None:
    taken(store, [recording(WHOLE, NOON + n * FIVE) for n in range(4)])
    for number, body in enumerate(pages_of(WHOLE[:60], 30, "v2.0")):
        (tmp_path / f"2025-03-29T130000Z_{number}.json").write_bytes(body)
    result = import_recordings(find_recordings(tmp_path), SETTINGS, store)
    assert reasons(result) == [PARTIAL] * 2
    assert [a["outcome"] for a in store.ledger.attempts(NOON.date())] == ["sound"] * 4 + ["refused"]


def test_more_pages_than_were_announced_are_no_answer(store: RawStore, tmp_path: Path) -> None:
    for number, body in enumerate(pages_of(WHOLE, 50, "v2.0")):
        (tmp_path / f"2025-03-29T130000Z_{number}.json").write_bytes(body.replace(b'": 200', b'": 90'))
    result = import_recordings(find_recordings(tmp_path), SETTINGS, store)
    assert set(reasons(result)) == {"The snapshot is more than announced: its 4 pages hold 200 of 90 records."}


def test_importing_again_says_what_was_said_then(store: RawStore) -> None:
    items = [recording(WHOLE[:60] if n == 3 else WHOLE, NOON + n * FIVE) for n in range(7)]
    first = taken(store, items)
    again = taken(store, items)
    assert (again.sound, again.refused, again.days) == (first.sound, first.refused, first.days)
    assert (again.new["belib"], again.refused_days) == (0, first.refused_days)
    alone = taken(store, [items[3]])
    assert reasons(alone) == [PARTIAL]


def test_what_is_kept_refused_stays_refused_whatever_is_usual_now(store: RawStore) -> None:
    body = recording(WHOLE[:60], NOON).read()
    store.keep("raw_belib", [response(body, NOON, verdict="refused", reason="because", origin="import")])
    result = taken(store, [recording(WHOLE[:60], NOON)])
    assert (result.sound["belib"], reasons(result)) == (0, ["because"])


@pytest.mark.parametrize(
    ("count", "announced", "reason"),
    [
        (2000, 200, "The body holds 2,000 of 200 records announced."),
        (301, 301, "The body holds 301 records, more than 1.5 times the usual 200."),
        (99, 99, "The body is partial: it holds 99 records, less than half of the usual 200."),
        (10, 200, "The body holds 10 of 200 records announced."),
    ],
)
def test_a_poll_is_judged_by_both(store: RawStore, quick: HttpPolicy, count: int, announced: int, reason: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    store.keep("raw_belib", [response(WHOLE, now - timedelta(minutes=n)) for n in (10, 5)])
    sent = [live(0, id_pdc=f"FR*V75*EPX{n // 100:02}*{n % 100:02}*1") for n in range(count)]
    with portal(sent, announced) as server, pytest.raises(PollError) as caught:
        poll(BELIB, settings_for(server), store, quick)
    assert str(caught.value).endswith(reason)
    [attempt] = [a for a in store.ledger.recent("belib") if a["outcome"] == "refused"]
    assert attempt["reason"] == reason


def test_a_history_of_another_time_does_not_judge_a_poll(store: RawStore, quick: HttpPolicy) -> None:
    taken(store, [recording(WHOLE[:60], NOON + n * FIVE) for n in range(5)])
    with portal(WHOLE, len(WHOLE)) as server:
        assert poll(BELIB, settings_for(server), store, quick).is_sound


WITNESSES = st.lists(
    st.builds(Witness, st.integers(0, 10**10), st.integers(1, 5000), st.booleans()),
    max_size=30,
    unique_by=lambda w: w[0],
)


@given(witnesses=WITNESSES, seconds=st.integers(0, 10**7))
def test_usual_is_what_one_of_the_nearest_has_and_polls_go_first(witnesses: list[Witness], seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    usual = usual_of(witnesses, at)
    near = [w for w in witnesses if 0 < abs(w.at_ms - epoch_ms(at)) <= NEAR.total_seconds() * 1000]
    assert (usual is None) == (not near)
    if usual is None:
        return
    nearest = sorted(near, key=lambda w: abs(w.at_ms - epoch_ms(at)))[:JUDGED_BY]
    polls = [w.record_count for w in nearest if w.is_poll]
    assert usual.record_count in (polls or [w.record_count for w in nearest])
    assert usual.is_sure == (bool(polls) or len(nearest) >= 3)


def test_no_response_far_away_is_read_for_a_days_import(store: RawStore) -> None:
    store.keep("raw_belib", [response(WHOLE[: n + 60], NOON - timedelta(days=n)) for n in range(1, 60)])
    near = store.responses("raw_belib").sound_near("belib", NOON, NEAR, JUDGED_BY)
    assert [metadata.fetched_at.date() for metadata in near] == [
        date(2025, 3, 29) - timedelta(days=n) for n in range(1, 13)
    ]
