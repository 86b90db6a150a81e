"""How raw differs from what was archived of a day. Raw may only gain documents; other differences are damage.

Three changes of archived documents are no damage, since the platform itself makes them:

- an attempt that was `asking` gets its outcome, and one with no response or a refused one gets the facts of a response
  that came later, such as the one joined from imported pages;
- refused pages that an earlier version stored, and their attempt, become sound once no page is missing;
- an attempt whose response the archive lacks, too, is marked as failed when somebody accepts the loss.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from belib_platform.raw.archive.lines import ArchivedMetadata, Row
from belib_platform.raw.archive.raw_day import RawDay
from belib_platform.raw.former_pages import COMPLETED_FIELDS, completed
from belib_platform.raw.ledger import facts_of
from belib_platform.raw.response import ResponseMetadata

LEDGER = "poll_attempt"

NAMED = 3
"""Documents named in a sentence."""


@dataclass(frozen=True)
class Changes:
    """Differences of a UTC day, by `_id`: documents missing in raw, changed there (in words), and added.

    `pages` (collection and `_id` of responses) and `attempts` are the missing and the changed ones, which a restore
    puts back.
    """

    missing: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    pages: set[tuple[str, str]] = field(default_factory=set)
    attempts: set[str] = field(default_factory=set)

    @property
    def is_damage(self) -> bool:
        """Whether raw lacks or changed something that was archived."""
        return bool(self.missing or self.changed)

    def __str__(self) -> str:
        """What is damaged, in words."""
        all_ = [f"{key}: {what}" for key, what in self.changed.items()] + [f"{key} is missing" for key in self.missing]
        more = f" and {len(all_) - NAMED} more" if len(all_) > NAMED else ""
        return "; ".join(all_[:NAMED]) + more


def key_of(response: ArchivedMetadata) -> tuple[str, str]:
    """Collection and `_id` of a response, since `_id`s are unique within a collection only."""
    return response.collection, response.id


def changes(responses: Sequence[ArchivedMetadata], rows: Sequence[Row], held: RawDay) -> Changes:
    """How raw differs from the archived responses and ledger rows of the same UTC day."""
    found = Changes()
    archived, stored = ({key_of(response): response for response in some} for some in (responses, held.responses))
    unfit = {(document.collection, str(document.id)): str(document) for document in held.unfit}
    completed_since = set(completed(held.responses, responses))
    for key, response in archived.items():
        change = _response_change(response, stored.get(key), completed_since)
        if _is_other(found, response.id, change, unfit.get(key)):
            found.pages.add(key)
    stored_rows = {str(row["_id"]): row for row in held.rows}
    pages, known = {response.id: response for response in held.responses}, {response.id for response in responses}
    for row in rows:
        key_of_row = str(row["_id"])
        change = _row_change(row, stored_rows.get(key_of_row), completed_since, known, pages)
        if _is_other(found, key_of_row, change, unfit.get((LEDGER, key_of_row))):
            found.attempts.add(key_of_row)
    new_responses = {response.id for key, response in stored.items() if key not in archived}
    found.added.extend(sorted(new_responses | stored_rows.keys() - {str(row["_id"]) for row in rows}))
    return found


def _is_other(found: Changes, name: str, change: str | None, unfit: str | None) -> bool:
    """Note how an archived document differs: not at all if `change` is empty; it is missing if `change` is None."""
    if unfit is None and change == "":
        return False
    if unfit is None and change is None:
        found.missing.append(name)
    else:
        found.changed[name] = unfit or str(change)
    return True


def _response_change(
    archived: ArchivedMetadata, stored: ArchivedMetadata | None, completed_since: set[str]
) -> str | None:
    if stored is None:
        return None
    was, now = vars(archived), vars(stored)
    differing = _differing(was, now)
    if differing <= COMPLETED_FIELDS and archived.attempt_id in completed_since and not archived.is_sound:
        return ""
    return _in_words(was, now, differing)


def _row_change(
    archived: Row, stored: Row | None, completed_since: set[str], known: Set[str], pages: Mapping[str, ResponseMetadata]
) -> str | None:
    if stored is None:
        return None
    differing = _differing(archived, stored)
    is_same_attempt = not differing & {"_id", "source", "fetched_at_ms"}
    if not differing or (is_same_attempt and _may_follow(archived, stored, completed_since, known, pages)):
        return ""
    return _in_words(archived, stored, differing)


def _may_follow(
    archived: Row, stored: Row, completed_since: set[str], known: Set[str], pages: Mapping[str, ResponseMetadata]
) -> bool:
    """Whether an archived attempt may have become the stored one.

    `known` are the `_id`s of the archived responses, `pages` the responses in raw by `_id`.
    """
    was, now, page = archived["outcome"], stored["outcome"], str(stored.get("page_id"))
    if now in {"sound", "refused"}:
        if was == "refused" and str(archived["_id"]) in completed_since:
            return True
        was_a_page = was == "refused" and archived.get("page_id") is not None
        may_gain = was in {"failed", "not_asked"} or (was_a_page and now == "sound")
        may_have_one = was == "asking" or (may_gain and page not in known)
        return may_have_one and page in pages and facts_of(pages[page]).items() <= stored.items()
    if archived.get("origin") != stored.get("origin"):
        return False
    if was == "asking":
        return now in {"failed", "not_asked"}
    lost = archived.get("page_id")
    return now == "failed" and lost is not None and lost not in known and stored.get("page_id") is None


def _differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Fields that differ as JSON: 1, 1.0 and true are three values, and an absent field is not null."""
    old, new = ({name: json.dumps(value, default=str) for name, value in row.items()} for row in (was, now))
    return {name for name, _ in old.items() ^ new.items()}


def _in_words(was: Mapping[str, Any], now: Mapping[str, Any], differing: Iterable[str]) -> str:
    """Each field that differs, with both values."""
    return ", ".join(f"{name} is {now.get(name)!r:.60} and was {was.get(name)!r:.60}" for name in sorted(differing))
