"""An instant at the edge of the calendar costs only what it is the time of, and is named."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.manifest import read_manifest
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.recordings.time_patterns import finder
from belib_platform.sources import open_meteo
from belib_platform.sources.calendar_bounds import YEARS, in_utc
from belib_platform_tests.sources.portal_records import live

JSON = "application/json"
EDGES = [f"{day}{offset}" for day in ("0001-01-01T00:00", "9999-12-31T23:00") for offset in ("+14:00", "-14:00", "Z")]
HOUR = 1_767_268_800


def hours(times: list[Any], offset_s: Any = 7_200) -> bytes:
    columns = {"time": times, "temperature_2m": [10.0] * len(times), "precipitation": [0.0] * len(times)}
    return json.dumps({"utc_offset_seconds": offset_s, "hourly": columns}).encode()


@given(st.datetimes(), st.timezones() | st.none())
def test_an_instant_is_of_a_year_that_everything_can_hold(local: datetime, zone: Any) -> None:
    instant = in_utc(partial(local.replace, tzinfo=zone))
    assert instant is None or (instant.year in YEARS and instant.tzinfo is UTC)
    assert instant is not None or local.year in (1, 2, 9998, 9999)


@pytest.mark.parametrize("error", [ValueError, OverflowError, OSError])
def test_what_cannot_be_read_is_no_instant(error: type[Exception]) -> None:
    def read() -> datetime:
        raise error

    assert in_utc(read) is None


@pytest.mark.parametrize(
    "time", [*EDGES, "0001-01-01T00:00", "9999-12-31T23:00", 1e400, 10**30, -(10**12), True, False]
)
def test_one_hour_costs_only_itself(time: Any) -> None:
    for offset in (7_200, -7_200):
        decoded = open_meteo.decode(hours(["2026-01-01T12:00", "2026-01-01T13:00", time], offset), JSON)
        assert decoded.frame["interval_s"].to_list() == [3_600] * 2
        assert decoded.rejects["rule"].to_list() == ["time_is_readable"]


@pytest.mark.parametrize("offset_s", [10**11, -(10**11), 10**14, 10**400, True])
def test_an_offset_beyond_the_calendar_is_refused(offset_s: int) -> None:
    verdict = open_meteo.OPEN_METEO.judge(hours(["2026-01-01T12:00", "2026-01-01T13:00"], offset_s), JSON)
    assert not verdict.is_sound
    assert verdict.reason


@pytest.mark.parametrize("far", [HOUR + 2**31, HOUR + 2**32, -(2**31), 250_000_000_000])
@pytest.mark.parametrize("near", [1, 2, 30])
def test_hours_a_lifetime_apart_make_no_step(far: int, near: int) -> None:
    decoded = open_meteo.decode(hours([*(HOUR + 3_600 * n for n in range(near)), far]), JSON)
    assert decoded.frame["interval_s"].unique().to_list() == [3_600]


@pytest.mark.parametrize("at", EDGES)
@pytest.mark.parametrize("field", ["fetched_at", "received_at"])
def test_one_line_of_a_manifest_costs_only_itself(at: str, field: str) -> None:
    lines = [json.dumps({"file": "a.json", field: at}), json.dumps({"file": "b.json"})]
    manifest = read_manifest("\n".join(lines), {"a.json", "b.json"}, lambda _: False)
    assert list(manifest.entries) == ["b.json"]
    assert [fault.partition(":")[0] for fault in manifest.faults] == ["line 1"]


def fail_with(error: BaseException) -> Callable[[str], bool]:
    def leads_out(name: str) -> bool:
        if name == "a.json":
            raise error
        return False

    return leads_out


@pytest.mark.parametrize("error", [OverflowError("x"), KeyError("x"), pl.exceptions.PanicException("x")])
def test_a_line_whose_reading_fails_costs_only_itself(error: BaseException) -> None:
    lines = "\n".join(json.dumps({"file": name}) for name in ("a.json", "b.json"))
    manifest = read_manifest(lines, {"a.json", "b.json"}, fail_with(error))
    assert (list(manifest.entries), len(manifest.faults)) == (["b.json"], 1)


@pytest.mark.parametrize("name", ["00010101T000000+1400.json", "99991231T235959-1400.json", "00010101T000000Z.json"])
def test_one_file_name_costs_only_its_file(tmp_path: Path, name: str) -> None:
    pattern = "%Y%m%dT%H%M%S%z"
    assert finder(pattern)(name) is None
    for each in (name, "20260101T120000Z.json"):
        (tmp_path / each).write_bytes(json.dumps([live(0)]).encode())
    found = list(find_recordings(tmp_path, time_format=pattern))
    assert [item.path.name for item in found if isinstance(item, Unreadable)] == [name]
    assert [item.path.name for item in found if isinstance(item, Recording)] == ["20260101T120000Z.json"]
