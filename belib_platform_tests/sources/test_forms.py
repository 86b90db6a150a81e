"""The same records, whichever of the known forms their values have and whichever way they are exported."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources import belib_realtime, belib_static
from belib_platform_tests.sources.forms import (
    FLAGS,
    INSTANTS,
    PLACES,
    POWERS,
    as_csv,
    places,
    powers,
    stamps,
    text_places,
)
from belib_platform_tests.sources.portal_records import live

JSON, CSV = "application/json", "text/csv"


@given(st.lists(st.tuples(PLACES, INSTANTS), min_size=1, max_size=3), st.data())
def test_real_time_records(values: list[tuple[tuple[float, float], int]], data: st.DataObject) -> None:
    plain, mixed, cells = [], [], []
    for number, ((lat, lon), at) in enumerate(values):
        plain.append(live(number, coordonneesxy=places(lat, lon)[0], last_updated=stamps(at)[0]))
        changes = {"last_updated": data.draw(st.sampled_from(stamps(at)))}
        mixed.append(live(number, coordonneesxy=data.draw(st.sampled_from(places(lat, lon))), **changes))
        cells.append(live(number, coordonneesxy=data.draw(st.sampled_from(text_places(lat, lon))), **changes))
    expected = belib_realtime.decode(json.dumps(plain).encode(), JSON)
    assert expected.odd_values == {}
    for body, media_type in ((json.dumps(mixed).encode(), JSON), (as_csv(cells), CSV)):
        decoded = belib_realtime.decode(body, media_type)
        assert decoded.odd_values == {}
        assert decoded.frame.equals(expected.frame), (decoded.frame.rows(), expected.frame.rows())


def static(number: int, power: Any, flag: Any, stamp: Any) -> dict[str, Any]:
    return {
        "id_pdc_local": live(number)["id_pdc"],
        "puissance_nominale": power,
        "prise_type_2": flag,
        "date_mise_en_service": stamp,
    }


@given(st.lists(st.tuples(POWERS, st.booleans(), INSTANTS), min_size=1, max_size=3), st.data())
def test_static_records(values: list[tuple[float, bool, int]], data: st.DataObject) -> None:
    plain = [static(n, power, flag, stamps(at)[0]) for n, (power, flag, at) in enumerate(values)]
    mixed = [
        static(n, *(data.draw(st.sampled_from(form)) for form in (powers(power), FLAGS[flag], stamps(at))))
        for n, (power, flag, at) in enumerate(values)
    ]
    expected = belib_static.decode(json.dumps(plain).encode(), JSON).frame
    assert expected.select("power_kw", "has_type_2").rows() == [(power, flag) for power, flag, _ in values]
    for body, media_type in ((json.dumps(mixed).encode(), JSON), (as_csv(mixed), CSV)):
        decoded = belib_static.decode(body, media_type)
        assert decoded.odd_values == {}
        assert decoded.frame.equals(expected), (decoded.frame.rows(), expected.rows())


BLANKS = st.text(st.sampled_from(" \t\u00a0\u2009\u202f\u200b\ufeff\u2060"), max_size=2)
WORDS = ["Disponible", "Occupé (en charge)", "En maintenance", "Mise en service planifiée"]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.data())
def test_ids_and_words_in_any_case_with_any_blanks(words: list[str], data: st.DataObject) -> None:
    def spelt(sent: str, gaps: str) -> str:
        sent = data.draw(st.sampled_from([sent, sent.lower(), sent.upper(), sent.swapcase()]))
        parts = sent.split(gaps)
        joined = [data.draw(BLANKS) + (gaps if gaps == " " else "*") + data.draw(BLANKS) for _ in parts[1:]]
        between = "".join(part + gap for part, gap in zip(parts, [*joined, ""], strict=True))
        return data.draw(BLANKS) + between + data.draw(BLANKS)

    usual = [live(n, statut_pdc=word) for n, word in enumerate(words)]
    unusual = [{**r, "id_pdc": spelt(r["id_pdc"], "*"), "statut_pdc": spelt(r["statut_pdc"], " ")} for r in usual]
    expected = belib_realtime.decode(json.dumps(usual).encode(), JSON)
    decoded = belib_realtime.decode(json.dumps(unusual).encode(), JSON)
    assert expected.odd_values == {}
    assert decoded.frame.equals(expected.frame)
    pairs = list(zip(usual, unusual, strict=True))
    changed = {
        "charge_point_id_is_normalised": sum(a["id_pdc"] != b["id_pdc"] for a, b in pairs),
        "status_word_is_normalised": sum(a["statut_pdc"] != b["statut_pdc"] for a, b in pairs),
    }
    assert decoded.odd_values == {rule: count for rule, count in changed.items() if count}


def test_connector_numbers_are_no_spelling() -> None:
    ids = ["FR*V75*EPX20*21*01", "fr*v75*epx20*21*1"]
    decoded = belib_realtime.decode(json.dumps([live(n, id_pdc=i) for n, i in enumerate(ids)]).encode(), JSON)
    assert decoded.frame["charge_point_id"].to_list() == ["FR*V75*EPX20*21*01", "FR*V75*EPX20*21*1"]
