"""What a body may cost at most, before anything is made of it: what exceeds a bound is refused by name.

With these a body of 64 MiB, whatever is in it, needs at most 500 MiB of memory to be judged.
"""

import csv
from typing import Final

from belib_platform.sources.records import BodyError

RECORDS: Final = 200_000
"""Records of one response: a country's charge points."""

RECORD_BYTES: Final = 2 * 2**20
"""Bytes of one record of a list, in a snapshot or in a file of several.

One character beyond the first 65,536 of Unicode makes each of them four in memory.
"""

DOCUMENT_BYTES: Final = 16 * 2**20
"""Bytes of a JSON document that is no list, such as borders and forecasts.

There are three texts of it at a time: what was read, the same with its numbers spelt as Python does, and the value.
"""

TEXT_CHARACTERS: Final = 2**16
"""Characters of one text of a record, of which at most some thousands are ever of use."""

TEXTS_AT_ONCE: Final = 2**22
"""Characters of the texts held as Python objects before they become a frame."""

VALUES: Final = 300_000
"""JSON values read together: those of a document that is no list, or of a piece of a list (PIECE_BYTES)."""

PIECE_BYTES: Final = 2**20
"""Bytes of a JSON list that are read together."""

ROW_CHARACTERS: Final = 2**20
"""Characters of a CSV row.

A longer one refuses what follows it, too: only its quotes tell where it ends, and one that is missing makes a row of
all the rest. Of a file of several snapshots, those before it are taken.
"""

csv.field_size_limit(ROW_CHARACTERS + 1)  # the module's own bound of a cell, an eighth of that, holds for the process


_OTHER_BYTES: Final = bytes(set(range(256)) - set(b",[{"))


def refuse_values(text: bytes) -> None:
    """Raises BodyError where a JSON text may hold more values than are read together.

    Every value but the first of a list or object follows a comma, so that counting bytes gives an upper bound at a
    thousandth of the cost of parsing.
    """
    most = len(text.translate(None, delete=_OTHER_BYTES))
    if most > VALUES:
        raise BodyError(f"holds up to {most:,} values in {len(text):,} bytes, more than {VALUES:,}")


def refuse_large(document: bytes) -> None:
    """Raises BodyError where a JSON text that is read whole exceeds DOCUMENT_BYTES or may hold more than VALUES."""
    if len(document) > DOCUMENT_BYTES:
        raise BodyError(f"is JSON of {len(document):,} bytes, more than {DOCUMENT_BYTES:,}, and no list of records")
    refuse_values(document)
