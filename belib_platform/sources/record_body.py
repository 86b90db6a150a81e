"""A body of records, whichever way it was exported."""

from belib_platform.sources.json_records import read_json_records
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.record_lines import GEOJSON, NDJSON, read_features, read_record_lines
from belib_platform.sources.records import Decoded, Layout
from belib_platform.sources.sifting import sift

CSV = "text/csv"


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a CSV export, JSON Lines or GeoJSON where the media type says so, else of a JSON list; as sent.

    Raises BodyError where the body cannot be read at all.
    """
    if media_type == CSV:
        return sift(csv_records(body, layout), layout)
    if media_type == NDJSON:
        return read_record_lines(body, layout)
    if media_type == GEOJSON:
        return read_features(body, layout)
    return read_json_records(body, layout)
