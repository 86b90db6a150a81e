"""What the builder makes: the committed bytes, for readers in Paris, from formulas that compute what they say."""

import ast
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.bikes.search import SERVICES
from belib_platform.contracts.mapping import index_fields
from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.search.kibana.data_view import AVAILABILITY, DATA_VIEWS
from belib_platform.search.kibana.export import DASHBOARDS, FILE, export
from belib_platform.search.kibana.exported import read_export
from belib_platform.search.kibana.field_labels import FIELD_LABELS, SERVICE_LABELS, STATUS_COLORS, STATUS_LABELS
from belib_platform.search.kibana.kql import KqlError, fields_of, to_query
from belib_platform.search.kibana.lens.formula import Formula, FormulaError
from belib_platform_tests.search.kibana.asking import value_of

EXPORT = read_export(FILE.read_text(encoding="utf-8"))


def test_the_committed_file_is_what_the_code_makes() -> None:
    assert FILE.read_bytes() == export().encode(), "run `python -m belib_platform.search.kibana`"


def test_every_field_and_status_has_a_french_name() -> None:
    assert set(FIELD_LABELS) == {field for view in DATA_VIEWS for field in index_fields(view.contract)}
    assert set(STATUS_LABELS) == set(STATUS_COLORS) == set(STATUSES)
    assert set(SERVICE_LABELS) == set(SERVICES)


def test_controls_are_those_that_are_asked_for() -> None:
    controls = {
        dashboard.id: [state["explicitInput"]["fieldName"] for state in dashboard.controls.values()]
        for dashboard in EXPORT.dashboards()
    }
    both = ["arrondissement_label", "power_label"]
    assert controls == {
        "belib-maintenant": [*both, "status"],
        "belib-rythmes-et-meteo": both,
        "belib-fiabilite-et-donnees": both,
        "belib-velib": ["area_label"],
    }


def test_each_dashboard_leads_to_those_of_the_other_network() -> None:
    velib, *others = reversed([one.id for one in DASHBOARDS])
    linked = {
        panel.dashboard.id: re.findall(r"\(#/view/([a-z-]+)\)", panel.config["savedVis"]["params"]["markdown"])
        for panel in EXPORT.panels()
        if panel.config.get("savedVis", {}).get("type") == "markdown"
    }
    assert linked == {velib: others[::-1], **{other: [velib] for other in others}}


def test_no_share_is_a_mean_of_shares() -> None:
    for panel in EXPORT.panels():
        for layer in panel.lens_layers.values():
            for column in layer["columns"].values():
                assert not str(column.get("sourceField")).endswith("_ratio")


def test_every_chart_has_a_title_and_every_percentage_says_so() -> None:
    for panel in EXPORT.panels():
        is_note = panel.config.get("savedVis", {}).get("type") == "markdown"
        assert bool(panel.state["title"]) != is_note
        visualization = (panel.lens or {}).get("visualization", {})
        for title in (visualization.get("yTitle"), visualization.get("yRightTitle")):
            assert title in (None, "Points de charge", "Vélos pris, au moins") or re.search(r"\((%|°C|mm/h)\)$", title)


NUMBERS = {"available_s": 30.0, "charging_s": 10.0, "reserved_s": 0.0}
OPERATIONS = st.one_of(
    st.sampled_from([f"sum({field})" for field in NUMBERS]), st.integers(1, 9).map(str), st.just("count()")
)
FORMULAS = st.recursive(
    OPERATIONS, lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
).filter(lambda text: text.startswith("("))


def computed(text: str) -> Any:
    """What the columns of a formula give for one bucket of four documents with the sums above."""
    columns = Formula(text, "x").expand("layer__x", AVAILABILITY)
    bucket: dict[str, Any] = {"doc_count": 4}
    bucket |= {c: {"value": NUMBERS[s["sourceField"]]} for c, s in columns.items() if s.get("sourceField") in NUMBERS}
    return value_of(columns, "layer__x", bucket)


@given(FORMULAS)
def test_the_columns_of_a_formula_compute_the_formula(text: str) -> None:
    names = {"sum": NUMBERS.get, "count": lambda: 4.0}
    quoted = re.sub(r"sum\((\w+)\)", r"sum('\1')", text)
    try:
        expected = eval(compile(ast.parse(quoted, mode="eval"), "formula", "eval"), {}, names)
    except ZeroDivisionError:
        expected = None
    assert computed(text) == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sum(charging_s)", "is a single operation"),
        ("sum(charging_s) / (", "cannot be read"),
        ("sum(charging_s) / count", "not arithmetic"),
        ("sum(charging_s) // 2", "not arithmetic"),
        ("median(charging_s) / 2", "not a supported operation"),
        ("count(charging_s) / 2", "not a supported operation"),
        ("sum(charging_s, shift='1w') / 2", "not a supported operation"),
        ("sum(station_id) / 2", "station_id in the formula .* is not a number in belib_availability"),
    ],
)
def test_a_formula_that_lens_would_not_compute_is_refused(text: str, told: str) -> None:
    with pytest.raises(FormulaError, match=told):
        Formula(text, "x").expand("layer__x", AVAILABILITY)


def test_a_query_is_what_kibana_makes_of_it() -> None:
    free, current = {"match": {"status": "AVAILABLE"}}, {"match": {"is_current": True}}
    either = {"bool": {"should": [free, {"match": {"status": "CHARGING"}}], "minimum_should_match": 1}}
    assert to_query(" ") == {"match_all": {}}
    assert to_query("status: AVAILABLE and is_current: true") == {"bool": {"filter": [free, current]}}
    assert to_query("not status: (AVAILABLE or CHARGING)") == {"bool": {"must_not": [either]}}
    assert to_query("(status: AVAILABLE or status: CHARGING)") == either
    assert to_query('a: "b c" or is_current: true')["bool"]["should"] == [{"match": {"a": "b c"}}, current]
    assert fields_of("not (a: 1 or b: (2 or 3)) and a: 4") == ["a", "b"]


@pytest.mark.parametrize("kql", ["status", "status:", "status: (A", "a: 1 b: 2", "(a: 1", "a: 1 and", "a: )"])
def test_a_query_outside_the_language_is_refused(kql: str) -> None:
    with pytest.raises(KqlError, match="The query"):
        to_query(kql)
