import json
from datetime import date, timedelta
from typing import Any

from belib_platform.simulator.paris import Paris
from belib_platform_tests.simulator.truth import charge_points

EDITIONS = [date(2025, 3, 3) + timedelta(days=n) for n in range(12)]


def _rows(paris: Paris, day: date) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(paris.static_body(day))
    return rows


def test_editions_differ_in_form(paris: Paris) -> None:
    forms = {tuple(sorted(_rows(paris, day)[0])) for day in EDITIONS}
    assert {len(form) for form in forms} == {41, 42}
    assert {"coordonneesxy", "coordonneesXY"} <= {field for form in forms for field in form}


def test_placeholders_and_an_invented_row_occur(paris: Paris) -> None:
    rows = [row for day in EDITIONS for row in _rows(paris, day)]
    assert any(row["id_pdc_local"] is None and row["statut_pdc"] == "En test" for row in rows)
    assert any("fictif" in row["nom_station"] for row in rows)


def test_booleans_are_strings_in_two_spellings(paris: Paris) -> None:
    row = next(r for r in _rows(paris, EDITIONS[0]) if r["id_pdc_local"])
    assert row["gratuit"] == "false"
    assert {row["prise_type_ef"], row["prise_type_autre"]} <= {"True", "False"}


def test_points_flap_and_the_two_sets_differ(full_paris: Paris) -> None:
    editions = [{r["id_pdc_local"] for r in _rows(full_paris, day)} for day in EDITIONS[:3]]
    live = {p.charge_point_id for p in full_paris.live}
    assert (editions[0] & editions[2]) - editions[1]
    assert live - set().union(*editions)
    assert {p.charge_point_id for p in full_paris.city if not p.is_live} & editions[0]


def test_place_and_power_are_those_of_the_city(paris: Paris) -> None:
    known = {p["charge_point_id"]: p for p in charge_points(paris).iter_rows(named=True)}
    for row in _rows(paris, EDITIONS[1]):
        if row["id_pdc_local"] in known:
            point = known[row["id_pdc_local"]]
            assert float(row["puissance_nominale"]) == point["power_kw"]
            assert row["id_station_local"] == point["station_id"]
