"""How raw differs from what was archived of a day. Raw may only gain; anything else that differs is damage.

What the archive holds may change in three ways, all of which the platform itself causes:

- an attempt that was `asking` gets its outcome;
- refused pages of an answer become sound, and its attempt with them, when further pages complete the answer;
- an attempt whose page the archive does not hold either is noted as failed, when somebody accepts that loss.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from belib_platform.archive.lines import ArchivedHead, Row
from belib_platform.archive.raw_day import RawDay
from belib_platform.raw.page import epoch_ms

JUDGED = {"verdict", "reason", "page_count"}
"""Fields of a page that are written again when its answer is complete."""

NAMED = 3
"""Documents named in a sentence."""


@dataclass(frozen=True)
class Changes:
    """Differences of a UTC day, by `_id`: what is missing in raw, what is another there (in words), what is new.

    `pages` and `attempts` are those `_id`s among the missing and the changed, which a restore puts back.
    """

    missing: list[str] = field(default_factory=list)
    changed: dict[str, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
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


def changes(heads: Sequence[ArchivedHead], rows: Sequence[Row], held: RawDay) -> Changes:
    """How raw differs from the archived heads and ledger rows of the same UTC day."""
    found = Changes()
    archived = {head.id: head for head in heads}
    kept = {head.id: head for head in held.heads}
    completed = set(_completed_answers(archived, held.heads))
    for key, head in archived.items():
        _compare(found, found.pages, key, _page_change(head, kept.get(key), completed), held)
    kept_rows = {str(row["_id"]): row for row in held.rows}
    for row in rows:
        key = str(row["_id"])
        _compare(found, found.attempts, key, _row_change(row, kept_rows.get(key), completed, archived), held)
    known = archived.keys() | {str(row["_id"]) for row in rows}
    found.added.extend(sorted((kept.keys() | kept_rows.keys()) - known))
    return found


def _compare(found: Changes, damaged: set[str], key: str, change: str | None, held: RawDay) -> None:
    """Note one archived document: equal where `change` is empty, missing where it is None."""
    if change == "":
        return
    damaged.add(key)
    if key in held.unfit:
        found.changed[key] = held.unfit[key]
    elif change is None:
        found.missing.append(key)
    else:
        found.changed[key] = change


def _page_change(archived: ArchivedHead, kept: ArchivedHead | None, completed: set[str]) -> str | None:
    if kept is None:
        return None
    was, now = vars(archived), vars(kept)
    differing = {name for name in was if was[name] != now[name]}
    if differing <= JUDGED and _answer(archived) in completed and not archived.is_sound:
        return ""
    return _told(was, now, differing)


def _row_change(archived: Row, kept: Row | None, completed: set[str], pages: Mapping[str, ArchivedHead]) -> str | None:
    if kept is None:
        return None
    differing = {name for name in archived.keys() | kept.keys() if archived.get(name) != kept.get(name)}
    asked = {name for name in ("_id", "source", "fetched_at_ms", "origin") if archived.get(name) != kept.get(name)}
    if not asked and _may_follow(archived, kept, completed, pages):
        return ""
    return _told(archived, kept, differing)


def _may_follow(archived: Row, kept: Row, completed: set[str], pages: Mapping[str, ArchivedHead]) -> bool:
    """Whether an attempt of the same question may have become this."""
    match archived["outcome"], kept["outcome"]:
        case "asking", "sound" | "refused" | "failed" | "not_asked":
            return True
        case "refused", "sound":
            return str(archived["_id"]) in completed
        case "sound" | "refused", "failed":
            page = archived.get("page_id")
            return page is not None and page not in pages and kept.get("page_id") is None
    return False


def _completed_answers(archived: Mapping[str, ArchivedHead], heads: Iterable[ArchivedHead]) -> Iterator[str]:
    """Answers in pages, by the `_id` of their attempt, that are sound and whole now by pages the archive has not."""
    answers: dict[str, list[ArchivedHead]] = {}
    for head in heads:
        answers.setdefault(_answer(head), []).append(head)
    for key, pages in answers.items():
        is_whole = all(page.is_sound and page.page_count == len(pages) for page in pages)
        if is_whole and any(page.id not in archived for page in pages):
            yield key


def _answer(head: ArchivedHead) -> str:
    return f"{head.source}/{epoch_ms(head.fetched_at)}"


def _told(was: Mapping[str, Any], now: Mapping[str, Any], differing: Iterable[str]) -> str:
    """Each field that differs, with both values."""
    return ", ".join(f"{name} is {now.get(name)!r:.60} and was {was.get(name)!r:.60}" for name in sorted(differing))
