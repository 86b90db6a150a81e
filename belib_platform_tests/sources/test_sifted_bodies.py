"""What is remembered of bodies: the same records as sifting gives, of the same bytes only, within a bound."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from belib_platform.sources import belib_realtime, record_body, sifted_bodies
from belib_platform.sources.belib_realtime import LAYOUT
from belib_platform.sources.record_body import CSV, read_records, sift_records
from belib_platform.sources.records import BodyError
from belib_platform.sources.sifted_bodies import SiftedBodies
from belib_platform_tests.sources.portal_records import live

JSON = "application/json"


def body(*points: int) -> bytes:
    return json.dumps([live(point) for point in points]).encode()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> SiftedBodies:
    memory = SiftedBodies()
    monkeypatch.setattr(record_body, "_SIFTED", memory)
    return memory


def test_a_body_is_sifted_once(memory: SiftedBodies) -> None:
    first = sift_records(body(0, 1), JSON, LAYOUT)
    copy = bytes(bytearray(body(0, 1)))
    assert sift_records(copy, JSON, LAYOUT) is first
    assert memory.find(copy, JSON, LAYOUT) is not None


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), max_size=8))
def test_what_is_remembered_reads_as_if_it_were_the_first_time(bodies: list[list[int]]) -> None:
    for points in bodies * 2:
        sent = body(*points)
        found = read_records(sent, JSON, LAYOUT)
        anew = record_body._sift(sent, JSON, LAYOUT).records
        assert_frame_equal(belib_realtime.read(anew.frame), belib_realtime.decode(sent, JSON).frame)
        assert found.record_count == len(points)


def test_another_media_type_or_layout_is_another_reading(memory: SiftedBodies) -> None:
    sift_records(body(0), JSON, LAYOUT)
    assert memory.find(body(0), CSV, LAYOUT) is None
    assert memory.find(body(0), JSON, LAYOUT.required) is None
    assert sift_records(body(0), JSON, LAYOUT.required).frame.columns == [
        "record_index",
        "charge_point_id",
        "status_word",
    ]


def test_a_body_that_cannot_be_read_is_not_remembered(memory: SiftedBodies) -> None:
    for _ in range(2):
        with pytest.raises(BodyError):
            sift_records(b"[", JSON, LAYOUT)
    assert memory.find(b"[", JSON, LAYOUT) is None


def test_the_oldest_is_forgotten_beyond_the_bound_and_the_newest_never(
    memory: SiftedBodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sifted_bodies, "BYTES_AT_ONCE", 2 * len(body(0)))
    for point in range(3):
        sift_records(body(point), JSON, LAYOUT)
    assert [memory.find(body(point), JSON, LAYOUT) is not None for point in range(3)] == [False, False, True]


def test_the_newest_that_fit_are_kept_whatever_was_before_them(
    memory: SiftedBodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = [body(*range(number, number + points)) for number, points in enumerate((2, 9, 1, 3, 1, 2))]
    newest = [record_body._sift(sent, JSON, LAYOUT).size for sent in bodies[-3:]]
    monkeypatch.setattr(sifted_bodies, "BYTES_AT_ONCE", sum(newest))
    for sent in (*bodies, bodies[-1]):
        sift_records(sent, JSON, LAYOUT)
    assert [memory.find(sent, JSON, LAYOUT) is not None for sent in bodies] == [False] * 3 + [True] * 3
