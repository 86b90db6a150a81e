"""The description of an exported file, used in Parquet's metadata, in CSV metadata and in the data card."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from belib_platform.contracts.contract import Contract, column_docs, doc, fingerprint, qualified_name
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.notes import fingerprint as hash_of

FORMAT_VERSION = "1"
"""Version of the files; changing it writes all of them again."""

UTC_NOTE = "All instants are in UTC with milliseconds; local_date is a date in Europe/Paris."

SIMULATED = "SIMULATED: produced by belib_platform's simulator; this is no real data of Paris."


@dataclass(frozen=True)
class Description:
    """The description of a file: the contract of its rows, and what the contract does not say."""

    contract: type[Contract]
    title: str
    terms: Sequence[Terms]
    is_simulated: bool

    def entries(self) -> dict[str, str]:
        """Keys and texts of Parquet's metadata."""
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
        """Hash that changes with the description, and with any write of the partitions that contain the rows."""
        entries = [FORMAT_VERSION, *(f"{name}={text}" for name, text in self.entries().items())]
        return hash_of(entries, [f"{note.window_key} {note.fingerprint} {note.run_id}" for note in notes])
