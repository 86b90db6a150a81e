"""How raw differs from what was archived of a day. Raw may only gain; anything else that differs is damage.

What the archive holds may change in three ways, all of which the platform itself causes:

- an attempt that was `asking` gets its outcome, and one without a response, or with a refused one, what a response that
  came since says: the one joined from imported pages comes with the last of them;
- refused pages that an earlier version kept became sound, and their attempt with them, when it kept the missing ones;
- an attempt whose response the archive does not hold either is noted as failed, when somebody accepts that loss.
"""

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from belib_platform.raw.archive.lines import ArchivedHead, Row
from belib_platform.raw.archive.raw_day import RawDay
from belib_platform.raw.former_pages import COMPLETED_FIELDS, completed
from belib_platform.raw.ledger import facts_of
from belib_platform.raw.response import ResponseMetadata

LEDGER = "poll_attempt"

NAMED = 3
"""Documents named in a sentence."""


@dataclass(frozen=True)
class Changes:
    """Differences of a UTC day, by `_id`: what is missing in raw, what is another there (in words), what is new.

    `pages` (by collection and `_id`) and `attempts` are those among the missing and the changed, which a restore puts
    back.
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
        told = [f"{key}: {what}" for key, what in self.changed.items()] + [f"{key} is missing" for key in self.missing]
        more = f" and {len(told) - NAMED} more" if len(told) > NAMED else ""
        return "; ".join(told[:NAMED]) + more


def key_of(head: ArchivedHead) -> tuple[str, str]:
    """Collection and `_id` of a page: what is in another collection is another document."""
    return head.collection, head.id


def changes(heads: Sequence[ArchivedHead], rows: Sequence[Row], held: RawDay) -> Changes:
    """How raw differs from the archived heads and ledger rows of the same UTC day."""
    found = Changes()
    archived, kept = ({key_of(head): head for head in some} for some in (heads, held.heads))
    unfit = {(document.collection, str(document.id)): str(document) for document in held.unfit}
    completed_since = set(completed(held.heads, heads))
    for key, head in archived.items():
        change = _response_change(head, kept.get(key), completed_since)
        if _is_other(found, head.id, change, unfit.get(key)):
            found.pages.add(key)
    kept_rows = {str(row["_id"]): row for row in held.rows}
    pages, known = {head.id: head for head in held.heads}, {head.id for head in heads}
    for row in rows:
        key_of_row = str(row["_id"])
        change = _row_change(row, kept_rows.get(key_of_row), completed_since, known, pages)
        if _is_other(found, key_of_row, change, unfit.get((LEDGER, key_of_row))):
            found.attempts.add(key_of_row)
    new_responses = {head.id for key, head in kept.items() if key not in archived}
    found.added.extend(sorted(new_responses | kept_rows.keys() - {str(row["_id"]) for row in rows}))
    return found


def _is_other(found: Changes, name: str, change: str | None, unfit: str | None) -> bool:
    """Note one archived document: equal where `change` is empty, missing where it is None."""
    if unfit is None and change == "":
        return False
    if unfit is None and change is None:
        found.missing.append(name)
    else:
        found.changed[name] = unfit or str(change)
    return True


def _response_change(archived: ArchivedHead, kept: ArchivedHead | None, completed_since: set[str]) -> str | None:
    if kept is None:
        return None
    was, now = vars(archived), vars(kept)
    differing = _differing(was, now)
    if differing <= COMPLETED_FIELDS and archived.attempt_id in completed_since and not archived.is_sound:
        return ""
    return _told(was, now, differing)


def _row_change(
    archived: Row, kept: Row | None, completed_since: set[str], known: Set[str], pages: Mapping[str, ResponseMetadata]
) -> str | None:
    if kept is None:
        return None
    differing = _differing(archived, kept)
    is_same_question = not differing & {"_id", "source", "fetched_at_ms"}
    if not differing or (is_same_question and _may_follow(archived, kept, completed_since, known, pages)):
        return ""
    return _told(archived, kept, differing)


def _may_follow(
    archived: Row, kept: Row, completed_since: set[str], known: Set[str], pages: Mapping[str, ResponseMetadata]
) -> bool:
    """Whether an archived attempt may have become this one; `known` are archived, `pages` are what raw holds."""
    was, now, page = archived["outcome"], kept["outcome"], str(kept.get("page_id"))
    if now in {"sound", "refused"}:
        if was == "refused" and str(archived["_id"]) in completed_since:
            return True
        was_a_page = was == "refused" and archived.get("page_id") is not None
        may_gain = was in {"failed", "not_asked"} or (was_a_page and now == "sound")
        may_have_one = was == "asking" or (may_gain and page not in known)
        return may_have_one and page in pages and _says(kept, pages[page])
    if archived.get("origin") != kept.get("origin"):
        return False
    if was == "asking":
        return now in {"failed", "not_asked"}
    lost = archived.get("page_id")
    return now == "failed" and lost is not None and lost not in known and kept.get("page_id") is None


def _says(row: Row, page: ResponseMetadata) -> bool:
    """Whether the ledger says of a page what it says of itself."""
    return facts_of(page).items() <= row.items()


def _differing(was: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    """Fields that lines of the archive would spell otherwise: 1, 1.0 and true are three values, and absent is none."""
    return {
        name
        for name in was.keys() | now.keys()
        if (name in was) != (name in now) or _spelled(was.get(name)) != _spelled(now.get(name))
    }


def _spelled(value: object) -> str:
    return json.dumps(value, default=str)


def _told(was: Mapping[str, Any], now: Mapping[str, Any], differing: Iterable[str]) -> str:
    """Each field that differs, with both values."""
    return ", ".join(f"{name} is {now.get(name)!r:.60} and was {was.get(name)!r:.60}" for name in sorted(differing))
