"""A MongoDB document holds 16 MB; what is larger is refused and its beginning kept."""

import random
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import BODY_LIMIT, EVIDENCE, sha256, storable
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.http import HttpPolicy
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.raw.portal import portal, settings_for
from belib_platform_tests.sources.local_server import answering, serving
from belib_platform_tests.sources.portal_records import live

RAW = "raw_belib"


@pytest.fixture(scope="module")
def noise() -> bytes:
    """18 MB that no compression makes smaller."""
    return random.Random(1).randbytes(18 * 10**6)


POINTS = 24


@pytest.fixture(scope="module")
def large_body(noise: bytes) -> bytes:
    """A sound answer of so many points whose addresses are 24 MB of base64 together: 18 MB compressed."""
    text = b64encode(noise)
    size = len(text) // POINTS
    record = b'{"id_pdc": "FR*V75*EPX%02d*11*1", "statut_pdc": "Disponible", "adresse_station": "%b"}'
    return b"[%b]" % b",".join(record % (n, text[n * size : (n + 1) * size]) for n in range(POINTS))


def test_the_largest_body_that_is_storable_is_stored(store: RawStore, noise: bytes) -> None:
    largest = response(noise[: BODY_LIMIT - 1000], headers={f"x-ratelimit-{n}": "a" * 1000 for n in range(90)})
    assert storable(largest) is largest
    store.keep(RAW, [largest])
    [(_, body)] = store.responses(RAW).bodies(store.responses(RAW).responses(NOON.date()))
    assert body == largest.body


def test_a_body_that_compresses_well_may_be_larger_than_a_document(store: RawStore) -> None:
    large = response(b"a" * 2**25)
    assert storable(large) is large
    assert store.keep(RAW, [large]).new == [large]


def test_a_body_too_large_is_refused_and_its_beginning_kept(store: RawStore, large_body: bytes) -> None:
    cut = storable(response(large_body, record_count=1))
    assert cut.verdict == "refused"
    assert cut.reason == (
        f"The body holds {len(large_body):,} bytes, compressed {len(zstandard.compress(large_body, level=3)):,}, more "
        f"than a response can ({BODY_LIMIT:,}); the first {EVIDENCE:,} are kept."
    )
    assert (cut.body, cut.sha256) == (large_body[:EVIDENCE], sha256(large_body[:EVIDENCE]))
    refused = storable(response(large_body, verdict="refused", reason="It was odd already."))
    assert (refused.reason, len(refused.body)) == ("It was odd already.", EVIDENCE)


def test_a_poll_of_a_body_too_large_is_refused_not_lost(store: RawStore, large_body: bytes, quick: HttpPolicy) -> None:
    with (
        portal(large_body, announced=POINTS) as server,
        pytest.raises(PollError, match=r"^belib answered, .*refused: .* more than"),
    ):
        poll(BELIB, settings_for(server), store, quick)
    attempt = store.ledger.newest_poll("belib")
    assert attempt is not None
    assert attempt["outcome"] == "refused"
    document = store.database[RAW].find_one({"_id": attempt["page_id"]})
    assert document is not None
    assert zstandard.decompress(document["body"]) == large_body[:EVIDENCE]
    assert document["reason"] == attempt["reason"]


def test_an_endless_answer_leaves_evidence_too(store: RawStore, noise: bytes, quick: HttpPolicy) -> None:
    endless = noise * 2  # more than is taken over the wire
    with serving(answering(endless)) as server, pytest.raises(PollError, match="sent more than 33,554,432 bytes"):
        poll(BELIB, settings_for(server), store, quick)
    attempt = store.ledger.newest_poll("belib")
    assert attempt is not None
    assert (attempt["outcome"], "33,554,432" in attempt["reason"]) == ("refused", True)
    document = store.database[RAW].find_one({"_id": attempt["page_id"]})
    assert document is not None
    assert zstandard.decompress(document["body"]) == endless[:EVIDENCE]


def test_a_recording_too_large_costs_only_itself(store: RawStore, large_body: bytes, tmp_path: Path) -> None:
    small = response([live(n) for n in range(3)], NOON + timedelta(minutes=5))
    (tmp_path / "2025-03-29T120000Z.json").write_bytes(large_body)
    (tmp_path / "2025-03-29T120500Z.json").write_bytes(small.body)
    settings = Settings(_env_file=None)
    for new in (1, 0):
        result = import_recordings(find_recordings(tmp_path), settings, store)
        assert (result.sound["belib"], result.new["belib"]) == (1, 2 * new)
        [(path, reason)] = result.refused
        assert path.endswith("2025-03-29T120000Z.json")
        assert f"the first {EVIDENCE:,} are kept" in reason
    assert [attempt["outcome"] for attempt in store.ledger.attempts(NOON.date())] == ["refused", "sound"]
