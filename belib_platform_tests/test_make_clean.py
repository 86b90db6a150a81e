"""`make clean` removes what is simulated and not in use, and leaves everything else."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a real history, a demo's, a home of somebody's, and a link to a home."""
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for home in (".belib", ".belib-demo", ".belib-mine", "elsewhere"):
        (tmp_path / home / "raw").mkdir(parents=True)
    for home in (".belib-demo", "elsewhere"):
        (tmp_path / home / "SIMULATED").write_text("simulated\n")
    (tmp_path / ".belib-link").symlink_to(tmp_path / "elsewhere")
    return tmp_path


def belib(folder: Path, code: int) -> None:
    """A `belib` whose `down` ends with this code."""
    program = folder / ".venv/bin/belib"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "$1 $BELIB_HOME"\nexit {code}\n')
    program.chmod(0o755)


def clean(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    make = ["make", "clean", *arguments]
    return subprocess.run(make, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def homes(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/raw"))


def test_only_simulated_homes_go(folder: Path) -> None:
    belib(folder, 0)
    cleaned = clean(folder)
    assert cleaned.returncode == 0, cleaned.stderr
    assert ".belib-mine stays" in cleaned.stdout
    assert "down .belib-demo" in cleaned.stdout
    assert homes(folder) == [".belib", ".belib-link", ".belib-mine", "elsewhere"]


def test_the_real_history_goes_where_that_is_confirmed(folder: Path) -> None:
    belib(folder, 0)
    assert clean(folder, "CONFIRM=yes").returncode == 0
    assert homes(folder) == [".belib-link", ".belib-mine", "elsewhere"]


def test_a_home_that_is_in_use_stays_and_ends_it(folder: Path) -> None:
    belib(folder, 1)
    assert clean(folder, "CONFIRM=yes").returncode != 0
    assert homes(folder) == [".belib", ".belib-demo", ".belib-link", ".belib-mine", "elsewhere"]
    assert (folder / ".venv").exists()
