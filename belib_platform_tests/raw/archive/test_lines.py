"""Heads and ledger rows as lines: whatever they hold comes back."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from belib_platform.raw.archive.lines import (
    ArchivedMetadata,
    Row,
    body_name,
    ledger_jsonl,
    pages_jsonl,
    parse_ledger,
    parse_pages,
)
from belib_platform.raw.response import ResponseMetadata, epoch_ms, instant_of
from belib_platform_tests.raw.archive.days import DAY

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MIDNIGHT = datetime.combine(DAY, time(), UTC)
INSTANTS = st.integers(0, 86_399_999).map(lambda ms: MIDNIGHT + timedelta(milliseconds=ms))
COUNTS = st.integers(-(2**63), 2**63 - 1)


@st.composite
def heads(draw: st.DrawFn) -> ArchivedMetadata:
    fetched_at = draw(INSTANTS)
    head = ResponseMetadata(
        source=draw(st.sampled_from(["belib", "belib_static", "open_meteo"])),
        fetched_at=fetched_at,
        received_at=fetched_at + timedelta(milliseconds=draw(st.integers(0, 10**9))),
        url=draw(st.none() | TEXT),
        status_code=draw(st.none() | COUNTS),
        headers=draw(st.dictionaries(TEXT, TEXT, max_size=3)),
        media_type=draw(TEXT),
        sha256=draw(TEXT),
        record_count=draw(st.none() | COUNTS),
        cadence_s=draw(COUNTS),
        gap_limit_s=draw(st.integers(0, 10**6)),
        origin=draw(st.sampled_from(["poll", "import"])),
        verdict=draw(st.sampled_from(["sound", "refused"])),
        reason=draw(st.none() | TEXT),
        page=draw(st.integers(0, 9)),
    )
    return ArchivedMetadata(**vars(head), collection="raw_belib", file=body_name("raw_belib", head))


VALUES = st.none() | st.booleans() | COUNTS | st.floats(allow_nan=False, allow_infinity=False) | TEXT


@st.composite
def rows(draw: st.DrawFn) -> Row:
    ms, source = epoch_ms(draw(INSTANTS)), draw(TEXT)
    facts: dict[str, Any] = draw(st.dictionaries(TEXT, VALUES, max_size=4))
    return {**facts, "_id": f"{source}/{ms}", "source": source, "fetched_at_ms": ms, "outcome": draw(TEXT)}


@given(st.lists(heads(), max_size=4))
def test_heads_come_back(some: list[ArchivedMetadata]) -> None:
    lines = pages_jsonl(some)
    assert lines.count(b"\n") == len(some)
    assert parse_pages(lines, DAY) == some


@given(st.lists(rows(), max_size=4))
def test_ledger_rows_come_back_with_their_types(some: list[Row]) -> None:
    back = parse_ledger(ledger_jsonl(some), DAY)
    assert [{key: (type(value), value) for key, value in row.items()} for row in back] == [
        {key: (type(value), value) for key, value in row.items()} for row in some
    ]


def test_the_name_of_a_body_says_whose_it_is() -> None:
    instant = instant_of(1_743_249_600_000)
    made = ResponseMetadata(
        source="belib",
        fetched_at=instant,
        received_at=instant,
        url=None,
        status_code=None,
        headers={},
        media_type="",
        sha256="",
        record_count=None,
        cadence_s=300,
        gap_limit_s=900,
        origin="poll",
        verdict="sound",
    )
    assert body_name("raw_belib", made) == "pages/raw_belib/belib_1743249600000_0.body"
