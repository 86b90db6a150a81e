"""Whether pages of records are a sound answer together."""

import json
from collections.abc import Sequence

from belib_platform.recordings.recognition import JSON, TABLES
from belib_platform.sources.explore_pages import gathered
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import ANNOUNCED_SHARE, Verdict, most_of, refused


def judge_pages(source: str, bodies: Sequence[bytes]) -> Verdict:
    """Sound: together what a sound export is, with as many distinct ids as the pages say there are records.

    At least 99 % and at most 101 % of them: the table moves while it is paged.
    `record_count` counts the records in all of them.
    """
    if source not in TABLES:
        return refused(f"{source} does not answer in pages of records.")
    try:
        records, total_count = gathered(bodies)
    except BodyError as error:
        return refused(f"A page {error}.")
    body = json.dumps(records).encode()
    verdict = SOURCES[source].judge(body, JSON)
    if not verdict.is_sound:
        return verdict
    ids = read_records(body, JSON, TABLES[source]).frame["charge_point_id"].n_unique()
    if ANNOUNCED_SHARE * total_count <= ids <= most_of(total_count):
        return verdict
    pages = "its page holds" if len(bodies) == 1 else f"its {len(bodies):,} pages hold"
    what = "partial" if ids < total_count else "more than announced"
    return verdict.refused(f"The snapshot is {what}: {pages} {ids:,} of {total_count:,} records.")
