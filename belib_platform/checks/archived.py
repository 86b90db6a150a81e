"""What the archive's assets tell Dagster: check results, a failure where our own work is wrong, then the output."""

from collections.abc import Iterator

import dagster as dg

from belib_platform.checks import archive
from belib_platform.checks.results import check_result
from belib_platform.raw.archive.due import Archived
from belib_platform.raw.archive.errors import READ_BACK
from belib_platform.raw.archive.manifest import RULE, Chain
from belib_platform.raw.archive.retiring import Retired

Reported = dg.AssetCheckResult | dg.Output[None]


def reported(done: Archived, chain: Chain, seconds: float) -> Iterator[Reported]:
    """Yield every check of `archive_belib`, then its output.

    Raises dagster.Failure, without retries, when a file was not equal to raw or the manifest is broken.
    """
    findings = {
        READ_BACK: archive.reads_back_equal(done),
        RULE: archive.chain_is_unbroken(chain.broken, len(chain.entries) + len(chain.broken)),
        archive.EVERY_DAY: archive.every_closed_day_is_archived(done.waiting, done.refused),
        archive.RAW_KEPT: archive.raw_keeps_what_was_archived(done),
        archive.FILES_WHOLE: archive.archived_files_are_whole(done),
    }
    for check, finding in findings.items():
        yield check_result("archive_belib", check, finding)
    broken = [*chain.broken, *done.unequal]
    if broken:
        raise dg.Failure("; ".join(map(str, broken)), allow_retries=False)
    yield dg.Output(None, metadata=_metadata(done, chain, seconds))


def reported_retired(done: Retired) -> Iterator[Reported]:
    """Yield the check of `retired_day`, then its output."""
    yield check_result("retired_day", archive.NOTHING_WAITS, archive.no_day_waits_to_be_retired(done))
    yield dg.Output(None, metadata={"retired_days": len(done.pages), "dagster/row_count": sum(done.pages.values())})


def _metadata(done: Archived, chain: Chain, seconds: float) -> dict[str, float | int | str]:
    size = sum(entry.bytes for entry in done.entries)
    return {
        "dagster/row_count": sum(entry.page_count for entry in done.entries),
        "days_archived": len(done.entries),
        "days_unchanged": len(done.unchanged),
        "days_compared": done.compared,
        "bytes": size,
        "compression_ratio": round(sum(entry.body_bytes for entry in done.entries) / size, 1) if size else 0.0,
        "seconds": round(seconds, 2),
        "chain_head": chain.head,
    }
