"""Fetch times in file names."""

from datetime import UTC, datetime

import pytest

from belib_platform.recordings.time_patterns import cell_reader, finder, finders


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("belib_rt_2023-01-27T155627Z.json", datetime(2023, 1, 27, 15, 56, 27, tzinfo=UTC)),
        ("20230127T155627Z-export.json.zst", datetime(2023, 1, 27, 15, 56, 27, tzinfo=UTC)),
        ("2022-01-01T000000Z/2023-01-27T155627Z.json", datetime(2023, 1, 27, 15, 56, 27, tzinfo=UTC)),
        ("2023-13-27T155627Z.json", None),
        ("2023-01-27.json", None),
        ("2023-01-27T155627.json", None),
        ("120230127T155627Z.json", None),
    ],
)
def test_the_usual_names(path: str, expected: datetime | None) -> None:
    assert finders()(path) == expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("%Y-%m-%d", "2022-12-02_export_labels.csv", datetime(2022, 12, 2, tzinfo=UTC)),
        ("%Y%m%d_%H%M%S", "data_velib_20250817_174812.json", datetime(2025, 8, 17, 17, 48, 12, tzinfo=UTC)),
        ("%Y/%m/%d/%H.%M", "a/2025/08/17/17.48.json", datetime(2025, 8, 17, 17, 48, tzinfo=UTC)),
        ("%Y-%m-%d %H:%M%z", "x 2025-08-17 17:48+02:00", datetime(2025, 8, 17, 15, 48, tzinfo=UTC)),
        ("%y%j", "x25032", datetime(2025, 2, 1, tzinfo=UTC)),
        ("%%%Y(%m)%d", "%2025(08)17", datetime(2025, 8, 17, tzinfo=UTC)),
    ],
)
def test_names_as_a_pattern_says(pattern: str, path: str, expected: datetime) -> None:
    assert finder(pattern)(path) == expected


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("%B %d", "has %B"),
        ("%H%M", "names no day"),
        ("%Y-%m", "names no day"),
        ("belib", "names no day"),
        ("%Y/%Y-%m-%d", "twice"),
        ("%Y%m%d%", "has %"),
    ],
)
def test_patterns_that_tell_no_day_are_refused(pattern: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        finder(pattern)


@pytest.mark.parametrize("pattern", ["%Y-%m-%d", "%d/%m/%Y %H:%M", "%Y%m%d_%H%M%S", "%Y-%m-%d %H:%M %z"])
@pytest.mark.parametrize(("before", "behind"), [("x", ""), ("", "x"), ("1", ""), ("", "1"), (" ", ""), ("", " +0200")])
def test_a_cell_is_read_only_if_all_of_it_is_written_so(pattern: str, before: str, behind: str) -> None:
    at = datetime(2025, 10, 20, 8, 37, 10, tzinfo=UTC)
    text = f"{at:{pattern}}"
    found = cell_reader(pattern)(text)
    assert found is not None
    assert (f"{found:{pattern}}", found.tzinfo is None) == (text, "%z" not in pattern)
    assert cell_reader(pattern)(f"{before}{text}{behind}") is None
