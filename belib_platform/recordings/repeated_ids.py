"""Whether a body holds one snapshot of records, or several of them one after another."""

from belib_platform.recordings.recognition import TABLES
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError


def snapshot_count(body: bytes, media_type: str, source: str) -> int:
    """How often the typical id occurs: 1 in a snapshot, an id that is there twice by accident changes nothing.

    1 also for a body that cannot be read: whoever judges it says why.
    """
    if source not in TABLES:
        return 1
    layout = TABLES[source].narrowed(())
    try:
        ids = read_records(body, media_type, layout).frame[layout.key.name]
    except BodyError:
        return 1
    if ids.n_unique() == ids.len():
        return 1
    return int(ids.value_counts()["count"].sort()[(ids.n_unique() - 1) // 2])
