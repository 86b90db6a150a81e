"""Exports live in files below the home, for those who have no database."""

from collections.abc import Mapping, Sequence

import dagster as dg

from belib_platform.dagster_internals.one_sentence import in_one_sentence
from belib_platform.dagster_internals.step_duration import seconds_so_far
from belib_platform.exports.data_card import CARD
from belib_platform.exports.files import FileSet, exports_folder, write_files
from belib_platform.exports.links import link
from belib_platform.settings import load_settings


class FilesIOManager(dg.ConfigurableIOManager):
    """Writes the files that would differ, each whole or not at all."""

    def handle_output(self, context: dg.OutputContext, obj: Sequence[FileSet]) -> None:
        """Write what is not current below `exports/`; the others are not touched."""
        folder = exports_folder(load_settings())
        with in_one_sentence(context.step_context):
            written = write_files(folder, obj)
        sizes = {path: (folder / path).stat().st_size for made in obj for path in made.files}
        tables = [path for path in sizes if path.endswith(".csv")]
        context.add_output_metadata(
            {
                "data_card": dg.MetadataValue.url(link(CARD)),
                **({"csv": dg.MetadataValue.url(link(tables[0]))} if tables else {}),
                "files": dg.MetadataValue.md(_linked(sizes)),
                "folder": dg.MetadataValue.path(str(folder)),
                "file_count": len(sizes),
                "files_written": len(written),
                **({"written": ", ".join(written)} if written else {}),
                "bytes": sum(sizes.values()),
                **seconds_so_far(context),
            }
        )

    def load_input(self, context: dg.InputContext) -> None:
        """Nothing is computed from exported files."""
        raise NotImplementedError(f"{context.asset_key.to_user_string()} is a copy of a table; compute from the table.")


def _linked(sizes: Mapping[str, int]) -> str:
    """Links to the files, Markdown."""
    return "\n".join(f"- [{path}]({link(path)}), {size / 1000:,.0f} kB" for path, size in sizes.items())
