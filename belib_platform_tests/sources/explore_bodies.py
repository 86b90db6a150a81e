"""Pages of records as the three versions of the Explore API send them, made for tests."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from belib_platform.sources.belib_realtime import DATASET

Record = dict[str, Any]
PORTAL = "https://portal.invalid/api"


def v1_0(records: Sequence[Record], start: int, total: int, dataset: str = DATASET, **parameters: Any) -> bytes:
    """A page of v1.0: places are [latitude, longitude], fields without a value are left out."""
    asked = {"dataset": [dataset], "rows": len(records), "start": start, "format": "json", "timezone": "UTC"}
    sent = [{"datasetid": dataset, "recordid": str(n), "fields": _v1_fields(r)} for n, r in enumerate(records)]
    return json.dumps({"nhits": total, "parameters": asked | parameters, "records": sent}).encode()


def v2_0(records: Sequence[Record], start: int, total: int, dataset: str = DATASET, **parameters: str) -> bytes:
    """A page of v2.0, with the link to itself."""
    query = "&".join(f"{name}={value}" for name, value in {"limit": "100", **parameters}.items())
    href = f"{PORTAL}/v2/catalog/datasets/{dataset}/records?{query}&offset={start}"
    sent = [{"links": [], "record": {"id": str(n), "timestamp": "", "fields": r}} for n, r in enumerate(records)]
    return json.dumps({"total_count": total, "links": [{"rel": "self", "href": href}], "records": sent}).encode()


def v2_1(records: Sequence[Record], start: int, total: int) -> bytes:
    """A page of v2.1, which says nothing of where it begins."""
    return json.dumps({"total_count": total, "results": list(records)}).encode()


VERSIONS: dict[str, Callable[[Sequence[Record], int, int], bytes]] = {"v1.0": v1_0, "v2.0": v2_0, "v2.1": v2_1}


def pages_of(records: Sequence[Record], size: int, version: str) -> list[bytes]:
    """All records in pages of so many."""
    starts = range(0, len(records), size)
    return [VERSIONS[version](records[start : start + size], start, len(records)) for start in starts]


def _v1_fields(record: Record) -> Record:
    fields = {name: value for name, value in record.items() if value is not None}
    place = fields.get("coordonneesxy")
    return fields | ({"coordonneesxy": [place["lat"], place["lon"]]} if place else {})
