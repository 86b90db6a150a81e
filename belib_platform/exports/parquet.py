"""Parquet files that say what they are: zstd, licence and columns in their metadata, one row group a frame."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from belib_platform.contracts.contract import Contract, column_docs, frame_schema
from belib_platform.exports.description import Description

MADE_FROM = "made_from"

ARROW_TYPES: dict[type[pl.DataType], pa.DataType] = {
    pl.Boolean: pa.bool_(),
    pl.Date: pa.date32(),
    pl.Datetime: pa.timestamp("ms", "UTC"),
    pl.Enum: pa.dictionary(pa.int32(), pa.string()),
    pl.Float64: pa.float64(),
    pl.Int8: pa.int8(),
    pl.Int32: pa.int32(),
    pl.String: pa.string(),
}
"""Arrow type of each frame type, chosen for what every reader of Parquet knows."""


def arrow_schema(contract: type[Contract], metadata: dict[str, str] | None = None) -> pa.Schema:
    """The contract in Arrow's types, each field with its `description`."""
    docs, columns = column_docs(contract), contract.columns()
    fields = [
        pa.field(
            column,
            ARROW_TYPES[dtype.base_type()],
            nullable=bool(columns[column].nullable),
            metadata={"description": docs[column]},
        )
        for column, dtype in frame_schema(contract).items()
    ]
    return pa.schema(fields, metadata=metadata)


def write_parquet(file: IO[bytes], frames: Iterable[pl.DataFrame], description: Description, made_from: str) -> None:
    """Write frames of the description's contract one after the other; in memory is one at a time."""
    schema = arrow_schema(description.contract, {**description.entries(), MADE_FROM: made_from})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for frame in frames:
            writer.write_table(frame.to_arrow().cast(schema))


def made_from_of(path: Path) -> str | None:
    """What a file says it was made from; None where there is no such file or it is no Parquet file of ours."""
    if not path.exists():
        return None
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        return None
    found: bytes | None = metadata.get(MADE_FROM.encode())
    return found.decode() if found else None
