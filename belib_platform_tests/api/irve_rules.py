"""What is wrong with a file of IRVE dynamique: by its schema, and by rules that a table schema cannot have."""

import csv
import io
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from frictionless import Resource, Schema


def broken_by_schema(file: bytes, schema: Path) -> list[str]:
    """What frictionless says of the file, by the schema's JSON: a kind of error and where."""
    described = Schema.from_descriptor(json.loads(schema.read_text(encoding="utf-8")))
    report = Resource(data=file, format="csv", encoding="utf-8", schema=described).validate()
    return [f"{kind} {field or ''}".strip() for kind, field in report.flatten(["type", "fieldName"])]


def broken_by_us(file: bytes) -> list[str]:
    """Charge points that occur twice, and stamps without an offset from UTC, which frictionless accepts."""
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    times = Counter(row["id_pdc_itinerance"] for row in rows)
    doubled = [f"repeated {point}" for point, count in times.items() if count > 1]
    stamps = [row["horodatage"] for row in rows]
    return doubled + [f"no offset {stamp}" for stamp in stamps if datetime.fromisoformat(stamp).utcoffset() is None]
