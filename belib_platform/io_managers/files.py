"""Exports live in files below the home, for those who have no database."""

from collections.abc import Sequence

import dagster as dg

from belib_platform.exports.files import FileSet, exports_folder, write_files
from belib_platform.io_managers.duration import seconds_so_far
from belib_platform.one_sentence import in_one_sentence
from belib_platform.settings import load_settings


class FilesIOManager(dg.ConfigurableIOManager):
    """Writes the files that would differ, each whole or not at all."""

    def handle_output(self, context: dg.OutputContext, obj: Sequence[FileSet]) -> None:
        """Write what is not current below `exports/`; the others are not touched."""
        folder = exports_folder(load_settings())
        with in_one_sentence(context.step_context):
            written = write_files(folder, obj)
        paths = [path for made in obj for path in made.files]
        context.add_output_metadata(
            {
                "folder": dg.MetadataValue.path(str(folder)),
                "files": len(paths),
                "files_written": len(written),
                "written": ", ".join(written),
                "bytes": sum((folder / path).stat().st_size for path in paths),
                **seconds_so_far(context),
            }
        )

    def load_input(self, context: dg.InputContext) -> None:
        """Nothing is computed from exported files."""
        raise NotImplementedError(f"{context.asset_key.to_user_string()} is a copy of a table; compute from the table.")
