"""Results are kept with all they depend on, and a slower commit shows."""

import json
from pathlib import Path
from typing import Any

import pytest

from belib_platform_tests.bench import year
from belib_platform_tests.bench.results import BEGIN, DOCUMENT, END, FOLDER, HISTORY, LATEST, Row, document, keep


def results(commit: str, ours: float = 3.0, processor: str = "a processor") -> dict[str, Any]:
    """What one run of the benchmark found."""
    rows = [Row("A day", "ours", [ours]), Row("A day", "theirs", [9.0], extrapolated_from="12 of 288 polls")]
    return {
        "date": "2026-11-27T12:00:00+00:00",
        "commit": commit,
        "load": "a day",
        "machine": {"processor": processor, "cores": 2, "memory_gib": 8, "system": "Linux", "load_before": 0.1},
        "versions": {"python": "3.11.7"},
        "rows": [vars(row) | {"median": row.median} for row in rows],
    }


def test_a_slower_commit_shows(tmp_path: Path) -> None:
    assert keep(results("first"), tmp_path) == []
    assert keep(results("elsewhere", ours=60, processor="another"), tmp_path) == []
    assert keep(results("second", ours=3.1), tmp_path) == []
    assert keep(results("third", ours=6.2), tmp_path) == ["A day: ours: 6.20, and 3.10 at second"]
    history = [json.loads(line) for line in (tmp_path / HISTORY).read_text("utf-8").splitlines()]
    assert [line["commit"] for line in history] == ["first", "elsewhere", "second", "third"]
    assert json.loads((tmp_path / LATEST).read_text("utf-8")) == results("third", ours=6.2)


def test_the_document_shows_the_newest_results() -> None:
    shown = document(f"before\n{BEGIN}old\n{END}after\n", results("third"))
    assert shown.startswith("before\n")
    assert shown.endswith("after\n")
    assert "old" not in shown
    assert "| theirs | 9.00 s |  | extrapolated from 12 of 288 polls |" in shown
    assert document(shown, results("third")) == shown


@pytest.mark.parametrize(("folder", "begin"), [(FOLDER, BEGIN), (year.RESULTS, year.BEGIN)], ids=["bench", "year"])
def test_the_document_is_not_stale(folder: Path, begin: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert document(text, json.loads((folder / LATEST).read_text("utf-8")), begin) == text


def test_each_table_of_a_document_has_its_own_place() -> None:
    text = f"before\n{BEGIN}old\n{END}between\n{year.BEGIN}old\n{END}after\n"
    shown = document(document(text, results("first")), results("second"), year.BEGIN)
    assert "old" not in shown
    assert shown.index("`first`") < shown.index("between") < shown.index("`second`") < shown.index("after")
