"""Of a file of several snapshots that breaks off what is surely whole is taken, and the cause is named."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from belib_platform_tests.recordings.test_snapshot_files import (
    FIRST,
    FORMS,
    STEP,
    WANTED,
    found_in,
    history,
    lay,
    says,
    written,
)


@pytest.mark.parametrize("form", [".csv", ".json", ".jsonl", ".geojson"])
def test_of_a_file_that_breaks_off_what_is_surely_whole_is_taken(tmp_path: Path, form: str) -> None:
    whole = FORMS[form](history())
    lay(tmp_path, f"belib{form}.gz", gzip.compress(whole)[:-9])
    recordings, refused = found_in(tmp_path)
    assert [item.fetched_at for item in recordings] == [FIRST, FIRST + STEP, FIRST + 2 * STEP]
    assert any("gzip cut short" in reason for reason in refused)
    assert any("may lack records, since the file breaks off" in reason for reason in refused)
    by_point = sorted(history(), key=lambda row: row["id_pdc"])
    lay(tmp_path, f"belib{form}.gz", gzip.compress(FORMS[form](by_point))[:-9])
    assert found_in(tmp_path)[0] == []


BROKEN: dict[str, tuple[str, str, Callable[[bytes, bytes], bytes]]] = {
    "cut": (".gz", "gzip cut short", lambda before, behind: gzip.compress(before + behind[:3])[:-9]),
    "misspelt": ("", "is not whole", lambda before, behind: before + b'"x"' + behind),
}


@pytest.mark.family
@pytest.mark.parametrize("form", [".csv", ".semicolon.csv", ".json", ".pretty.json", ".geojson"])
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("name", ["belib", "belib_20251026T200000Z"])
def test_wherever_a_file_breaks_off_the_snapshots_before_are_taken_and_the_cause_is_named(
    tmp_path: Path, form: str, broken: str, name: str
) -> None:
    whole = FORMS[form](history(3))
    suffix, cause, breaking = BROKEN[broken]
    ids = [at for at in range(len(whole)) if whole.startswith(b"FR*V75*", at)]
    for record in range(1, 18):
        lay(tmp_path, f"{name}{form}{suffix}", breaking(whole[: ids[record]], whole[ids[record] :]))
        recordings, refused = found_in(tmp_path)
        # that the last one read is whole shows by the first record of the next
        taken = [FIRST + n * STEP for n in range((record - 1) // 6)]
        assert says(recordings) == {at: WANTED[at] for at in taken}
        assert any(cause in reason for reason in refused), refused
        assert not any("differ from record to record" in reason or "no known fetch" in reason for reason in refused)


@pytest.mark.parametrize("form", [".csv", ".json", ".geojson"])
@pytest.mark.parametrize("count", range(1, 8))
def test_of_a_file_that_breaks_off_no_record_of_its_own_time_is_taken_for_a_snapshot(
    tmp_path: Path, form: str, count: int
) -> None:
    rows = [{**row, "fetched_at": written(FIRST + n * STEP, "%Y-%m-%dT%H:%M:%SZ")} for n, row in enumerate(history(1))]
    lay(tmp_path, f"belib{form}", FORMS[form](rows[:count]) + b"\xff")
    recordings, refused = found_in(tmp_path)
    assert recordings == []
    assert refused
