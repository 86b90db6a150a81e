"""What the doctor finds: where a layer differs from the one before, and what repairs it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import groupby

from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.search.hourly_index import HOURLY
from belib_platform.search.present_index import PRESENT as PRESENT_INDICES
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT
from belib_platform.warehouse.made_table import MadeTable
from belib_platform.warehouse.registry import daily_tables, last_known_tables, statistics


def _only(*tables: MadeTable) -> str:
    return "".join(f" --only {table.name}" for table in tables)


def _only_indices(*contracts: type[Contract]) -> str:
    return "".join(f" --only {name(contract)}" for contract in contracts)


class Remedy(Enum):
    """Repairs in the order in which they must run; the value is the command."""

    RESTORE = "belib archive restore {days}"
    ACCEPT = "belib doctor {days} --accept-loss"
    LEDGER = "belib doctor {days} --fix"
    REFOLD = "belib rebuild {days} --full-refresh"
    POINTS = "belib rebuild {days} --full-refresh" + _only(*last_known_tables())
    BORDERS = "belib rebuild {days} --full-refresh" + _only(ARRONDISSEMENT)
    MART = "belib rebuild {days} --full-refresh" + _only(
        *(table for table in daily_tables() if not table.sources and not table.is_record)
    )
    STATISTICS = "belib rebuild {days} --full-refresh" + _only(*statistics())
    HOURS = "belib rebuild {days} --full-refresh" + _only_indices(*(index.contract for index in HOURLY))
    PRESENT = "belib rebuild {days} --full-refresh" + _only_indices(
        *(index.contract for index in PRESENT_INDICES), BelibArrondissements
    )
    ARCHIVE = "belib archive make {days}"

    @property
    def only(self) -> list[str] | None:
        """The assets that a rebuild is limited to; None is all that can be made from raw."""
        return [word.split()[0] for word in self.value.split("--only ")[1:]] or None

    def command(self, first: date, last: date) -> str:
        """The command for a range of UTC days, both included."""
        return self.value.format(days=str(first) if first == last else f"{first} {last}")


@dataclass(frozen=True)
class Finding:
    """A difference in a UTC day, its count and an example; `remedy` is None where no command repairs it.

    A remark is no difference: that responses are in the archive only, for example.
    """

    layer: str
    day: date
    summary: str
    count: int = 0
    example: str = ""
    remedy: Remedy | None = None
    is_remark: bool = False


def commands(findings: Iterable[Finding]) -> Iterator[str]:
    """The commands that repair these, in the order in which they must run; one for each stretch of adjacent days."""
    for remedy, days in remedies(findings).items():
        for first, last in stretches_of(days):
            yield remedy.command(first, last)


def remedies(findings: Iterable[Finding]) -> dict[Remedy, set[date]]:
    """Days by the remedy that they need, in the order of the remedies."""
    wanted: dict[Remedy, set[date]] = {}
    for finding in findings:
        if finding.remedy and not finding.is_remark:
            wanted.setdefault(finding.remedy, set()).add(finding.day)
    return {remedy: wanted[remedy] for remedy in Remedy if remedy in wanted}


def stretches_of(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """First and last of each stretch of adjacent days, oldest first."""
    for _, adjacent in groupby(enumerate(sorted(set(days))), lambda item: item[1] - timedelta(days=item[0])):
        stretch = [day for _, day in adjacent]
        yield stretch[0], stretch[-1]
