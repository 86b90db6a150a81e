"""Checks of the archive: that it is what raw was, that nobody changed it since, and that no day is missing."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import Finding, none_of
from belib_platform.raw.archive.due import Archived
from belib_platform.raw.archive.errors import READ_BACK, Broken
from belib_platform.raw.archive.manifest import RULE as CHAIN
from belib_platform.raw.archive.manifest import Chain
from belib_platform.raw.archive.retiring import Retired


class ArchiveRun(NamedTuple):
    """What a run of the archive did, and the manifest after it."""

    done: Archived
    chain: Chain


def reads_back_equal(done: Archived) -> Finding:
    """Whether every file written was found equal to raw."""
    return none_of(_broken_rows(done.unequal), len(done.entries) + len(done.unequal))


def chain_is_unbroken(chain: Chain) -> Finding:
    """Whether the manifest's lines are those once written."""
    return none_of(_broken_rows(chain.broken), len(chain.entries) + len(chain.broken))


def every_closed_day_is_archived(done: Archived) -> Finding:
    """Which days wait for their turn, and which could not be archived, and why."""
    days = _days({**dict.fromkeys(done.waiting, "waits for the next run"), **done.refused})
    return none_of(days, len(done.waiting), is_warning=True)


def raw_keeps_what_was_archived(done: Archived) -> Finding:
    """Which days lack or changed in raw what was archived, and how."""
    return none_of(_days(done.damaged_raw), done.compared)


def archived_files_are_whole(done: Archived) -> Finding:
    """Which files were damaged; those written again are a warning."""
    return none_of(_days({**done.repaired, **done.damaged_files}), done.compared, is_warning=not done.damaged_files)


def no_day_waits_to_be_retired(done: Retired) -> Finding:
    """Which old days had to stay, and why."""
    return none_of(_days(done.held_back), len(done.pages) + len(done.held_back), is_warning=True)


def _broken_rows(broken: list[Broken]) -> pl.DataFrame:
    rows = [(str(item.day or ""), item.file, item.rule, item.reason) for item in broken]
    return pl.DataFrame(rows, schema=["day", "file", "rule", "said"], orient="row")


def _days(named: Mapping[date, str]) -> pl.DataFrame:
    return pl.DataFrame(sorted(named.items()), schema={"day": pl.Date, "reason": pl.String}, orient="row")


CHECKS = (
    Check(
        READ_BACK,
        "Every file written was read back and equals raw: metadata, ledger rows and the hash of every body.",
        lambda run: reads_back_equal(run.done),
        is_blocking=True,
    ),
    Check(
        CHAIN,
        "Every line of the manifest is the one whose hash the next line carries.",
        lambda run: chain_is_unbroken(run.chain),
        is_blocking=True,
    ),
    Check(
        "every_closed_day_is_archived",
        "Every day that is over, from the first on, is archived with all the responses raw has of it.",
        lambda run: every_closed_day_is_archived(run.done),
    ),
    Check(
        "raw_keeps_what_was_archived",
        "Raw holds every response and attempt that was archived, unchanged, unless its day was retired; each day is "
        "compared at least every 30 days.",
        lambda run: raw_keeps_what_was_archived(run.done),
    ),
    Check(
        "archived_files_are_whole",
        "Every file of the archive that was read has the SHA-256 it had; each is read at least every 30 days.",
        lambda run: archived_files_are_whole(run.done),
    ),
)
"""Those of `archive_belib`."""

RETIRED_CHECKS = (
    Check(
        "no_day_waits_to_be_retired",
        "Every day older than BELIB_RAW_RETENTION_DAYS could leave raw.",
        no_day_waits_to_be_retired,
    ),
)
"""Those of `retired_day`."""
