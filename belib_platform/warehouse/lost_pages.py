"""A day that has rows is never made again from nothing: pages that raw lost do not take the tables with them."""

from collections.abc import Sequence
from datetime import date

from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.raw.page import Head
from belib_platform.warehouse.notes import Note


class LostPagesError(Exception):
    """Raw has no page of a day that was made from some; the message names the command that brings them back."""


def refuse_nothing(contract: type[Contract], day: date, found: Note | None, heads: Sequence[Head]) -> None:
    """Raises LostPagesError when a day's note counts rows and raw has no sound page to make them from."""
    if found and found.row_count and not heads:
        raise LostPagesError(
            f"{qualified_name(contract)} has {found.row_count:,} rows of {day} and raw no page of it; they stay. "
            f"`belib archive restore {day}` brings archived pages back."
        )
