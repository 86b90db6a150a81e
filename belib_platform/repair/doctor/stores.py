"""The stores that the doctor compares, and what it reads of them once."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.store import RawStore
from belib_platform.search.availability import Basis, wanted_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HOURLY, HourlyIndex
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class Stores:
    """The stores at one instant (UTC). Values are cached, so another comparison needs another object."""

    raw: RawStore
    warehouse: Warehouse
    search: Search
    archive: Archive
    location: str
    now: datetime

    @property
    def inputs(self) -> Inputs:
        """What tables are made from."""
        return Inputs(self.raw, self.warehouse, self.location, self.now)

    @cached_property
    def retired(self) -> set[date]:
        """UTC days whose responses left raw for the archive."""
        return self.raw.retired.all()

    @cached_property
    def entries(self) -> dict[date, Entry]:
        """The archive's newest entry of each day. Raises BrokenError when the manifest is broken."""
        return self.archive.sound_chain().newest

    @cached_property
    def bases(self) -> dict[HourlyIndex, Basis]:
        """What documents of each index of hours are made from besides the mart's rows. Raises SearchError."""
        with in_sentences():
            return {index: Basis.read(self.search, self.warehouse, index) for index in HOURLY}

    @cached_property
    def indexed_days(self) -> dict[HourlyIndex, dict[date, str]]:
        """The mart's days that are to be indexed. Raises SearchError."""
        return {index: wanted_days(self.warehouse, basis) for index, basis in self.bases.items()}
