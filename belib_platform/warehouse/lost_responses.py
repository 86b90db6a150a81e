"""A day that has rows is not made again when raw has lost its responses: the rows stay."""

from collections.abc import Sequence
from datetime import date

from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.raw.response import ResponseMetadata
from belib_platform.warehouse.notes import Note


class LostResponsesError(Exception):
    """Raw has no response of a day that was made from some; the message names the command that brings them back."""


def refuse_nothing(
    contract: type[Contract], day: date, found: Note | None, responses: Sequence[ResponseMetadata]
) -> None:
    """Raises LostResponsesError when a day's note counts rows and raw has no sound response to make them from."""
    if found and found.row_count and not responses:
        raise LostResponsesError(
            f"{qualified_name(contract)} has {found.row_count:,} rows of {day} and raw no response of it; they stay. "
            f"`belib archive restore {day}` brings archived responses back."
        )
