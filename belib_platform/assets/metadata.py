"""What the metadata of materializations mean: every key that an asset may tell, for its description in the UI."""

from collections.abc import Iterable

from belib_platform.search.kibana.links import DASHBOARDS

MEANINGS = {
    "bytes": "bytes of what the run kept or, of files, of all of them",
    "chain_head": "hash of the archive's newest line; with it `belib archive verify --head` proves all before it",
    "changed_documents": "documents that differed and were written",
    "compression_ratio": "bytes of the responses for each byte of their files",
    "contract_fingerprint": "changes when a column's name, type, key or bound does",
    "csv": "opens the CSV",
    "data_card": "opens the data card",
    "days_archived": "UTC days written to a file",
    "days_compared": "older days compared with MongoDB in turn",
    "days_unchanged": "UTC days whose file is as it should be",
    "deleted_documents": "documents taken out of the index",
    "differing": "rows in which days made anew differ from what was held",
    "file_count": "how many files there are",
    "files": "links to all files",
    "files_written": "how many of them this run wrote; the others would be the same",
    "folder": "where the files are",
    "fresh_ratio": "share of the newest response's records stamped at most 24 h before it",
    "freshness_age_minutes": "minutes from the operator's newest stamp to the newest sound response",
    "hours_covered": "hours, of the 24 after the newest forecast, with temperature and precipitation",
    "new_pages": "responses that came in this run",
    "origin": "`import`: these responses came by an import, without a run",
    "partitions_written": "partitions that this run wrote; the others were as they should be",
    "preview": "some rows that this run wrote",
    "records": "records of the newest responses",
    "refused_pages": "responses of the run's days that are kept and not used",
    "rejected_ratio": "share of records rejected",
    "rejected_records": "records rejected on the way to these rows; they are in `clean.rejected_record`",
    "retired_days": "UTC days whose responses left MongoDB",
    "seconds": "from the start of the step until its output was kept",
    "sent_documents": "documents sent to the index",
    "total_pages": "responses of all days, about",
    "total_rows": "rows of the whole table; the row count is that of the run's partitions",
    "unknown_ratio": "share of the newest response's records that are UNKNOWN",
    "written": "the files this run wrote",
    **dict.fromkeys(DASHBOARDS, "opens the dashboard in Kibana"),
}
"""By key, beside Dagster's own."""

OF_TABLES = (
    "total_rows",
    "partitions_written",
    "rejected_records",
    "preview",
    "seconds",
    "contract_fingerprint",
)
OF_RAW = ("new_pages", "refused_pages", "records", "bytes", "total_pages", "seconds", "origin")
OF_INDICES = ("sent_documents", "deleted_documents", "seconds", "contract_fingerprint")
OF_FILES = ("data_card", "csv", "files", "folder", "file_count", "files_written", "written", "bytes", "seconds")
OF_THE_ARCHIVE = (
    "days_archived",
    "days_unchanged",
    "days_compared",
    "bytes",
    "compression_ratio",
    "chain_head",
    "seconds",
)


def explained(description: str, keys: Iterable[str]) -> str:
    """A description, Markdown, with the meanings of these keys below it."""
    return "\n".join([description, "", "Metadata:", "", *(f"- `{key}`: {MEANINGS[key]}" for key in keys)])
