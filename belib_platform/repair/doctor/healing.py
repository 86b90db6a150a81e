"""Run the remedies of findings, in an order in which each repairs what the next is made from."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import dagster as dg

from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.response import instant_of
from belib_platform.repair.doctor.attempts import forgotten_attempts
from belib_platform.repair.doctor.finding import Finding, Remedy, remedies, stretches_of
from belib_platform.repair.doctor.ledger import lost_responses, responses_to_note
from belib_platform.repair.doctor.retired import put_attempts_back
from belib_platform.repair.doctor.stores import Stores
from belib_platform.repair.rebuild import RebuildError, archive_again, rebuild_days, report_responses
from belib_platform.sources.registry import SOURCES

Heal = Callable[[Stores, dg.DagsterInstance, Remedy, list[date]], Iterator[str]]


def heal(
    stores: Stores, instance: dg.DagsterInstance, findings: Iterable[Finding], *, accept_loss: bool = False
) -> list[str]:
    """Run every remedy for its days; returns a sentence for each that failed.

    Later remedies skip days that could not be restored. Loss is accepted only with `accept_loss`.
    """
    failed: list[str] = []
    unhealed: set[date] = set()
    for remedy, days in remedies(findings).items():
        due = sorted(days - unhealed)
        if not due or (remedy is Remedy.ACCEPT and not accept_loss):
            continue
        failures = list(HEALS.get(remedy, _rebuild)(stores, instance, remedy, due))
        if failures and remedy is Remedy.RESTORE:
            unhealed |= set(due)
        failed += failures
    return failed


def _restore(stores: Stores, instance: dg.DagsterInstance, _: Remedy, days: list[date]) -> Iterator[str]:
    back: dict[str, set[date]] = {}
    for day in days:
        try:
            for source in restore_day(stores.archive, stores.raw, day):
                back.setdefault(SOURCES[source].collection, set()).add(day)
        except ArchiveError as error:
            yield f"{day} was not restored: {error}"
    for collection, restored in back.items():
        report_responses(instance, collection, restored)
    yield from _made(instance, set().union(*back.values()), full_refresh=True)


def _correct_ledger(stores: Stores, instance: dg.DagsterInstance, _: Remedy, days: list[date]) -> Iterator[str]:
    for day in days:
        if day in stores.retired:
            try:
                put_attempts_back(stores, day)
            except ArchiveError as error:
                yield f"The attempts of {day} were not put back: {error}"
                continue
        else:
            stores.raw.ledger.correct(responses_to_note(stores, day))
        stores.raw.ledger.put_back(forgotten_attempts(stores, day))
    if in_raw := [day for day in days if day not in stores.retired]:
        yield from _made(instance, in_raw)


def _accept(stores: Stores, instance: dg.DagsterInstance, _: Remedy, days: list[date]) -> Iterator[str]:
    """Mark attempts whose responses are lost as failed; rows without any response left stay."""
    for day in days:
        for attempt in lost_responses(stores.raw, day):
            reason = f"Its response {attempt['page_id']} was kept and is lost; accepted on {stores.now:%Y-%m-%d}."
            at = instant_of(attempt["fetched_at_ms"])
            stores.raw.ledger.end(attempt["source"], at, "failed", reason=reason, page_id=None, record_count=None)
    yield from _made(instance, days, ["poll"])
    yield from _made(instance, days)


def _archive(_: Stores, instance: dg.DagsterInstance, __: Remedy, days: list[date]) -> Iterator[str]:
    for first, last in stretches_of(days):
        try:
            archive_again(instance, first, last)
        except RebuildError as error:
            yield str(error)


def _rebuild(_: Stores, instance: dg.DagsterInstance, remedy: Remedy, days: list[date]) -> Iterator[str]:
    yield from _made(instance, days, remedy.only, full_refresh=True)


HEALS: dict[Remedy, Heal] = {
    Remedy.RESTORE: _restore,
    Remedy.ACCEPT: _accept,
    Remedy.LEDGER: _correct_ledger,
    Remedy.ARCHIVE: _archive,
}


def _made(
    instance: dg.DagsterInstance, days: Iterable[date], only: list[str] | None = None, *, full_refresh: bool = False
) -> Iterator[str]:
    try:
        rebuild_days(instance, days, only, full_refresh=full_refresh)
    except RebuildError as error:
        yield str(error)
