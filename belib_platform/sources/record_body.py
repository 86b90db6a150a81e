"""A body of records, whichever way it was exported."""

from dataclasses import replace

from belib_platform.sources.json_records import read_json_records
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.record_lines import as_list
from belib_platform.sources.records import Decoded, Layout
from belib_platform.sources.sifting import sift

CSV = "text/csv"


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a CSV export, JSON Lines or GeoJSON where the media type says so, else of a JSON list; as sent.

    Raises BodyError where the body cannot be read at all.
    """
    if media_type == CSV:
        return sift(csv_records(body, layout), layout)
    listed, non_number_count = as_list(body, media_type)
    decoded = read_json_records(listed, layout)
    return replace(decoded, non_number_count=decoded.non_number_count + non_number_count)
