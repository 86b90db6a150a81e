"""What a file says of itself: the same words in Parquet's metadata, beside the CSV, and in the data card."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from belib_platform.contracts.contract import Contract, column_docs, doc, fingerprint, qualified_name
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.notes import fingerprint as hash_of

FORMAT_VERSION = "1"
"""Of the files: another one writes them all again."""

UTC_NOTE = "Every instant is UTC, to the millisecond; local_date is a date of Europe/Paris."

SIMULATED = "SIMULATED: drawn by belib_platform's simulator; nothing here happened in Paris."


@dataclass(frozen=True)
class Description:
    """What is said of a file about rows of a table, beside what their contract says."""

    contract: type[Contract]
    title: str
    terms: Sequence[Terms]
    is_simulated: bool

    def entries(self) -> dict[str, str]:
        """Names and texts, as Parquet keeps them."""
        simulated = {"simulated": SIMULATED} if self.is_simulated else {}
        return {
            "title": self.title,
            "description": doc(self.contract),
            **simulated,
            "licence": "; ".join(f"{terms.licence} ({terms.url})" for terms in self.terms),
            "attribution": "; ".join(terms.attribution for terms in self.terms),
            "time": UTC_NOTE,
            "table": qualified_name(self.contract),
            "contract_fingerprint": fingerprint(self.contract),
            "columns": json.dumps(column_docs(self.contract), ensure_ascii=False),
        }

    def made_from(self, notes: Sequence[Note]) -> str:
        """Changes with what is said of a file, and with any writing of the windows its rows are in."""
        said = [FORMAT_VERSION, *(f"{name}={text}" for name, text in self.entries().items())]
        return hash_of(said, [f"{note.window_key} {note.fingerprint} {note.run_id}" for note in notes])
