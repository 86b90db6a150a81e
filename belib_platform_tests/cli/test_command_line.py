"""`belib` in a fresh interpreter: quick to help, and one sentence for what a user can mend."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("adbc_driver_postgresql", "dagster", "psycopg", "pymongo", "sqlalchemy")


def belib(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a home, with no other setting than these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    return subprocess.run(
        [sys.executable, "-c", "from belib_platform.cli.app import main; main()", *arguments],
        env={**clean, "BELIB_HOME": str(home), **variables},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    program = f"import belib_platform.cli.app, sys; print([name for name in {HEAVY} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "[]\n"


def test_status_works_where_nothing_runs_and_makes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    result = belib(home, "status")
    assert result.returncode == 0
    assert result.stdout.count("does not run") == 4
    assert list(home.iterdir()) == []


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    result = belib(tmp_path, "status", BELIB_MONGO_URL="http://example")
    assert result.returncode == 2
    assert "BELIB_MONGO_URL" in result.stderr
    assert "mongodb://" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_store_that_does_not_answer_is_a_sentence_and_exit_code_1(tmp_path: Path) -> None:
    nowhere = "postgresql://u:secret@127.0.0.1:1/belib"
    result = belib(
        tmp_path, "rebuild", "2026-01-01", BELIB_MONGO_URL="mongodb://127.0.0.1:1", BELIB_POSTGRES_URL=nowhere
    )
    assert result.returncode == 1
    assert "PostgreSQL does not answer" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr
