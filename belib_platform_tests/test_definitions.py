"""The code location in fresh interpreters: it loads with nothing set, and quietly, by either of Dagster's ways."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from belib_platform.definitions import defs

PROJECT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent

LOAD = """
import json, pathlib, sys, warnings
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("default")
    from belib_platform.definitions import defs
    defs.get_repository_def()
print(json.dumps({
    "assets": len(list(defs.resolve_all_asset_specs())),
    "warnings": [str(w.message) for w in seen if "PydanticDeprecated" not in w.category.__name__],
    "modules": sorted(sys.modules),
    "threads": [comm.read_text() for comm in pathlib.Path("/proc/self/task").glob("*/comm")],
}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What an interpreter tells that loads the definitions with an empty environment, far from any `.env`."""
    folder = tmp_path_factory.mktemp("nowhere")
    ended = subprocess.run(
        [sys.executable, "-c", LOAD], env={}, cwd=folder, capture_output=True, text=True, timeout=300, check=True
    )
    assert list(folder.iterdir()) == []
    answer: dict[str, object] = json.loads(ended.stdout)
    return answer


@pytest.mark.slow
def test_it_loads_with_an_empty_environment(loaded: dict[str, int]) -> None:
    assert loaded["assets"] == len(list(defs.resolve_all_asset_specs()))


def test_loading_warns_of_nothing(loaded: dict[str, list[str]]) -> None:
    assert loaded["warnings"] == []


def test_neither_simulator_nor_local_servers_are_loaded_with_the_definitions(loaded: dict[str, list[str]]) -> None:
    assert {name for name in loaded["modules"] if name.startswith(("belib_platform.simulator", "uvicorn"))} == set()
    assert {name for name in loaded["modules"] if name.startswith("belib_platform.local")} == set()
    assert {name for name in loaded["modules"] if name.startswith(("elasticsearch", "elastic_transport"))} == set()


def test_loading_computes_no_frame(loaded: dict[str, list[str]]) -> None:
    """It would start threads of polars, without which a forked process waits for ever."""
    assert [name for name in loaded["threads"] if name.startswith("tokio")] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["dg", "check", "defs"], ["dagster", "definitions", "validate", "-w", "workspace.yaml"]],
    ids=["dg", "workspace"],
)
def test_dagsters_own_commands_find_nothing_wrong(command: list[str], tmp_path: Path) -> None:
    ended = dagster_says(command, tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    said = ended.stdout + ended.stderr
    assert "Error" not in said
    assert "All definitions loaded successfully" in said or "code location belib_platform." in said


def dagster_says(command: list[str], home: Path) -> "subprocess.CompletedProcess[str]":
    """One of Dagster's commands, run in the project on an instance of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BELIB_", "DAGSTER_"))}
    return subprocess.run(
        [str(SCRIPTS / command[0]), *command[1:]],
        env=kept | {"DAGSTER_HOME": str(home), "VIRTUAL_ENV": str(SCRIPTS.parent), "DAGSTER_DISABLE_TELEMETRY": "yes"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
