"""A platform looked at by the doctor, and harmed as nobody should: past the platform, notes and all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import psycopg

from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.contracts.tables import TABLES
from belib_platform.first_day import earliest_day
from belib_platform.raw.archive.archive import archive_of
from belib_platform.repair.doctor.days import days_over
from belib_platform.repair.doctor.examining import Examined, examine
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.healing import heal
from belib_platform.repair.doctor.stores import Stores
from belib_platform.repair.rebuild import archive_again, rebuild_days
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.platform import Platform, noon, today
from belib_platform_tests.raw.archive.days import documents

FIRST = today() - timedelta(days=5)
"""Recent: the archive has a file of every day since its first, and each is looked at."""

DAYS = [FIRST + timedelta(days=n) for n in range(3)]

NOT_COMPARED = {"written_window", "change"}
"""Notes name runs and times, and changes tell of every writing."""

Held = dict[str, Any]


def make_history(platform: Platform) -> None:
    """Three days of a small Paris, two hours of polls each, made up to the indices, and archived."""
    paris = Paris.draw(3, first_day=FIRST, days=len(DAYS), stations=4)
    platform.import_noons(paris, DAYS)
    for day in DAYS:
        platform.import_past(paris, noon(day) - timedelta(hours=12), noon(day) - timedelta(hours=11))
    rebuild_days(platform.instance, DAYS)
    archive_again(platform.instance, FIRST, DAYS[-1])


@dataclass(frozen=True)
class Doctored:
    """A platform, and how to look at it, heal it, and read all of it."""

    platform: Platform

    def stores(self) -> Stores:
        settings = load_settings()
        p = self.platform
        return Stores(p.store, p.warehouse, p.search, archive_of(settings), settings.weather_location, now())

    def look(self, days: Sequence[date] | None = None) -> Examined:
        """What the doctor finds."""
        stores = self.stores()
        return examine(stores, days_over(stores, earliest_day(load_settings())) if days is None else days)

    def heal(self, findings: Iterable[Finding], *, accept_loss: bool = False) -> list[str]:
        """What could not be healed."""
        return heal(self.stores(), self.platform.instance, findings, accept_loss=accept_loss)

    def healed(self, found: Examined, days: Sequence[date] | None = None) -> Examined:
        """Heal and look as long as anything differs, three times at most."""
        for _ in range(3):
            if found.is_well:
                break
            assert self.heal(found.differences) == []
            found = self.look(days)
        return found

    def everything(self) -> Held:
        """Every row of every table, every document of raw and of the indices."""
        return {**self.tables(), **documents(self.platform.store, FIRST, DAYS[-1]), **self._indexed()}

    def tables(self) -> Held:
        """Every row of every table."""
        return {name(c): self._rows(c) for c in TABLES if name(c) not in NOT_COMPARED}

    def _rows(self, contract: type[Contract]) -> list[tuple[Any, ...]]:
        frame: pl.DataFrame = self.platform.rows(contract)
        return frame.rows()

    def _indexed(self) -> dict[str, Any]:
        search = self.platform.search
        for contract in (BelibAvailability, BelibChargePoints):
            search.client.indices.refresh(index=search.alias(contract))
        aliases = [search.alias(contract) for contract in (BelibAvailability, BelibChargePoints)]
        hits = [search.client.search(index=alias, size=5000)["hits"]["hits"] for alias in aliases]
        return {alias: {hit["_id"]: hit["_source"] for hit in of} for alias, of in zip(aliases, hits, strict=True)}

    def sql(self, statement: str, **values: object) -> None:
        """Change the warehouse."""
        with psycopg.connect(self.platform.postgres_url) as connection:
            assert connection.execute(statement, values).rowcount > 0


def now() -> datetime:
    return datetime.now(UTC)


def told(found: Examined) -> set[tuple[str, date, Remedy | None]]:
    """Layer, day and remedy of each difference."""
    return {(finding.layer, finding.day, finding.remedy) for finding in found.differences}
