"""Write Parquet files with zstd compression, one row group per frame, and licence and columns in their metadata."""

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
    pl.Int16: pa.int16(),
    pl.Int32: pa.int32(),
    pl.Int64: pa.int64(),
    pl.String: pa.string(),
}
"""Arrow type by polars type; every reader of Parquet knows these."""


def arrow_schema(contract: type[Contract], metadata: dict[str, str] | None = None) -> pa.Schema:
    """The contract as an Arrow schema; each field has its `description`."""
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
    """Write frames of the description's contract; only one at a time is in memory."""
    schema = arrow_schema(description.contract, {**description.entries(), MADE_FROM: made_from})
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for frame in frames:
            writer.write_table(frame.to_arrow().cast(schema))


def made_from_of(path: Path) -> str | None:
    """The entry `made_from` in a file's metadata; None if the file or the entry does not exist."""
    if not path.exists():
        return None
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        return None
    found: bytes | None = metadata.get(MADE_FROM.encode())
    return found.decode() if found else None
