"""Places are found by words of their names, from the tables alone."""

import httpx
import pytest

from belib_platform.api.routes.places import ARRONDISSEMENT, fold
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
    ],
)  # fmt: skip
def test_arrondissements_have_many_names(written: str, number: int | None) -> None:
    found = ARRONDISSEMENT.fullmatch(fold(written))
    assert (int(found[1]) if found else None) == number


@pytest.mark.parametrize("name", ["", " ", "!?", "a" * 201, "a\0b"])
def test_what_is_no_name_is_refused(api: httpx.Client, name: str) -> None:
    assert problem(api.get(PATH, params={"name": name}), 400)["parameter"] == "name"
