"""`manifest.jsonl`: one line per day and revision, each with the hash of the line before; lines are only added."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from belib_platform.files.atomic_write import written_atomically
from belib_platform.files.regular_file import opened_regular
from belib_platform.raw.archive.entry import NOTHING_BEFORE, Entry, LineError, parse_line
from belib_platform.raw.archive.errors import Broken, BrokenError

NAME = "manifest.jsonl"
RULE = "chain_is_unbroken"
LIMIT = 2**26
"""Maximum bytes of a manifest: at 700 per line more than 200 years."""

NAMED = 100
"""Number of broken lines after which reading stops."""


@dataclass
class Chain:
    """The entries of a manifest in the order of the lines, and what is broken in it."""

    entries: list[Entry] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    head: str = NOTHING_BEFORE
    """Hash of the newest line. Noted on another machine, it can later prove that no line up to it was changed."""

    @property
    def newest(self) -> dict[date, Entry]:
        """The newest revision of each day, oldest day first."""
        return dict(sorted({entry.day: entry for entry in self.entries}.items()))


def read_chain(folder: Path) -> Chain:
    """Read the manifest of an archive; broken lines are reported and left out."""
    chain, revisions = Chain(), dict[date, int]()
    for number, line in enumerate(_lines(folder, chain), start=1):
        if len(chain.broken) >= NAMED:
            break
        try:
            entry = parse_line(line)
        except LineError as error:
            chain.broken.append(_broken(None, number, str(error)))
            chain.head = error.entry_sha256 or ""
            continue
        if chain.head not in ("", entry.previous_sha256):
            chain.broken.append(_broken(entry.day, number, "the line before is not the one this line follows"))
        if entry.revision <= revisions.get(entry.day, 0):
            chain.broken.append(_broken(entry.day, number, f"revision {entry.revision} is not newer than the last"))
        revisions[entry.day] = entry.revision
        chain.entries.append(entry)
        chain.head = entry.entry_sha256
    return chain


def append(folder: Path, entry: Entry) -> None:
    """Add a line. The file is replaced atomically, so that a killed process leaves no partial line.

    Raises BrokenError, and writes nothing, if the chain is broken or the entry does not follow its last line.
    """
    chain = read_chain(folder)
    if not chain.broken and chain.head != entry.previous_sha256:
        chain.broken.append(_broken(entry.day, len(chain.entries) + 1, "the entry does not follow the last line"))
    if chain.broken:
        raise BrokenError(*chain.broken)
    path = folder / NAME
    before = path.read_bytes() if path.exists() else b""
    with written_atomically(path) as file:
        file.write(before + entry.line().encode() + b"\n")


def _lines(folder: Path, chain: Chain) -> Iterator[str]:
    try:
        with opened_regular(folder / NAME) as (file, size):
            if not 0 < size <= LIMIT:
                reason = f"it holds more than {LIMIT:,} bytes" if size else "it is empty"
                chain.broken.append(Broken(None, NAME, RULE, reason))
                return
            for line in file:
                text = line.decode("utf-8", "surrogateescape")
                yield text.removesuffix("\n") if text.endswith("\n") else f"{text}…"  # a line without an end is none
    except FileNotFoundError:
        files = sorted(path.name for path in folder.glob("[0-9]*/belib_raw_*.tar.zst"))
        if len(files) > 1:  # a process killed before the first line leaves one
            reason = f"it is not there, although the archive has {len(files):,} files, up to {files[-1]}"
            chain.broken.append(Broken(None, NAME, RULE, reason))
    except OSError as error:
        chain.broken.append(Broken(None, NAME, RULE, error.strerror or str(error)))


def _broken(day: date | None, number: int, reason: str) -> Broken:
    return Broken(day, f"{NAME} line {number}", RULE, reason)
