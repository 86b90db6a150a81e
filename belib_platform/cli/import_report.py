"""The summary of an import, printed and written to a report: imported, rejected and skipped files, and warnings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from belib_platform.cli.progress import console
from belib_platform.markdown import literal
from belib_platform.recordings.inbox.folders import printable

if TYPE_CHECKING:
    from belib_platform.recordings.import_result import ImportResult
    from belib_platform.warehouse.rejected import Rejected

NAMED = 20
"""Number of skipped files that are printed; the report names all."""


@dataclass
class ImportReport:
    """Result of an import: stored responses, rejected records, and failures after the responses were stored.

    `failures` are sentences. `began_at` is in UTC.
    """

    path: Path
    began_at: datetime
    imported: "ImportResult"
    rejected: list["Rejected"] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether there were files, every file was imported, and every day computed."""
        return not (self.imported.refused or self.failures or self.imported.is_empty)

    def show(self, reports: Path) -> None:
        """Print the summary. If not everything was imported without remarks, write a report to the folder `reports`."""
        if self.imported.sound:
            console.print(self._table())
        refused, warned, rejected = self.imported.refused, self._warned(_markup), self._rejected(_markup)
        for line in warned:
            _say(f"[yellow]warning[/yellow] {line}")
        for line in rejected:
            _say(f"[yellow]rejected[/yellow] {line}")
        for file, reason in refused[:NAMED]:
            _say(f"[red]not imported[/red] {_markup(file)}: {_markup(reason)}")
        if len(refused) > NAMED:
            _say(f"[red]not imported[/red] {len(refused) - NAMED:,} more, named in the report")
        if self.imported.is_empty and not self.failures:
            _say(f"Nothing was imported: {escape(str(self.path))} contains no file that could be a recording.")
        for failure in self.failures:
            _say(f"[red]failed[/red] {_markup(failure)}")
        if refused or self.failures or warned or rejected:
            self._write(reports)

    def _table(self) -> Table:
        table = Table("source", "sound", "new", "UTC days")
        for name, sound in self.imported.sound.items():
            days = sorted(self.imported.days[name])
            table.add_row(name, str(sound), str(self.imported.new[name]), f"{days[0]} to {days[-1]} ({len(days)})")
        return table

    def _warned(self, shown: Callable[[str], str]) -> list[str]:
        warnings = sorted(self.imported.warnings.values(), key=lambda warned: -warned.count)
        return [f"{shown(w.warning)} ({_each(w.count)} {shown(w.file)})" for w in warnings]

    def _rejected(self, shown: Callable[[str], str]) -> list[str]:
        return [
            f"{r.record_count:,} × {r.rule} ({_files(r.page_count)} {shown(self.imported.files[r.page_id])})"
            for r in self.rejected
        ]

    def _write(self, reports: Path) -> None:
        path = reports / f"import-{self.began_at:%Y-%m-%dT%H%M%S.%f}Z.md"
        try:
            reports.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([*self._lines(), ""]), encoding="utf-8", errors="replace")
        except OSError as error:
            _say(f"[red]failed[/red] The report could not be written: {escape(str(error))}")
        else:
            _say(f"Report: {escape(str(path))}")

    def _lines(self) -> Iterator[str]:
        imported = self.imported
        yield from (f"# Import of {literal(str(self.path))}", "", f"Started at {self.began_at:%Y-%m-%d %H:%M:%S} UTC.")
        yield from ("", "## Imported", "")
        yield from (f"- {name}: {sound:,} sound, {imported.new[name]:,} new" for name, sound in imported.sound.items())
        yield from ("", f"## Not imported ({len(imported.refused):,})", "")
        yield from (f"- {literal(file)}: {literal(reason)}" for file, reason in imported.refused)
        yield from ("", "## Warnings about imported files", "")
        yield from (f"- {line}" for line in self._warned(literal))
        yield from ("", "## Rejected records, stored in clean.rejected_record", "")
        yield from (f"- {line}" for line in self._rejected(literal))
        yield from ("", "## Failures after the responses were stored", "")
        yield from (f"- {literal(failure)}" for failure in self.failures)


def _files(count: int) -> str:
    return "in" if count == 1 else f"in {count:,} files, such as"


def _each(count: int) -> str:
    """Numbers in a warning are per file, so several files are introduced by `each`."""
    return "in" if count == 1 else f"in each of {count:,} files, such as"


def _markup(text: str) -> str:
    return escape(printable(text))


def _say(line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True)
