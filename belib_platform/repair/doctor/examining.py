"""Compare every layer with the one before, day by day: differences, remarks, and what could not be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from belib_platform.repair.doctor.archived import archive_and_raw, raw_and_archive
from belib_platform.repair.doctor.attempts import attempts_forgotten
from belib_platform.repair.doctor.borders import borders_and_raw
from belib_platform.repair.doctor.documents import hours_and_mart, present_and_tables
from belib_platform.repair.doctor.finding import Finding
from belib_platform.repair.doctor.ledger import ledger_and_raw
from belib_platform.repair.doctor.points import points_and_days
from belib_platform.repair.doctor.readable import raw_is_readable
from belib_platform.repair.doctor.refolded import clean_and_raw, mart_and_clean
from belib_platform.repair.doctor.statistics import statistics_and_days
from belib_platform.repair.doctor.stores import Stores
from belib_platform.repair.doctor.unreadable import ARCHIVE, ELASTICSEARCH, MONGO, POSTGRES, UnreadableError, named


class Layer(NamedTuple):
    """One comparison of a UTC day, and what must be readable for it."""

    compare: Callable[[Stores, date], Iterator[Finding]]
    needs: frozenset[str]


ARCHIVED = Layer(raw_and_archive, frozenset({MONGO, ARCHIVE}))
"""While raw lacks or changed what was archived, nothing else is compared with it."""

READABLE = Layer(raw_is_readable, frozenset({MONGO}))
"""Nor while a document cannot be read: every other comparison of the day would fail."""

RAW = [
    Layer(ledger_and_raw, frozenset({MONGO})),
    Layer(attempts_forgotten, frozenset({MONGO, POSTGRES})),
]
"""While these differ, the day is not made again: rows made from fewer responses would replace complete ones."""

CLEAN = Layer(clean_and_raw, frozenset({MONGO, POSTGRES}))

AFTER = [
    Layer(mart_and_clean, frozenset({POSTGRES})),
    Layer(hours_and_mart, frozenset({POSTGRES, ELASTICSEARCH})),
    Layer(archive_and_raw, frozenset({MONGO, ARCHIVE})),
]


@dataclass
class Examined:
    """Findings in the order of the days, and a sentence for each store that could not be read, by its name."""

    findings: list[Finding] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def differences(self) -> list[Finding]:
        """What was found and is no mere remark."""
        return [finding for finding in self.findings if not finding.is_remark]

    @property
    def is_well(self) -> bool:
        """Whether everything could be read and nothing differs."""
        return not self.differences and not self.unreadable


def examine(stores: Stores, days: Iterable[date], progress: Callable[[int], None] = lambda _: None) -> Examined:
    """Compare every layer of these UTC days with the one before, one day in memory at a time; nothing is written.

    A store that cannot be read is named once, and costs only the comparisons that need it.
    """
    found = Examined()
    _whole(stores, found, points_and_days, frozenset({POSTGRES}))
    for day in days:
        _raw_of_day(stores, found, day)
        for layer in AFTER:
            _of_day(stores, found, layer, day)
        progress(1)
    _whole(stores, found, borders_and_raw, frozenset({MONGO, POSTGRES}))
    _whole(stores, found, statistics_and_days, frozenset({POSTGRES}))
    _whole(stores, found, present_and_tables, frozenset({MONGO, POSTGRES, ELASTICSEARCH}))
    return found


def _raw_of_day(stores: Stores, found: Examined, day: date) -> None:
    """Compare raw, the ledger and the tables made from them, as far as raw can be trusted.

    If the archive cannot be read, no command is named: raw itself may be damaged.
    """
    if _of_day(stores, found, ARCHIVED, day) or _of_day(stores, found, READABLE, day):
        return
    is_known = not ARCHIVED.needs & found.unreadable.keys()
    begun = len(found.findings)
    raw = [finding for layer in RAW for finding in _of_day(stores, found, layer, day)]
    if all(finding.is_remark for finding in raw):
        _of_day(stores, found, CLEAN, day)
    if not is_known:
        found.findings[begun:] = [replace(finding, remedy=None) for finding in found.findings[begun:]]


def _of_day(stores: Stores, found: Examined, layer: Layer, day: date) -> list[Finding]:
    begun = len(found.findings)
    _whole(stores, found, lambda s: layer.compare(s, day), layer.needs)
    return found.findings[begun:]


def _whole(
    stores: Stores, found: Examined, compare: Callable[[Stores], Iterator[Finding]], needs: frozenset[str]
) -> None:
    if needs & found.unreadable.keys():
        return
    try:
        with named():
            found.findings += list(compare(stores))
    except UnreadableError as error:
        found.unreadable[error.what] = str(error)
