"""A clock that was ahead for one poll: what it noted stays, and the present is told without it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belib_platform.contracts.search import BelibChargePoints
from belib_platform.dagster_internals.records import check_states
from belib_platform.definitions import defs
from belib_platform.local.urls import Urls
from belib_platform.raw.latest import records_as_sent
from belib_platform.raw.response import ResponseMetadata
from belib_platform.sources.belib_realtime import BELIB, LAYOUT
from belib_platform_tests.faults.site import CADENCE, Site, new_site

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("by", [timedelta(hours=3), timedelta(hours=25)], ids=["on the same day", "by a day"])
def test_a_poll_from_the_future_is_told_and_not_taken_for_the_present(stores: Urls, by: timedelta) -> None:
    with new_site(stores) as site:
        site.begin()
        site.poll()
        site.clock.at += by
        site.poll()
        site.clock.at -= by
        site.poll()
        *_, present, future = responses(site)
        assert future.fetched_at > site.clock.at > present.fetched_at
        assert sent(site, present) == latest(site)
        assert seen_at(site) == {present.fetched_at}
        assert judged_at(site) == str(present.fetched_at)
        assert site.open() & {"clock/belib", "stale/belib"} == {"clock/belib"}

        for _ in range(3):
            site.poll()
        said = [response.reason for response in responses(site) if "the clock went back" in (response.reason or "")]
        assert len(said) == 1, "by the first poll after it, and not by all that follow"

        site.clock.advance(3 * CADENCE)
        assert site.open() >= {"clock/belib", "stale/belib"}


def responses(site: Site) -> list[ResponseMetadata]:
    """Heads of all responses of the feed, in the order of their instants: the last is the one from the future."""
    partition = site.platform.store.responses(BELIB.collection)
    return partition.all_responses(site.today, site.today + timedelta(days=2))


def sent(site: Site, response: ResponseMetadata) -> dict[str, Any]:
    """A page's records as sent, by charge point."""
    [(_, body)] = site.platform.store.responses(BELIB.collection).bodies([response])
    return records_as_sent(body, response.media_type, LAYOUT.key)


def latest(site: Site) -> dict[str, Any]:
    """What `raw_belib_latest` holds, by charge point."""
    found = site.platform.store.database["raw_belib_latest"].find()
    return {point.pop("_id"): {name: sent for name, sent in point.items() if name != "page_id"} for point in found}


def seen_at(site: Site) -> set[datetime]:
    """When the points of the search layer were last seen, where the documents say so."""
    search = site.platform.search
    found = search.client.search(index=search.alias(BelibChargePoints), size=1000)["hits"]["hits"]
    assert all(hit["_source"]["is_current"] for hit in found)
    told = {hit["_source"]["last_seen_at"] for hit in found} - {None}
    return {
        datetime.fromtimestamp(ms / 1000, UTC) if isinstance(ms, int) else datetime.fromisoformat(ms) for ms in told
    }


def judged_at(site: Site) -> object:
    """The instant of the poll by which the feed is judged."""
    states = check_states(site.platform.instance, defs.get_repository_def().asset_graph)
    [judged] = [state.numbers["fetched_at"] for state in states if state.name == "feed_is_fresh"]
    return judged
