"""Every panel, as committed, shows the warehouse's numbers: Kibana's search and SQL agree, and none is empty."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from belib_platform.local.urls import Urls
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.search.kibana.export import FILE
from belib_platform.search.kibana.exported import ExportedPanel, read_export
from belib_platform.search.kibana.kql import to_query
from belib_platform.settings import load_settings
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import NETWORKS
from belib_platform_tests.end_to_end.platform import Platform, new_platform
from belib_platform_tests.search.kibana.answers import MAPS, NOW, RELIABILITY, RHYTHMS, VELIB
from belib_platform_tests.search.kibana.asking import Question, Row, questions

pytestmark = pytest.mark.slow

SCHOOL_HOLIDAY, ALL_SAINTS, SCHOOL_DAY = date(2025, 10, 31), date(2025, 11, 1), date(2025, 11, 3)
"""Also the last day of a month and the first of the next: two indices."""

DAYS = [SCHOOL_HOLIDAY, ALL_SAINTS, SCHOOL_DAY]
FIRST, LAST = datetime(2025, 10, 31, tzinfo=UTC), datetime(2025, 11, 4, tzinfo=UTC)
CALENDAR = {"school": [SCHOOL_HOLIDAY, ALL_SAINTS, date(2025, 11, 2)], "public": [ALL_SAINTS]}

EXPORT = read_export(FILE.read_text(encoding="utf-8"))
QUESTIONS = list(questions(EXPORT, FIRST, LAST))
ANSWERS = {**NOW, **RHYTHMS, **RELIABILITY, **VELIB}


@pytest.fixture(scope="module")
def platform(stores: Urls) -> Iterator[Platform]:
    """Three days of a simulated Paris, three hours of polls each, in tables and indices."""
    paris = Paris.draw(5, first_day=DAYS[0], days=4, stations=60, bike_stations=40)
    with new_platform(stores) as made:
        for day in DAYS:
            noon = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
            made.import_past(paris, noon, noon + timedelta(hours=3), NETWORKS)
        _import_borders(made)
        rebuild_days(made.instance, DAYS)
        made.run("rebuild", SCHOOL_DAY)
        yield made


def _import_borders(made: Platform) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "borders.json").write_bytes(arrondissements_geojson(5))
        import_recordings(find_recordings(Path(folder), fetched_at=FIRST), load_settings(), made.store)


def answer(platform: Platform, sql: str) -> list[Row]:
    with psycopg.connect(platform.postgres_url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        return connection.execute(sql, CALENDAR).fetchall()


def searched(platform: Platform, alias: str, body: dict[str, Any]) -> dict[str, Any]:
    return dict(platform.search.client.search(index=f"{platform.search.prefix}{alias}", body=body))


def same(rows: list[Row]) -> list[list[Any]]:
    """Rows in one order, numbers and truth to nine digits."""
    return sorted(([_plain(value) for value in row] for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return round(float(value), 9) if isinstance(value, int | float | Decimal) else value


def test_every_layer_has_an_answer_in_sql() -> None:
    assert sorted(question.id for question in QUESTIONS) == sorted(ANSWERS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_panel_shows_the_warehouses_numbers(platform: Platform, question: Question) -> None:
    shown = question.rows(searched(platform, question.alias, question.body))
    assert same(shown) == same(answer(platform, ANSWERS[question.id]))
    assert any(value not in (None, 0) for row in shown for value in row[-1:]), "nothing is shown"


@pytest.mark.parametrize(
    ("layer", "column"), [("now-stations", 2), ("data-worst", 2), ("now-by-status", 1), ("velib-worst", 2)]
)
def test_a_table_begins_with_what_matters(platform: Platform, layer: str, column: int) -> None:
    question = next(question for question in QUESTIONS if question.id == layer)
    totals: Counter[str] = Counter()
    for row in question.rows(searched(platform, question.alias, question.body)):
        totals[row[0]] += row[column]
    values = list(totals.values())
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


MAPPED = [(panel, layer) for panel in EXPORT.panels() for layer in panel.map_layers]
FIELDS = {"now-map": "status", "velib-map": "bikes"}


@pytest.mark.parametrize(("panel", "layer"), MAPPED, ids=lambda one: one["id"] if isinstance(one, dict) else "")
def test_a_map_shows_every_point_of_its_layers(platform: Platform, panel: ExportedPanel, layer: dict[str, Any]) -> None:
    source, field = layer["sourceDescriptor"], FIELDS[panel.id]
    view = panel.data_view(source["indexPatternRefName"]) or ""
    place = {"exists": {"field": source["geoField"]}}
    query = {"bool": {"filter": [to_query(layer["query"]["query"]), place]}}
    body = {"size": 10_000, "query": query, "_source": [field, *source["tooltipProperties"]]}
    hits = searched(platform, EXPORT.aliases[view], body)["hits"]["hits"]
    counted = Counter(hit["_source"][field] for hit in hits)
    assert dict(counted) == dict(answer(platform, MAPS[layer["id"]]))
    assert layer["id"] in ("now-map-lost", "velib-map-closed") or len(counted) > 1


def test_the_choropleth_has_twenty_borders_and_the_warehouses_shares(platform: Platform) -> None:
    [spec] = [panel.vega for panel in EXPORT.panels() if panel.vega]
    asked = {data["name"]: data["url"] for data in spec["data"]}
    borders = searched(platform, asked["arrondissements"]["index"], asked["arrondissements"]["body"])["hits"]["hits"]
    drawn = {hit["_source"]["arrondissement_label"]: hit["_source"]["geometry"]["type"] for hit in borders}
    assert drawn == dict.fromkeys((f"{number:02d}" for number in range(1, 21)), "Polygon")
    shares = searched(platform, asked["shares"]["index"], asked["shares"]["body"])
    shown = [
        (bucket["key"], bucket["free"]["doc_count"], bucket["in_service"]["doc_count"])
        for bucket in shares["aggregations"]["arrondissements"]["buckets"]
        if bucket["in_service"]["doc_count"] or bucket["free"]["doc_count"]
    ]
    assert same(shown) == same(answer(platform, MAPS["now-choropleth"]))
    assert {label for label, *_ in shown} <= {*drawn, "??"}
