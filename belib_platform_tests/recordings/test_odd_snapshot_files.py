"""Files of several snapshots with times or ids in an unusual spelling, and with long records."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import pytest

from belib_platform_tests.recordings.test_snapshot_files import (
    BASIC_FORMS,
    COMPRESS,
    FIRST,
    FORMS,
    STEP,
    WANTED,
    found_in,
    history,
    lay,
    says,
)


@pytest.mark.family
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("characters", "record", "packing"),
    [(70_000, 0, ""), (140_000, 13, ".gz"), (900_000, 0, ".zst"), (900_000, 13, "")],
)
def test_a_long_record_is_one_like_others_wherever_it_is(
    tmp_path: Path, form: str, characters: int, record: int, packing: str
) -> None:
    rows = history()
    for number, row in enumerate(rows):
        row["comment"] = "a, b; " * (characters // 6) if number == record else ""
    lay(tmp_path, f"belib{form}{packing}", COMPRESS[packing](FORMS[form](rows)))
    recordings, refused = found_in(tmp_path)
    assert (says(recordings), refused) == (WANTED, [])


SPELT: dict[str, Callable[[str], str]] = {
    "in lower case": str.lower,
    "with blanks": lambda name: f" {name}\u00a0",
    "with what one does not see": lambda name: name.replace("*", "*\u200b"),
}


@pytest.mark.parametrize("form", BASIC_FORMS)
@pytest.mark.parametrize(("spelt", "every"), [*product(SPELT, [2]), ("in lower case", 3), ("with blanks", 4)])
def test_ids_that_are_spelt_otherwise_are_the_same_ids(tmp_path: Path, form: str, spelt: str, every: int) -> None:
    rows = history()
    for number, row in enumerate(rows):
        if number // 6 % every:
            row["id_pdc"] = SPELT[spelt](row["id_pdc"])
    lay(tmp_path, f"belib{form}", FORMS[form](rows))
    recordings, refused = found_in(tmp_path)
    assert (says(recordings), refused) == (WANTED, [])


@pytest.mark.parametrize("instants", [1, 4])
@pytest.mark.parametrize("form", BASIC_FORMS)
@pytest.mark.parametrize(
    ("stamped", "time_format"),
    [
        ("%Y-%m-%d %H:%M:%S +0200", "%Y-%m-%d %H:%M:%S"),
        ("%Y-%m-%d %I:%M:%S PM", "%Y-%m-%d %H:%M:%S"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y"),
        ("%d/%m/%Y %H:%M", "%Y-%m-%d"),
        ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S"),
    ],
)
def test_a_column_written_otherwise_than_said_refuses_the_file_and_an_example_is_named(
    tmp_path: Path, form: str, stamped: str, time_format: str, instants: int
) -> None:
    rows = history(instants, form=stamped)
    rows[0]["fetched_at"] = ""
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](rows))
    recordings, [reason] = found_in(tmp_path, time_field="fetched_at", time_format=time_format)
    assert recordings == []
    assert reason == f"has a fetched_at that is not written as --time-format says ({FIRST:{stamped}})"


def test_local_times_that_are_there_twice_or_never_are_named_however_they_are_written(tmp_path: Path) -> None:
    rows = history(8, form="%d/%m/%Y %H:%M", field="when", zone=timezone(-timedelta(hours=12.75)))  # from 01:15 on
    lay(tmp_path, "belib.csv", FORMS[".csv"](rows))
    told = {"time_field": "when", "time_format": "%d/%m/%Y %H:%M", "time_zone": "Europe/Paris"}
    recordings, [reason] = found_in(tmp_path, **told)
    before = datetime(2025, 10, 25, 23, 15, tzinfo=UTC)
    behind = datetime(2025, 10, 26, 2, tzinfo=UTC)
    assert [item.fetched_at for item in recordings] == [before, before + STEP, before + 2 * STEP, behind]
    assert reason.startswith("has a record whose when cannot be read (26/10/2025 02:00), and 23 more like it")
