"""What is free at a place is what the read API's own filters find."""

from itertools import product

import time_machine

from belib_platform_tests.api.served import served
from belib_platform_tests.sources.bike_records import bikes
from belib_platform_tests.watching.site import SECOND, Site, watch

PLACE = 'network = "velib"\nnear = "48.85,2.35"\n'
COLUMNS = {"bikes": "bikes", "ebikes": "ebike", "docks": "docks"}
STALE = "2025-03-27T02:30:01+00:00"
"""When a station reported that does not report any more."""


def test_bikes_and_docks_are_those_of_stations_that_the_filters_of_the_api_find(site: Site) -> None:
    fresh = site.now.isoformat()
    kinds = list(product(("OUI", "NON"), ("OUI", "NON"), ("OUI", "NON"), (fresh, STALE)))
    site.answered(
        [
            bikes(n, n % 3, 1 + n % 5, is_installed=a, is_renting=b, is_returning=c, duedate=at, numdocksavailable=n)
            for n, (a, b, c, at) in enumerate(kinds)
        ],
        source="velib",
    )
    found = site.readings(*(watch("json://localhost", of, f'{PLACE}of = "{of}"') for of in COLUMNS))
    with time_machine.travel(site.now + SECOND, tick=True), served(site.settings, site.url) as api:
        asked = [{f"{of}_min": 1, "near": "48.85,2.35"} for of in COLUMNS]
        answers = [api.get("/v1/bike-stations", params=parameters).json() for parameters in asked]
    for column, reading, answer in zip(COLUMNS.values(), found, answers, strict=True):
        assert reading.count == sum(item[column] for item in answer["items"]) > 0
        assert reading.spot_count == len(answer["items"])
        assert reading.thing_count == len(kinds)


def test_a_place_with_more_stations_than_a_page_has_is_counted_whole(site: Site) -> None:
    many = [bikes(0, 1, 0, stationcode=str(10_000 + n)) for n in range(1001)]
    site.answered(many, source="velib")
    [reading] = site.readings(watch("json://localhost", about=PLACE))
    assert (reading.count, reading.spot_count, len(reading.spots)) == (1001, 1001, 5)
