"""The folder of Dagster's instance: its configuration, and the workspace file that `belib up` loads."""

from pathlib import Path

from belib_platform.dagster_internals.code_location import DEFINITIONS, NAME

INSTANCE = """\
# Written by belib; changes are overwritten. The values named `env` come from the environment belib gives.
storage:
  postgres:
    postgres_url: {env: BELIB_DAGSTER_STORAGE}
concurrency:
  runs:
    max_concurrent_runs: 4
    tag_concurrency_limits: # one import from the inbox at a time, and one run for stale days; the others wait queued
      - {key: belib/inbox, limit: 1}
      - {key: belib/stale, limit: 1}
  pools: {granularity: op, default_limit: 1} # one run at a time asks one API
run_queue:
  dequeue_interval_seconds: 1
run_monitoring: # the launcher does not notice a killed worker: its run would stay started and keep its slot
  enabled: true
  start_timeout_seconds: 120
  max_runtime_seconds: 14400
  poll_interval_seconds: 30
  free_slots_after_run_end_seconds: 60
run_retries:
  enabled: true
  max_retries: 0
  retry_on_asset_or_op_failure: false
retention:
  schedule: {purge_after_days: {skipped: 7, started: 90, success: 90, failure: 90}}
  sensor: {purge_after_days: {skipped: 7, started: 30, success: 30, failure: 90}}
telemetry:
  enabled: false
nux: # no sign-up dialogue
  enabled: false
"""


def workspace_of(folder: Path) -> Path:
    """Path of the workspace file of an instance."""
    return folder / "workspace.yaml"


def write_dagster_home(folder: Path, module: str = DEFINITIONS) -> Path:
    """Write `dagster.yaml` and `workspace.yaml` unless they are up to date; returns the path of the workspace file."""
    folder.mkdir(parents=True, exist_ok=True)
    workspace = workspace_of(folder)
    _write(folder / "dagster.yaml", INSTANCE)
    _write(workspace, f"load_from:\n  - python_module: {{module_name: {module}, location_name: {NAME}}}\n")
    return workspace


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
