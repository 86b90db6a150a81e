"""A body of records, whichever way it was exported."""

from belib_platform.sources.json_records import read_json_records
from belib_platform.sources.portal_csv import csv_records
from belib_platform.sources.records import Decoded, Layout
from belib_platform.sources.sifting import sift

CSV = "text/csv"


def read_records(body: bytes, media_type: str, layout: Layout) -> Decoded:
    """Records of a JSON list, or of a CSV export where the media type says so; columns as sent.

    Raises BodyError where the body cannot be read at all.
    """
    if media_type == CSV:
        return sift(csv_records(body, layout), layout)
    return read_json_records(body, layout)
