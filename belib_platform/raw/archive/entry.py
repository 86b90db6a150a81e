"""One line of the manifest: what was archived of a UTC day, and the hash that ties it to the line before."""

import hashlib
import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

FORMAT: Literal[1] = 1

NOTHING_BEFORE = "0" * 64
"""`previous_sha256` of the first line."""

_LINE = re.compile(r'(\{.*),"entry_sha256":"([0-9a-f]{64})"\}')

_FILE = re.compile(r"[0-9]{4}/belib_raw_[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.r([0-9]{1,9}))?\.tar\.zst")

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class LineError(Exception):
    """A line is not an entry; the message says why, `entry_sha256` is the hash it claims, where it claims one."""

    def __init__(self, reason: str, entry_sha256: str | None = None) -> None:
        super().__init__(reason)
        self.entry_sha256 = entry_sha256


def file_name(day: date, revision: int) -> str:
    """The file of a day's revision, relative to the archive's folder."""
    again = f".r{revision}" if revision > 1 else ""
    return f"{day:%Y}/belib_raw_{day.isoformat()}{again}.tar.zst"


def revision_of(file: str) -> int:
    """The revision in a file's name; 0 if it is not the name of an archived day."""
    found = _FILE.fullmatch(file)
    return int(found[1] or 1) if found else 0


class Entry(BaseModel):
    """A day in the archive; a later entry of the same day supersedes it.

    `sha256` and `bytes` are the file's. `content_sha256` is that of `pages.jsonl` and `ledger.jsonl` in it, and covers
    the bodies, whose hashes are in `pages.jsonl`. `made_at` is hashed, too, so that no one can change it later.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    day: date
    revision: int = Field(ge=1)
    file: str
    bytes: Count
    sha256: Sha256
    content_sha256: Sha256
    pages: dict[str, dict[Literal["sound", "refused"], Count]]
    ledger_rows: Count
    body_bytes: Count
    made_at: AwareDatetime
    previous_sha256: Sha256

    @model_validator(mode="after")
    def _names_its_own_file(self) -> Self:
        if self.file != file_name(self.day, self.revision):
            raise ValueError(f"the file of this day and revision is {file_name(self.day, self.revision)}")
        return self

    @property
    def page_count(self) -> int:
        """Number of responses of all collections, including refused ones."""
        return sum(sum(verdicts.values()) for verdicts in self.pages.values())

    @property
    def entry_sha256(self) -> str:
        """The hash that the line ends with and the next line begins from."""
        return hashlib.sha256(self._hashed().encode()).hexdigest()

    def line(self) -> str:
        """The line, without its end."""
        return f'{self._hashed()},"entry_sha256":"{self.entry_sha256}"}}'

    def _hashed(self) -> str:
        return self.model_dump_json().removesuffix("}")


def parse_line(line: str) -> Entry:
    """The entry of a line. Raises LineError when a single byte is not what was hashed, or not an entry's."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise LineError("the line is not one of a manifest")
    hashed, entry_sha256 = found.groups()
    if hashlib.sha256(hashed.encode("utf-8", "surrogateescape")).hexdigest() != entry_sha256:
        raise LineError("the line is not the one whose SHA-256 it carries", entry_sha256)
    try:
        entry = Entry.model_validate_json(f"{hashed}}}")
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise LineError("; ".join(wrong), entry_sha256) from error
    if entry.line() != line:
        raise LineError("the line says the same in another spelling than a manifest's", entry_sha256)
    return entry
