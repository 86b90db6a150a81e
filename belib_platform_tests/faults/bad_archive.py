"""Raw or the archive changed behind the platform's back, after a day was archived."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from belib_platform.raw.archive.archive import archive_of
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.response import between
from belib_platform.settings import load_settings
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.site import ARCHIVING, CLOSING, Site, midnight_after

Damage = Callable[[Site, date], None]


def stretch_gap_limits(site: Site, day: date) -> None:
    """Sightings of the day now hold for a day each."""
    site.platform.store.database["raw_belib"].update_many(between(day, day), {"$set": {"gap_limit_s": 86_400}})


def lose_pages(site: Site, day: date) -> None:
    """The day's responses are gone, its attempts stay."""
    site.platform.store.database["raw_belib"].delete_many(between(day, day))


def settle_otherwise(site: Site, day: date) -> None:
    """The ledger says of the day's attempts that they failed."""
    site.platform.store.ledger.collection.update_many(between(day, day), {"$set": {"outcome": "failed"}})


def flip_a_byte(site: Site, day: date) -> None:
    """The disk forgot a bit of the day's file."""
    path = _file(day)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def remove(site: Site, day: date) -> None:
    """The day's file is gone."""
    _file(day).unlink()


def damaged(kind: str, damage: Damage, *, by_hand: bool = False) -> Case:
    """A day is archived, then harmed; the next night finds it. `by_hand`: `belib archive restore` heals it."""

    def happen(site: Site) -> None:
        day = site.today
        site.clock.at = midnight_after(site.clock.at) + timedelta(minutes=4)
        for nightly in (CLOSING, ARCHIVING):
            site.run(nightly, day)
        damage(site, day)
        site.run(ARCHIVING, day)

    def heal(site: Site) -> None:
        day = site.today - timedelta(days=1)
        if by_hand:
            restore_day(archive_of(load_settings()), site.platform.store, day)
        site.run(ARCHIVING, day)
        site.poll()

    return Case(kind, "archive", happen, heal, healed="belib archive restore" if by_hand else "next run")


def _file(day: date) -> Path:
    archive = archive_of(load_settings())
    return archive.folder / archive.entry(day).file


CASES = [
    damaged("gap limits of raw stretched", stretch_gap_limits, by_hand=True),
    damaged("pages of raw lost", lose_pages, by_hand=True),
    damaged("outcomes of raw changed", settle_otherwise, by_hand=True),
    damaged("a byte of a file flipped", flip_a_byte),
    damaged("a file lost", remove),
]
