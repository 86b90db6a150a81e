"""The committed dashboards break no rule, and each rule finds the export that breaks it, by its place."""

import pytest

from belib_platform.search.kibana.exported import ExportError
from belib_platform.search.kibana.validate import validate
from belib_platform_tests.search.kibana.breaking import (
    COMMITTED,
    objects,
    text_of,
    with_column,
    with_control,
    with_map_layer,
    with_object,
    with_panel,
    with_vega,
)

NOW, RHYTHMS, DATA = "belib-maintenant", "belib-rythmes-et-meteo", "belib-fiabilite-et-donnees"
SUM, DAYS, VIEW = "data-worst__down", "data-failures__day", "belib-charge-points"
LONE = f"{NOW}, panel now-seen"


def found(text: str) -> list[str]:
    return [str(problem) for problem in validate(text)]


def test_the_committed_dashboards_break_no_rule() -> None:
    assert found(COMMITTED) == []


OBJECTS = [
    (with_object(VIEW, lambda one: one.update(type="search")), f"{VIEW}, search: has an unsupported type"),
    (
        with_object(NOW, lambda one: one.update(typeMigrationVersion="10.3.0")),
        f"{NOW}: does not have version 10.2.0 of core",
    ),
    (
        with_object(VIEW, lambda one: one.update(coreMigrationVersion="9.0.0")),
        f"{VIEW}: does not have version 8.0.0 of core",
    ),
    (with_object(NOW, lambda one: one["attributes"].update(sections=[])), f"{NOW}, sections: is not an attribute"),
    (with_object(NOW, lambda one: one.update(id="5f0d-42")), "5f0d-42: should have an id of lower-case words"),
    (text_of([*objects(), objects()[0]]), "belib-availability, index-pattern: exists 2 times"),
    (with_panel(NOW, "now-seen", lambda state: state.update(type="links")), f"{LONE}, links: has an unsupported type"),
    (text_of(objects()[1:]), "refers to the missing belib-availability"),
    (
        with_object(NOW, lambda one: one["references"].pop(0)),
        f"{NOW}, now-free:indexpattern-datasource-layer-now-free: is used but not declared as a reference",
    ),
    (
        with_object(NOW, lambda one: one["references"].append({"name": "x", "type": "index-pattern", "id": VIEW})),
        f"{NOW}, x: is an unused reference",
    ),
    (with_control(lambda control: control.update(type="rangeSliderControl")), "rangeSliderDataView: is used but not"),
]

GRID = [
    (with_panel(NOW, "now-seen", lambda state: state["gridData"].update(x=41)), f"{LONE}: does not lie within the 48"),
    (with_panel(NOW, "now-seen", lambda state: state["gridData"].update(h=0)), f"{LONE}: does not lie within the 48"),
    (
        with_panel(NOW, "now-seen", lambda state: state["gridData"].update(i="x")),
        f"{LONE}, x: has another id on the grid",
    ),
    (
        with_panel(NOW, "now-sure", lambda state: state["gridData"].update(w=9)),
        "panel now-sure: overlaps panel now-seen",
    ),
    (with_panel(NOW, "now-seen", lambda state: state.update(panelIndex="now-sure")), "panel now-sure: exists twice"),
]

