"""Write CSV files (RFC 4180, UTF-8) and their metadata in W3C's CSV on the Web format."""

import json
from typing import IO, Any

import polars as pl

from belib_platform.contracts.contract import Contract, column_docs, frame_schema
from belib_platform.exports.description import SIMULATED, Description

DATATYPES: dict[type[pl.DataType], str] = {
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.Float64: "double",
    pl.Int8: "integer",
    pl.Int16: "integer",
    pl.Int32: "integer",
    pl.Int64: "integer",
    pl.String: "string",
}
"""XML Schema data type by polars type."""


def write_csv(file: IO[bytes], frame: pl.DataFrame) -> None:
    """Write a header and rows. A null is an empty field; texts are quoted if needed; instants are ISO 8601 in UTC."""
    frame.write_csv(file, line_terminator="\r\n", datetime_format="%Y-%m-%dT%H:%M:%S%.3fZ")


def write_csv_metadata(file: IO[bytes], csv_name: str, description: Description, made_from: str) -> None:
    """Write the metadata of a CSV file; the name of this file must be `<csv_name>-metadata.json`."""
    text = json.dumps(csv_metadata(csv_name, description, made_from), ensure_ascii=False, indent=2)
    file.write(f"{text}\n".encode())


def csv_metadata(csv_name: str, description: Description, made_from: str) -> dict[str, Any]:
    """The metadata as JSON-LD: title, licences, rights, and the columns with types and descriptions."""
    entries = description.entries()
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": csv_name,
        "dc:title": entries["title"],
        "dc:description": f"{entries['description']} {entries['time']}",
        **({"rdfs:comment": SIMULATED} if description.is_simulated else {}),
        "dc:license": [{"@id": terms.url} for terms in description.terms],
        "dc:rights": f"{entries['licence']}. {entries['attribution']}",
        "dc:source": entries["table"],
        "dc:identifier": made_from,
        "dc:conformsTo": f"contract {entries['contract_fingerprint']}",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": _columns(description.contract),
            "primaryKey": description.contract.primary_key(),
        },
    }


def _columns(contract: type[Contract]) -> list[dict[str, Any]]:
    docs, specs, columns = column_docs(contract), contract.columns(), []
    for name, dtype in frame_schema(contract).items():
        bounds = {"minimum": getattr(specs[name], "min", None), "maximum": getattr(specs[name], "max", None)}
        given = {key: bound for key, bound in bounds.items() if bound is not None}
        columns.append(
            {
                "name": name,
                "titles": name,
                "dc:description": docs[name],
                "datatype": {"base": DATATYPES[dtype.base_type()], **given},
                "required": not specs[name].nullable,
            }
        )
    return columns
