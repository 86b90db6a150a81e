"""Every case, three at a time, and the table of what each cost: `make faults`."""

import json
import sys
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

TESTS = Path(__file__).parents[1]
PLACES = [
    *(str(TESTS / "end_to_end" / f"test_{name}.py") for name in ("archived_month", "doctor")),
    str(TESTS / "deployment" / "test_celery.py"),
    str(TESTS / "warehouse" / "test_any_sequence.py"),
    str(TESTS / "sources" / "test_bounds.py"),
    str(TESTS / "faults"),
]
"""The longest first: at the end nobody waits for one alone."""
ARGUMENTS = ["-q", "-n", "3", "--dist", "worksteal", "-p", "no:cacheprovider", "--tb", "short", "-m", ""]


class Outcomes:
    """Collects what each case reports, from whatever process it ran in."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of a case has ended."""
        told = dict(report.user_properties).get("outcome")
        if report.when == "call" or report.failed:
            case = report.nodeid.partition("[")[2].removesuffix("]") or report.nodeid
            failed = {"case": case, "lost": "?", "doubled": "?", "visible": [], "healed": "no: see above"}
            row = failed if report.failed else json.loads(str(told)) if told else None
            self.rows += [row] if row else []


def print_table(rows: list[dict[str, object]], console: Console) -> None:
    """Case, lost, doubled, visible where, healed after; by case."""
    table = Table(*("case", "lost", "doubled", "visible where", "healed after"))
    for row in sorted(rows, key=lambda row: str(row["case"])):
        visible = ", ".join(row["visible"]) if isinstance(row["visible"], list) else ""
        table.add_row(str(row["case"]), str(row["lost"]), str(row["doubled"]), visible, str(row["healed"]))
    console.print(table)
    console.print(f"{len(rows)} cases")


if __name__ == "__main__":
    outcomes = Outcomes()
    code = pytest.main([*PLACES, *ARGUMENTS, *sys.argv[1:]], plugins=[outcomes])
    print_table(outcomes.rows, Console(width=None if sys.stdout.isatty() else 200))
    sys.exit(code)
