"""Borders: twenty, each once, or the answer is refused by what is wrong with it."""

import json
import math
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from belib_platform.contracts.search import BelibArrondissements
from belib_platform.recordings.finding import Recording, find_recordings
from belib_platform.search.loading import documents_of
from belib_platform.settings import Settings
from belib_platform.simulator.arrondissements import ARRONDISSEMENTS as CIRCLES
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import serving
from belib_platform.sources.arrondissements import ARRONDISSEMENTS, decode, judge
from belib_platform.sources.source import ask
from belib_platform_tests.simulator.hand_clock import HandClock

JSON = "application/geo+json"


def edition(**changes: Any) -> dict[str, Any]:
    """A sound edition, with the feature of one arrondissement changed."""
    document: dict[str, Any] = json.loads(arrondissements_geojson(3))
    document["features"][0] |= changes
    return document


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_the_recorded_edition_is_recognised_and_sound(recorded: Callable[[str], Path]) -> None:
    path = recorded("geo/arrondissements_2024_explore21.geojson")
    [found] = find_recordings(path, fetched_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert isinstance(found, Recording)
    assert found.source == "arrondissements"
    verdict = judge(found.read(), found.media_type)
    assert (verdict.is_sound, verdict.record_count) == (True, 20)
    frame = decode(found.read())
    assert frame["arrondissement"].to_list() == list(range(1, 21))
    assert frame["arrondissement_name"][10] == "Popincourt"
    assert BelibArrondissements.filter(frame).failure.counts() == {}


def test_borders_are_sent_as_objects() -> None:
    documents = documents_of(BelibArrondissements, decode(arrondissements_geojson(3)))
    assert list(documents) == [f"{number:02d}" for number in range(1, 21)]
    assert json.loads(documents["07"])["geometry"]["type"] == "Polygon"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ([], "no GeoJSON FeatureCollection"),
        ({"type": "FeatureCollection", "features": []}, "each arrondissement once: 0 features, lacking 1, 2, "),
        (edition(properties={"c_ar": 21, "l_aroff": "x"}), "position 0 a feature without c_ar from 1 to 20"),
        (edition(properties=None), "position 0"),
        (edition(geometry=None), "no border for arrondissement"),
        (edition(geometry={"type": "Point", "coordinates": [2.3, 48.8]}), "no border for arrondissement"),
        (edition(geometry=polygon()), "no border for arrondissement"),
        (edition(geometry=polygon(None)), "no border for arrondissement"),
        (edition(geometry=polygon([[2.3, 48.8], [2.4, 48.8], [2.3, 48.8]])), "no border for arrondissement"),
        (edition(geometry=polygon([[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.9]])), "no border"),
        (edition(geometry=polygon([[2.3], [2.4], [2.4], [2.3]])), "no border for arrondissement"),
        (edition(geometry=polygon([[2.3, 148.8], [2.4, 48.8], [2.4, 48.9], [2.3, 148.8]])), "no border"),
        (edition(geometry=polygon(["south", "east", "north", "south"])), "no border for arrondissement"),
        (edition() | {"features": edition()["features"][:-1]}, "19 features, lacking"),
        (edition() | {"features": [*edition()["features"], edition()["features"][0]]}, "21 features, lacking none"),
    ],
)
def test_anything_but_the_twenty_is_refused_by_what_is_wrong(document: Any, reason: str) -> None:
    verdict = judge(json.dumps(document).encode(), JSON)
    assert not verdict.is_sound
    assert reason in str(verdict.reason)


def test_a_body_that_breaks_off_is_refused() -> None:
    assert "not whole JSON" in str(judge(arrondissements_geojson(3)[:-20], JSON).reason)


def test_the_drawn_borders_divide_the_city_and_each_encloses_its_circle() -> None:
    borders = {
        row["arrondissement"]: json.loads(row["geometry"])
        for row in decode(arrondissements_geojson(1)).rows(named=True)
    }
    for arrondissement in CIRCLES:
        circle = arrondissement.circle
        [ring] = borders[arrondissement.number]["coordinates"]
        assert ring[0] == ring[-1]
        edges = list(pairwise(ring))
        around = [circle.offset(circle.radius_km, math.radians(angle)) for angle in range(0, 360, 10)]
        assert all((x2 - x1) * (y - y1) > (y2 - y1) * (x - x1) for x, y in around for (x1, y1), (x2, y2) in edges)
    corners = Counter(
        (round(x, 5), round(y, 5)) for [ring] in (b["coordinates"] for b in borders.values()) for x, y in ring[1:]
    )
    assert sum(cells > 2 for cells in corners.values()) > 20, "neighbours share corners"


def test_the_simulated_portal_is_asked_as_the_real_one() -> None:
    paris = Paris.draw(3, first_day=date(2025, 5, 6), days=1, stations=2)
    with serving(paris, clock=HandClock(datetime(2025, 5, 6, 12, tzinfo=UTC))) as server:
        answer, verdict = ask(ARRONDISSEMENTS, Settings(opendatasoft_url=server.url, _env_file=None))
        other = httpx.get(server.url + server.asked[0].partition("?")[0].replace("/arrondissements/", "/belib/"))
    assert (verdict.is_sound, verdict.warning) == (True, None)
    assert answer.body == arrondissements_geojson(3)
    assert [asked.partition("?")[0].rpartition("datasets/")[2] for asked in server.asked[:2]] == [
        "arrondissements/exports/geojson",
        "arrondissements/records",
    ]
    assert other.status_code == 404
