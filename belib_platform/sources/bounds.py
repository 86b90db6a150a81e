"""Bounds of what is read of a body; BodyError names the one that a body exceeds.

With them, judging a body of 64 MiB needs at most 500 MiB of memory, whatever it contains.
"""

import csv
from typing import Final

from belib_platform.sources.records import BodyError

RECORDS: Final = 200_000
"""Records of one response: as many as a country has charge points."""

RECORD_BYTES: Final = 2 * 2**20
"""Bytes of one record of a list, in a snapshot or in a file of several.

If a text has a character beyond the first 65,536 of Unicode, each of its characters takes four bytes of memory.
"""

DOCUMENT_BYTES: Final = 16 * 2**20
"""Bytes of a JSON document that is no list, such as borders and forecasts.

Three copies exist at a time: the text, the text with numbers as Python writes them, and the value.
"""

TEXT_CHARACTERS: Final = 2**16
"""Characters of one text of a record; no column uses more than some thousands."""

TEXTS_AT_ONCE: Final = 2**22
"""Characters of all texts that are Python objects before they become a frame."""

VALUES: Final = 300_000
"""JSON values read together: those of a document that is no list, or of a piece of a list (PIECE_BYTES)."""

PIECE_BYTES: Final = 2**20
"""Bytes of a JSON list that are read together."""

ROW_CHARACTERS: Final = 2**20
"""Characters of a CSV row.

Nothing after a longer row is read, since a missing quotation mark makes a single row of all the rest. Of a file of
several snapshots, those before it are used.
"""

csv.field_size_limit(ROW_CHARACTERS + 1)  # the module's own bound of a cell, an eighth of that, holds for the process


_OTHER_BYTES: Final = bytes(set(range(256)) - set(b",[{"))


def refuse_values(text: bytes) -> None:
    """Raises BodyError where a JSON text may hold more values than are read together.

    Every value but the first of a list or object follows a comma, so counting bytes gives an upper bound, a thousand
    times as fast as parsing.
    """
    most = len(text.translate(None, delete=_OTHER_BYTES))
    if most > VALUES:
        raise BodyError(f"holds up to {most:,} values in {len(text):,} bytes, more than {VALUES:,}")


def refuse_large(document: bytes) -> None:
    """Raises BodyError where a JSON text that is read whole exceeds DOCUMENT_BYTES or may hold more than VALUES."""
    if len(document) > DOCUMENT_BYTES:
        raise BodyError(f"is JSON of {len(document):,} bytes, more than {DOCUMENT_BYTES:,}, and no list of records")
    refuse_values(document)
