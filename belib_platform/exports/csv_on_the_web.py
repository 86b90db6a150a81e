"""CSV that any tool reads (RFC 4180, UTF-8), and beside it what it is: W3C's CSV on the Web metadata."""

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
    pl.Int32: "integer",
    pl.String: "string",
}
"""XML Schema's name of each frame type that is exported as CSV."""


def write_csv(file: IO[bytes], frame: pl.DataFrame) -> None:
    """Header and rows; a null is an empty field, a text is quoted where it must be, an instant is ISO 8601 in UTC."""
    frame.write_csv(file, line_terminator="\r\n", datetime_format="%Y-%m-%dT%H:%M:%S%.3fZ")


def write_csv_metadata(file: IO[bytes], csv_name: str, description: Description, made_from: str) -> None:
    """The metadata of a CSV file in the same folder, whose name is `<csv_name>-metadata.json`."""
    text = json.dumps(csv_metadata(csv_name, description, made_from), ensure_ascii=False, indent=2)
    file.write(f"{text}\n".encode())


def csv_metadata(csv_name: str, description: Description, made_from: str) -> dict[str, Any]:
    """JSON-LD: title, licences, rights, and the columns of the table with their types and meanings."""
    said = description.entries()
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": csv_name,
        "dc:title": said["title"],
        "dc:description": f"{said['description']} {said['time']}",
        **({"rdfs:comment": SIMULATED} if description.is_simulated else {}),
        "dc:license": [{"@id": terms.url} for terms in description.terms],
        "dc:rights": f"{said['licence']}. {said['attribution']}",
        "dc:source": said["table"],
        "dc:identifier": made_from,
        "dc:conformsTo": f"contract {said['contract_fingerprint']}",
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": _columns(description.contract),
            "primaryKey": description.contract.primary_key(),
        },
    }


def _columns(contract: type[Contract]) -> list[dict[str, Any]]:
    docs, columns = column_docs(contract), contract.columns()
    return [
        {
            "name": column,
            "titles": column,
            "dc:description": docs[column],
            "datatype": _datatype(contract, column, dtype),
            "required": not columns[column].nullable,
        }
        for column, dtype in frame_schema(contract).items()
    ]


def _datatype(contract: type[Contract], column: str, dtype: pl.DataType) -> dict[str, Any]:
    spec = contract.columns()[column]
    bounds = {"minimum": getattr(spec, "min", None), "maximum": getattr(spec, "max", None)}
    return {
        "base": DATATYPES[dtype.base_type()],
        **{name: bound for name, bound in bounds.items() if bound is not None},
    }
