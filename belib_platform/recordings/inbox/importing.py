"""Importing what was dropped into the inbox: its pages, its days, and then it moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from belib_platform.files.file_faults import why_not_read
from belib_platform.markdown import literal
from belib_platform.raw.store import RawStore
from belib_platform.recordings.archives import Unreadable
from belib_platform.recordings.found import Found, find_recordings
from belib_platform.recordings.imported import Imported
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.inbox.places import Inbox, signature_of
from belib_platform.recordings.inbox.settling import REPORT, Settled, settle
from belib_platform.settings import Settings

NAMED = 20
"""Things refused that a run's metadata names; the report names all."""


@dataclass(frozen=True)
class Outcome:
    """What an import from the inbox did, and where its parts are now; None where it stays until it has settled."""

    imported: Imported
    settled: Settled | None

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
            "done": str(self.settled.done) if self.settled and self.settled.done else "",
            "report": str(self.settled.refused / REPORT) if self.settled and self.settled.refused else "",
        }


def import_dropped(
    instance: dg.DagsterInstance, inbox: Inbox, name: str, signature: str, settings: Settings, store: RawStore
) -> Outcome:
    """Import what was dropped under a name, make its days again, and move it.

    Importing again changes nothing, so it stays where it is until all is done, and also when it changes meanwhile.
    Raises InboxError for a name that is none, RebuildError where a day could not be made.
    """
    from belib_platform.repair.rebuild import rebuild_imported

    path = inbox.path_of(name)
    if signature_of(path) != signature:
        return Outcome(Imported(), None)
    result = import_recordings(_found(path), settings, store)
    rebuild_imported(instance, result.days, result.refused_days)
    if signature_of(path) != signature:
        return Outcome(result, None)
    return Outcome(result, settle(inbox, path, result.refused, result.refused_files))


def _found(path: Path) -> Iterator[Found]:
    is_folder = path.is_dir() and not path.is_symlink()
    if not is_folder and (reason := why_not_read(path)):
        yield Unreadable(path, reason)
    else:
        for found in find_recordings(path):
            # the report of an earlier time comes back with the files it is about
            if not (isinstance(found, Unreadable) and found.path == path / REPORT):
                yield found
