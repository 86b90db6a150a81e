"""The report of an import shows what others wrote as they wrote it."""

from datetime import UTC, datetime
from pathlib import Path

from belib_platform.cli.import_report import ImportReport
from belib_platform.recordings.import_result import ImportResult, Warned


def test_names_reasons_and_warnings_stand_in_the_report_as_they_are(tmp_path: Path) -> None:
    imported = ImportResult()
    imported.refused.append(("a`b.json", "says <b>[no](https://example.org)</b>"))
    imported.warnings["page"] = Warned(1, "c`.json", "no record has *x*")
    report = ImportReport(tmp_path, datetime(2026, 1, 1, tzinfo=UTC), imported, failures=["_day_ failed"])
    report.show(tmp_path / "reports")
    [written] = (tmp_path / "reports").iterdir()
    lines = written.read_text().splitlines()
    assert "- ``a`b.json``: `says <b>[no](https://example.org)</b>`" in lines
    assert "- `no record has *x*` (in ``c`.json``)" in lines
    assert "- `_day_ failed`" in lines
