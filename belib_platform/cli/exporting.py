"""`belib export`: write the tables to files."""

from rich.table import Table

from belib_platform.cli.progress import console
from belib_platform.cli.session import session

BY_MONTH = "charge_point_status_export"


class ExportError(Exception):
    """Some files could not be written and are unchanged; the message says why."""


def export() -> None:
    """Write the tables to CSV and Parquet files in BELIB_HOME/exports, with a data card. Long tables are by month.

    Also writes episodes: status periods merged across midnight, so that an outage of several days is one row.
    Does not write files that would not change. Exits with 1 if a file could not be written.
    """
    with session() as instance:
        from belib_platform.dagster_internals.running import run_here
        from belib_platform.jobs import SILENT
        from belib_platform.jobs import export as job
        from belib_platform.repair.rebuild import failure_of

        result = run_here(instance, job.name, SILENT)
        if not result.success:
            raise ExportError(failure_of(result))
        made = [event.step_materialization_data.materialization for event in result.get_asset_materialization_events()]
    table = Table("asset", "files", "written", "bytes")
    for asset in made:
        files, written, size = (str(asset.metadata[name].value) for name in ("file_count", "files_written", "bytes"))
        table.add_row(asset.asset_key.to_user_string(), files, written, size)
    console.print(table)
    if any(asset.asset_key.to_user_string() == BY_MONTH and not asset.metadata["file_count"].value for asset in made):
        console.print("There are no observations of past days: these files have no rows.")
    console.print(str(made[0].metadata["folder"].value), highlight=False, soft_wrap=True)
