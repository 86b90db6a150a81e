"""Imports what was dropped into the inbox, rebuilds its days, and moves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from belib_platform.files.file_faults import why_not_read
from belib_platform.markdown import literal
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import Found, find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.inbox.folders import Inbox, signature_of
from belib_platform.recordings.inbox.moving import REPORT, Moved, move_imported
from belib_platform.recordings.recording import Unreadable
from belib_platform.settings import Settings

NAMED = 20
"""Maximum number of refused files in a run's metadata; the report has all."""


@dataclass(frozen=True)
class Outcome:
    """Result of an import from the inbox, and where the files were moved; None if they changed and therefore stay."""

    imported: ImportResult
    moved: Moved | None

    def metadata(self) -> dict[str, Any]:
        """Counts and places for the run's page in Dagster."""
        refused = [f"- {literal(shown)}: {literal(reason)}" for shown, reason in self.imported.refused]
        warnings = [
            f"- {literal(w.warning)} ({w.count:,} responses, such as {literal(w.file)})"
            for w in self.imported.warnings.values()
        ]
        days = {day for of_source in self.imported.days.values() for day in of_source}
        return {
            "sound": sum(self.imported.sound.values()),
            "new": sum(self.imported.new.values()),
            "refused": len(refused),
            "utc_days": len(days),
            **{f"sound_{source}": count for source, count in self.imported.sound.items()},
            **({"not_taken": dg.MetadataValue.md("\n".join(refused[:NAMED]))} if refused else {}),
            **({"warnings": dg.MetadataValue.md("\n".join(warnings[:NAMED]))} if warnings else {}),
            "done": str(self.moved.done) if self.moved and self.moved.done else "",
            "report": str(self.moved.refused / REPORT) if self.moved and self.moved.refused else "",
        }


def import_dropped(
    instance: dg.DagsterInstance, inbox: Inbox, name: str, signature: str, settings: Settings, store: RawStore
) -> Outcome:
    """Import what was dropped under a name, rebuild its days, and move it.

    It stays in the inbox until all is done, since importing again changes nothing, and also if it changes meanwhile.
    Raises InboxError for an unknown name, RebuildError if a day could not be made.
    """
    from belib_platform.repair.rebuild import rebuild_imported

    path = inbox.path_of(name)
    if signature_of(path) != signature:
        return Outcome(ImportResult(), None)
    result = import_recordings(_found(path), settings, store)
    rebuild_imported(instance, result.days, result.refused_days)
    if signature_of(path) != signature:
        return Outcome(result, None)
    return Outcome(result, move_imported(inbox, path, result.refused, result.refused_files))


def _found(path: Path) -> Iterator[Found]:
    is_folder = path.is_dir() and not path.is_symlink()
    if not is_folder and (reason := why_not_read(path)):
        yield Unreadable(path, reason)
    else:
        for found in find_recordings(path):
            # the report of an earlier import may be dropped again with the refused files
            if not (isinstance(found, Unreadable) and found.path == path / REPORT):
                yield found
