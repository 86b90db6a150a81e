"""Places are found by words of their names, from the tables alone."""

import httpx
import psycopg
import pytest

from belib_platform.api.routes.places import arrondissement_of
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import ask

PATH = "/v1/places"


def test_every_station_is_found_by_its_address(api: httpx.Client, history: History) -> None:
    stations = history.sql("SELECT * FROM clean.station WHERE address IS NOT NULL AND latitude IS NOT NULL")
    assert stations
    for station in stations:
        items = ask(api, PATH, name=station["address"])["items"]
        assert station["station_id"] in {item["id"] for item in items if item["kind"] == "station"}


def test_the_name_asked_for_comes_before_longer_ones(api: httpx.Client, history: History) -> None:
    names = [str(row["station_name"]) for row in history.sql("SELECT station_name FROM clean.bike_station")]
    for name in names:
        assert ask(api, PATH, name=name)["items"][0]["name"] == name


def test_all_words_count_and_all_matches_are_counted(api: httpx.Client, history: History) -> None:
    answer = ask(api, PATH, name="rue")
    named = "translate(lower(concat_ws(' ', station_name, {})), 'é', 'e') LIKE '%%rue%%'"
    [expected] = history.sql(
        f"SELECT (SELECT count(*) FROM clean.station WHERE {named.format('address')}) "
        f"+ (SELECT count(*) FROM clean.bike_station WHERE {named.format('commune')}) AS n"
    )
    assert answer["match_count"] == expected["n"] > len(answer["items"]) == 20
    assert ask(api, PATH, name="rue xanadu")["items"] == []
    assert ask(api, PATH, name="rue xanadu")["match_count"] == 0


def test_an_area_is_in_the_middle_of_its_stations(api: httpx.Client, history: History) -> None:
    [area] = history.sql(
        "SELECT arrondissement, avg(latitude) AS latitude FROM (SELECT arrondissement, latitude FROM clean.station "
        "UNION ALL SELECT arrondissement, latitude FROM clean.bike_station) AS stations "
        "WHERE arrondissement IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    [place] = ask(api, PATH, name=f"{area['arrondissement']}e")["items"]
    assert (place["kind"], place["id"]) == ("arrondissement", str(area["arrondissement"]))
    assert place["latitude"] == pytest.approx(area["latitude"])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("11", 11), ("11e", 11), ("11ème arrondissement", 11), ("1er", 1), ("75011", 11), ("75001 Paris", 1),
        ("the 20th arrondissement of Paris", 20), ("Paris 3", 3), ("21e", None), ("75021", None), ("0", None),
        ("11 rue de Lyon", None), ("111", None),
        ("le 11e", 11), ("arrondissement 11", 11), ("5ᵉ", 5), ("5è", 5), ("75116", 16), ("75 005", 5), ("F-75005", 5),
        ("l'arrondissement 11", 11), ("e\u0301", None), ("75000", None), ("75121", None), ("75117", 17),
    ],
)  # fmt: skip
def test_arrondissements_have_many_names(written: str, number: int | None) -> None:
    assert arrondissement_of(written) == number


@pytest.mark.parametrize("name", ["", " ", "!?", "a" * 201, "a\0b"])
def test_what_is_no_name_is_refused(api: httpx.Client, name: str) -> None:
    assert problem(api.get(PATH, params={"name": name}), 400)["parameter"] == "name"


EXACT = """
UPDATE clean.bike_station SET station_name = 'Hôtel de Ville'
    WHERE station_code = (SELECT max(station_code) FROM clean.bike_station);
UPDATE clean.bike_station SET station_name = 'Hôtel de Ville - Rivoli'
    WHERE station_code = (SELECT min(station_code) FROM clean.bike_station);
UPDATE clean.arrondissement SET arrondissement_name = 'Hôtel-de-Ville'
    WHERE arrondissement = (SELECT min(arrondissement) FROM clean.station)
"""


@pytest.mark.parametrize("name", ["Hôtel de Ville", "hotel-de-ville", "l'Hôtel de Ville", "Ho\u0302tel de la Ville"])
def test_what_has_exactly_that_name_comes_first_and_says_so(own: httpx.Client, own_history: History, name: str) -> None:
    with psycopg.connect(own_history.url) as connection:
        connection.execute(EXACT)
    answer = ask(own, PATH, name=name)
    found = [(item["kind"], item["is_exact"]) for item in answer["items"]]
    assert found == [("arrondissement", True), ("bike_station", True), ("bike_station", False)]
    assert answer["match_count"] == 3


def test_an_id_is_found(api: httpx.Client, history: History) -> None:
    [station, bikes, commune] = history.sql(
        "SELECT min(station_id) AS id FROM clean.station UNION ALL SELECT min(station_code) FROM clean.bike_station "
        "UNION ALL SELECT min(insee_code) FROM clean.bike_station WHERE arrondissement IS NULL"
    )
    for kind, row in (("station", station), ("bike_station", bikes), ("commune", commune)):
        first = ask(api, PATH, name=row["id"])["items"][0]
        assert (first["kind"], first["id"], first["is_exact"]) == (kind, row["id"], True)
