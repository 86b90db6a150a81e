"""Vélib', station information: where the stations are and how many docks they have, as the operator publishes it.

It is imported only (GBFS `station_information`, or the portal's list of the places of stations): the real-time feed
says the same of the stations that it has.
"""

from dataclasses import replace
from functools import partial

from belib_platform.sources.cadence import VELIB_FIVE_MINUTELY
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import Decoded, Layout
from belib_platform.sources.source import Source
from belib_platform.sources.velib_realtime import CAPACITY, NAME, PLACE, POOL, VELIB, placed
from belib_platform.sources.velib_realtime import LAYOUT as REAL_TIME
from belib_platform.sources.verdict import judge_records
from belib_platform.transforms.bike_stations import ruled

LAYOUT = Layout((REAL_TIME.key, replace(CAPACITY, is_required=True), NAME, *PLACE))


def decode(body: bytes, media_type: str) -> Decoded:
    """One row per record; longitude and latitude in degrees (WGS 84). Raises BodyError.

    Any value but the code is null where it cannot be read; `odd_values` counts them.
    """
    decoded = read_records(body, media_type, LAYOUT)
    return replace(decoded, frame=placed(decoded.frame))


VELIB_INFORMATION = Source(
    name="velib_information",
    title="bike stations",
    description=VELIB.description,
    collection=VELIB.collection,
    cadence=VELIB_FIVE_MINUTELY,
    network=VELIB.network,
    pool=POOL,
    request=None,
    judge=partial(judge_records, layout=LAYOUT, ruled=ruled),
    layout=LAYOUT,
    dataset="velib-emplacement-des-stations",
)
"""The operator's list of stations."""