FIELDS = [
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(sourceField="gone_s")),
        "gone_s: is not a field of belib_av",
    ),
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(sourceField="status")),
        "status: is not a field of belib_av",
    ),
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(sourceField="station_id")),
        f"{DATA}, panel data-worst, station_id: is of type keyword and cannot be used for sum",
    ),
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(operationType="average", sourceField="hour_at")),
        "hour_at: is of type date and cannot be used for average",
    ),
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(operationType="median")),
        "is used for the unknown operation median",
    ),
    (
        with_column(DATA, "data-worst", SUM, lambda c: c.update(sourceField="___records___")),
        "___records___: cannot be used for sum",
    ),
    (
        with_column(DATA, "data-worst", "data-worst__station", lambda c: c.update(sourceField="location")),
        "location: is of type geo_point and cannot be used for terms",
    ),
    (
        with_column(DATA, "data-failures", DAYS, lambda c: c.update(sourceField="hour_local")),
        "hour_local: is of type byte and cannot be used for date_histogram",
    ),
    (
        with_panel(
            NOW,
            "now-free",
            lambda state: state["embeddableConfig"]["attributes"]["state"]["query"].update(query="is_now: true"),
        ),
        f"{NOW}, panel now-free, is_now: is not a field of belib_charge_points",
    ),
    (
        with_column(NOW, "now-free", "now-free__value", lambda c: c["filter"].update(query="status: (A or")),
        "a query: The query 'status: (A or' lacks",
    ),
    (
        with_column(NOW, "now-free", "now-free__value", lambda c: c["filter"].update(query="location: x")),
        "location: is of type geo_point and cannot be used for filter",
    ),
    (
        with_map_layer(lambda layer: layer["sourceDescriptor"].update(geoField="station_id")),
        "cannot be used for geo_point",
    ),
    (
        with_map_layer(lambda layer: layer["sourceDescriptor"]["tooltipProperties"].append("gone")),
        "gone: is not a field of",
    ),
    (
        with_map_layer(lambda layer: layer["query"].update(query="gone: true")),
        "gone: is not a field of belib_charge_points",
    ),
    (
        with_control(lambda control: control["explicitInput"].update(fieldName="last_seen_at")),
        f"{NOW}, panel belib-control-arrondissement, last_seen_at: is of type date and cannot be used for optionsList",
    ),
    (with_vega(lambda spec: spec["data"][0]["url"].update(index="other")), "belongs to the unknown index other"),
    (
        with_vega(lambda spec: spec["data"][1]["url"]["body"]["_source"].append("gone")),
        "gone: is not a field of belib_arr",
    ),
    (
        with_column(
            RHYTHMS,
            "rhythm-full",
            "rhythm-full__value",
            lambda c: c["params"].update(formula="sum(no_point_free_s) / count()"),
        ),
        f"{RHYTHMS}, panel rhythm-full, rhythm-full__value: differs from what its columns compute",
    ),
    (
        with_column(RHYTHMS, "rhythm-busy", "rhythm-busy__value", lambda c: c["params"].update(formula="1 +")),
        "rhythm-busy__value: cannot be expanded: The formula '1 +' cannot be read",
    ),
    (
        with_column(RHYTHMS, "rhythm-busy", "rhythm-busy__valueX1", lambda c: c.update(sourceField="reserved_s")),
        "rhythm-busy__value: differs from what its columns compute",
    ),
]

OUTSIDE = [
    (
        with_map_layer(lambda layer: layer["sourceDescriptor"].update(type="EMS_TMS")),
        "panel now-map, EMS_: is an external service",
    ),
    (
        with_map_layer(lambda layer: layer["sourceDescriptor"].update(type="WMS")),
        "panel now-map, WMS: is not a source in",
    ),
    (with_vega(lambda spec: spec.update(config={"kibana": {"type": "map"}})), "is drawn on the map of a map service"),
    (
        with_vega(lambda spec: spec["data"][1].update(url="https://example.org/x")),
        "https://example.org/x: is an external URL",
    ),
    (
        with_panel(
            NOW,
            "now-note",
            lambda state: state["embeddableConfig"]["savedVis"]["params"].update(markdown="https://www.elastic.co"),
        ),
        "panel now-note, elastic.co: is an external service",
    ),
]


@pytest.mark.parametrize(("text", "problem"), [*OBJECTS, *GRID, *FIELDS, *OUTSIDE], ids=lambda value: value[:40])
def test_a_broken_rule_is_found(text: str, problem: str) -> None:
    assert any(problem in one for one in found(text)), found(text)


@pytest.mark.parametrize(
    ("text", "told"), [("{", "Line 1 is not JSON"), ("[]", "is not a saved object"), ('{"id":1}', "not a sav")]
)
def test_what_is_no_export_is_refused(text: str, told: str) -> None:
    with pytest.raises(ExportError, match=told):
        validate(text)
