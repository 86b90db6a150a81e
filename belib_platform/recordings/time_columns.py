"""The column that holds when each record was fetched: found by its name, and its values as instants."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from belib_platform.recordings.time_patterns import to_the_millisecond
from belib_platform.sources.calendar_bounds import YEARS, in_utc
from belib_platform.sources.field_types import EPOCH
from belib_platform.sources.registry import SOURCES

_NAMES = re.compile(
    r"(?:fetch(?:ed)?|scraped?|scraping|retriev(?:ed|al)|collect(?:ed|ion)|quer(?:y|ied)|request(?:ed)?|crawl(?:ed)?"
    r"|poll(?:ed)?|download(?:ed)?|captured?|extract(?:ed|ion)|snapshot|recorded)_?(?:at|on|time|timestamp|datetime|date)"
    r"|timestamp|(?:date|heure|horodatage)_?(?:de_?)?(?:la_?)?(?:collecte|extraction|requete|recuperation)"
)
"""Usual names of the column, in lower case. Times of the operator or the portal have other names."""

PUBLISHED_TIMES = {"record_timestamp", "date_maj"} | {
    title
    for source in SOURCES.values()
    if source.layout
    for column in source.layout.columns
    for title in (*column.source_names, column.label)
}
"""Columns with times of the operator or the portal, not with fetch times."""

_EPOCH = re.compile(EPOCH)

_WORDY_OFFSET = re.compile(r"\s*(?:UTC|GMT)$|\s+([+-]\d{2}:?\d{2})$")
"""Offsets as ISO 8601 does not write them."""


def is_fetch_time_name(name: str) -> bool:
    """Whether a column of this name holds fetch times."""
    snake_case = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).casefold()
    return _NAMES.fullmatch(re.sub(r"[\W_]+", "_", snake_case).strip("_")) is not None


@dataclass(frozen=True)
class GivenTimeColumn:
    """The user's options for the column of fetch times; each may be left open.

    `field` is its name; without it, or in a file without such a column, a column is used whose name shows it. Times
    without a zone are in `zone` (UTC if only the field is named). `written` reads a text of the named field.
    """

    field: str | None = None
    zone: tzinfo | None = None
    written: Callable[[str], datetime | None] | None = None

    def column(self, names: Sequence[str]) -> "TimeColumn | None":
        """The column of fetch times among these, or None."""
        if self.field in names and self.field not in PUBLISHED_TIMES:
            return TimeColumn(str(self.field), TimeReader(self.zone or UTC, self.written), is_named=True)
        shown = next(filter(is_fetch_time_name, names), None)
        return TimeColumn(shown, TimeReader(self.zone), is_named=False) if shown else None

    def unless(self, other: "GivenTimeColumn") -> "GivenTimeColumn":
        """These options, completed by those of `other`."""
        return GivenTimeColumn(self.field or other.field, self.zone or other.zone, self.written or other.written)


class NoZoneError(ValueError):
    """A time has no zone, and the user named none."""


@dataclass(frozen=True)
class TimeReader:
    """How the values of such a column are read.

    `zone` is that of times written without one; if it is None, they are refused. `written`, if given, reads a whole
    text (like `time_patterns.cell_reader`); else texts are ISO 8601, and numbers seconds or milliseconds since 1970.
    """

    zone: tzinfo | None = None
    written: Callable[[str], datetime | None] | None = None

    def instant(self, value: object) -> datetime | None:
        """The UTC instant, to the millisecond, or None where there is none to be read.

        A local time that the zone has twice or never, when clocks change, is none. Raises NoZoneError.
        """
        match value:
            case datetime():
                found: datetime | None = value
            case {"$date": inner}:
                return self.instant(inner)
            case bool():
                return None
            case int() | float():
                found = _since_1970(str(value))
            case str():
                found = self._in_text(value.strip())
            case _:
                return None
        utc = in_utc(partial(found.astimezone, UTC)) if found else None
        return to_the_millisecond(utc) if utc else None

    def _in_text(self, text: str) -> datetime | None:
        found = self.written(text) if self.written else _iso_or_since_1970(text)
        return found if found is None or found.tzinfo else self._placed(found)

    def is_written(self, value: object) -> bool:
        """Whether a text matches the user's time format, if any; True for other types and blank texts."""
        text = value.strip() if isinstance(value, str) else ""
        return self.written is None or not text or self.written(text) is not None

    def _placed(self, local: datetime) -> datetime | None:
        if self.zone is None:
            raise NoZoneError
        if local.year not in YEARS:
            return None
        early, late = (local.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        return early if early.utcoffset() == late.utcoffset() else None


@dataclass(frozen=True)
class TimeColumn:
    """The column that holds when each record was fetched; `is_named` if the user named it."""

    name: str
    reader: TimeReader
    is_named: bool


def _iso_or_since_1970(text: str) -> datetime | None:
    if _EPOCH.fullmatch(text):
        return _since_1970(text)
    if len(text) <= len("2025-10-26"):
        return None  # a day is no instant
    try:
        return datetime.fromisoformat(_WORDY_OFFSET.sub(lambda match: match[1] or "+00:00", text))
    except ValueError:
        return None


def _since_1970(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text) / (1000 if len(text.partition(".")[0]) > 10 else 1)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
