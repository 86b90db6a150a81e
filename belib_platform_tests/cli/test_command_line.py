"""`belib` in a fresh interpreter: quick to help, and no trace of a command that only looks."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("adbc_driver_postgresql", "dagster", "psycopg", "pymongo", "sqlalchemy")


def test_help_imports_nothing_heavy() -> None:
    program = f"import belib_platform.cli.app, sys; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_status_works_where_nothing_runs_and_makes_nothing(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    command = [sys.executable, "-c", "from belib_platform.cli.app import main; main()", "status"]
    shown = subprocess.check_output(command, env={**clean, "BELIB_HOME": str(tmp_path)}, cwd=tmp_path, text=True)
    assert shown.count("does not run") == 4
    assert list(tmp_path.iterdir()) == []
