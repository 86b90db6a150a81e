"""What a client of the protocol meets: tools that only read, errors in sentences, and stores that are empty or away."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.api.conftest import History
from belib_platform_tests.assistants.assistant import Assistant, assistant

PLACE = "48.86,2.34"

QUESTIONS: dict[str, dict[str, Any]] = {
    "find_place": {"name": "Rue"},
    "free_charge_points": {},
    "chance_of_a_free_charge_point": {"near": PLACE, "weekday": 1},
    "occupancy_of_charge_points": {},
    "bikes_and_docks": {"near": PLACE},
    "chance_of_a_bike_or_dock": {"near": PLACE, "weekday": 1},
    "bike_stations_tomorrow": {},
    "weather_and_charging": {},
    "rain_and_bikes": {},
    "reliability_of_charge_points": {},
    "outages_of_charge_points": {},
    "where_none_is_free": {},
    "history_of_one": {"charge_point": "FR*V75*EX*1"},
    "quality_of_the_history": {},
}

AWAY = "postgresql://reader@127.0.0.1:1/belib"


def test_every_tool_says_that_it_only_reads_and_what_it_answers(of_days: Assistant) -> None:
    tools = of_days.tools()
    assert {tool.name for tool in tools} == set(QUESTIONS)
    for tool in tools:
        assert tool.annotations
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert tool.description
        assert tool.output_schema
        assert {"value", "n", "coverage", "as_of", "licences", "sql"} <= set(tool.output_schema["required"])
        for name, parameter in tool.input_schema["properties"].items():
            assert parameter.get("description"), (tool.name, name)


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("chance_of_a_free_charge_point", {"near": PLACE, "weekday": 8}, "less than or equal to 7"),
        ("chance_of_a_free_charge_point", {"weekday": 1}, "Name a place"),
        ("chance_of_a_bike_or_dock", {"station": "0", "weekday": 1}, "There is no bike station 0."),
        ("reliability_of_charge_points", {"station": "FR*V75*NOWHERE"}, "There is no station FR*V75*NOWHERE."),
        ("free_charge_points", {"near": "Xanadu"}, "is called Xanadu"),
        ("free_charge_points", {"near": "91,2"}, "not within the degrees of WGS 84"),
        ("free_charge_points", {"near": PLACE, "radius_m": 0}, "greater than or equal to 1"),
        ("free_charge_points", {"as_of": "2099-01-01T00:00:00Z"}, "is in the future"),
        ("free_charge_points", {"as_of": "2001-01-01T00:00:00Z"}, "There is no response"),
        ("free_charge_points", {"as_of": "noon"}, "valid datetime"),
        ("bikes_and_docks", {}, "Name a place"),
        ("bikes_and_docks", {"near": PLACE, "what": "car"}, "what"),
        ("weather_and_charging", {"arrondissement": 21}, "less than or equal to 20"),
        ("occupancy_of_charge_points", {"from_hour": 20, "to_hour": 8}, "not before"),
        ("history_of_one", {}, "Name one thing"),
        ("history_of_one", {"charge_point": "FR*V75*NOWHERE"}, "There is no charge point"),
        ("find_place", {"name": "!?"}, "name: A name has a letter or a digit."),
        ("find_place", {}, "name: Field required."),
        ("find_place", {"name": "Rue", "extra": 1}, "There is no parameter extra here; there are name."),
        ("find_place", {"name": "x" * 5_000_000}, "name: a text has at most 200 characters."),
        ("free_charge_points", {"near": "!?"}, "near: A name has a letter or a digit."),
        ("free_charge_points", {"near": ""}, "near: the text is empty"),
        ("free_charge_points", {"near": 5}, "near: Input should be a valid string."),
        ("free_charge_points", {"near": "9" * 100 + ",2"}, "near: String should match pattern"),
        ("free_charge_points", {"power_min_kw": -1}, "power_min_kw: Input should be greater than or equal to 0."),
        ("free_charge_points", {"near": PLACE, "radius_m": 0}, "radius_m: Input should be"),
        ("free_charge_points", {"radius_m": 100}, "radius_m: it is metres around near, which is missing."),
        ("free_charge_points", {"near": "11e", "radius_m": 100}, "(arrondissement 11) is an area"),
        ("free_charge_points", {"as_of": "9999-12-31T23:59:59-12:00"}, "as_of: is not within the years 1 to 9999"),
        ("bikes_and_docks", {"near": "paris", "radius_m": 100}, "radius_m: Paris is an area"),
        ("free_charge_points", {"most": 0}, "most: Input should be greater than or equal to 1."),
        ("chance_of_a_free_charge_point", {"near": PLACE, "weekday": 1, "hour": 24}, "hour: Input should be less than"),
        ("chance_of_a_free_charge_point", {"near": "Paris", "weekday": 1}, "Name a place smaller than this"),
        ("rain_and_bikes", {"near": PLACE, "station": "10001"}, "Name one place: near or station."),
        ("weather_and_charging", {"at": float("nan")}, "at: "),
        ("outages_of_charge_points", {"min_hours": float("inf")}, "min_hours: "),
        ("bike_stations_tomorrow", {"at_least": float("nan")}, "at_least: "),
        ("occupancy_of_charge_points", {"weekdays": [1, 9]}, "weekdays.1: Input should be less than or equal to 7."),
        ("history_of_one", {"charge_point": ""}, "charge_point: the text is empty"),
        ("history_of_one", {"charge_point": "", "bike_station": "10001"}, "charge_point: the text is empty"),
        (
            "history_of_one",
            {"charge_point": "../bike-stations/10001"},
            "charge_point: ../bike-stations/10001 is no",
        ),
        ("history_of_one", {"charge_point": ".."}, "charge_point: .. is no id."),
        ("history_of_one", {"charge_point": "FR*V75*EX*1/history?to=2025-03-29T10:00:00Z&x="}, "is no id."),
        ("history_of_one", {"charge_point": "?x=1"}, "charge_point: String should match pattern"),
        ("history_of_one", {"charge_point": "FR*V75*EX*1#"}, "charge_point: String should match pattern"),
        ("history_of_one", {"charge_point": "%2E%2E"}, "charge_point: String should match pattern"),
        ("history_of_one", {"charge_point": "x" * 70_000}, "charge_point: a text has at most 200 characters."),
        ("history_of_one", {"bike_station": "10001", "last": "noon"}, "last: Input should be a valid datetime"),
        ("no_such", {}, "There is no tool no_such."),
        ("no\nsuch" * 1000, {}, "There is no tool no suchno such"),
    ],
)
def test_what_is_wrong_is_an_error_with_a_sentence(
    of_days: Assistant, tool: str, arguments: dict[str, Any], sentence: str
) -> None:
    said = of_days.refused(tool, **arguments)
    assert sentence in said
    assert "pydantic" not in said
    assert "\n" not in said
    assert len(said) < 400


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE clean.station; --", "100%", "_", "\\", "Xanadu' OR 'a'='a", "%(latitude)s"]
)
def test_a_name_is_a_name_and_no_sql(of_days: Assistant, days: History, name: str) -> None:
    before = days.sql("SELECT count(*) AS n FROM clean.station")
    answer = of_days.call("find_place", name=name)
    if not answer.is_error:
        assert answer.structured_content
        assert answer.structured_content["value"] is None
    assert days.sql("SELECT count(*) AS n FROM clean.station") == before


def test_a_place_without_stations_has_no_figure(of_days: Assistant) -> None:
    for tool in ("free_charge_points", "bikes_and_docks", "reliability_of_charge_points"):
        figure = of_days.ask(tool, near="48.86,2.10", radius_m=10)
        assert figure["value"] is None
        assert figure["n"] == 0
    figure = of_days.ask("chance_of_a_bike_or_dock", near="48.86,2.10", radius_m=10, weekday=1)
    assert "Nothing was observed on Mondays" in figure["insufficient"]


def test_places_are_found_whatever_their_case_and_accents(of_days: Assistant, days: History) -> None:
    [station] = days.sql("SELECT * FROM clean.bike_station WHERE station_name ~ '[éÉ]' ORDER BY station_code LIMIT 1")
    name = str(station["station_name"]).replace("é", "e").replace("É", "E").upper()
    found = of_days.ask("find_place", name=name)
    assert found["items"][0]["name"] == station["station_name"]
    number = next(one.arrondissement.number for one in {point.station for point in days.paris.city})
    for written in ("{}e", "{}ème", "750{:02d}", "{}th arrondissement", "Paris {}", "{}e arrondissement"):
        [area] = of_days.ask("find_place", name=written.format(number))["items"]
        assert (area["kind"], area["arrondissement"]) == ("arrondissement", number)
    [commune] = days.sql(
        "SELECT commune, insee_code, avg(latitude) AS latitude FROM clean.bike_station WHERE arrondissement IS NULL "
        "AND commune IS NOT NULL AND insee_code IS NOT NULL GROUP BY 1, 2 ORDER BY 1 LIMIT 1"
    )
    place = of_days.ask("find_place", name=commune["commune"])["items"][0]
    assert (place["kind"], place["id"]) == ("commune", commune["insee_code"])
    assert place["latitude"] == pytest.approx(commune["latitude"])
    assert "charge points are not told by commune" in of_days.refused("free_charge_points", near=commune["commune"])
    stations = of_days.ask("bikes_and_docks", near=commune["commune"])
    assert stations["place"].startswith(f"in {commune['commune']} (commune {commune['insee_code']}; ")


def test_many_questions_at_once_keep_their_sql_apart(of_days: Assistant) -> None:
    async def all_at_once() -> list[Any]:
        import anyio

        found: list[Any] = []

        async def one(number: int) -> None:
            answer = await of_days.client.call_tool("free_charge_points", {"near": f"{number}e"})
            found.append((number, answer.structured_content))

        async with anyio.create_task_group() as group:
            for number in range(1, 21):
                group.start_soon(one, number)
        return found

    for number, figure in of_days.portal.call(all_at_once):
        if figure is not None:
            assert f"arrondissement = {number}" in figure["sql"][0]
            assert len(figure["sql"]) == 3, "the figure's, and those of totals and stations"


@pytest.mark.parametrize("tool", QUESTIONS)
def test_before_there_are_tables_every_tool_says_so(empty: Assistant, tool: str) -> None:
    assert "The warehouse has no tables yet." in empty.refused(tool, **QUESTIONS[tool])


@pytest.fixture(scope="module")
def empty(servers: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An assistant of a database without tables."""
    with assistant(servers.postgres, tmp_path_factory.mktemp("home")) as found:
        yield found


def test_clients_of_older_versions_are_answered_too(direct_url: str, tmp_path: Path) -> None:
    with assistant(direct_url, tmp_path, mode="legacy") as found:
        assert found.client.protocol_version < "2026"
        assert {tool.name for tool in found.tools()} == set(QUESTIONS)
        assert "The warehouse has no tables yet." in found.refused("free_charge_points")


def test_before_the_first_response_every_tool_says_so(direct_url: str, tmp_path: Path) -> None:
    ensure_schema(direct_url)
    with assistant(direct_url, tmp_path) as found:
        for tool, arguments in QUESTIONS.items():
            answer = found.call(tool, **arguments)
            said = str(answer.content)
            figure = answer.structured_content
            assert answer.is_error or (figure and figure["value"] is None), (tool, said)
        assert "There is no response of the feed" in found.refused("free_charge_points")


@pytest.mark.slow
def test_a_store_that_is_away_is_named_and_the_server_stays(tmp_path: Path) -> None:
    with assistant(AWAY, tmp_path, complains=True) as found:
        assert "PostgreSQL does not answer." in found.refused("free_charge_points")
        assert found.tools()


WRITING = """
CREATE TABLE public.written (at timestamptz);
CREATE FUNCTION public.write() RETURNS boolean LANGUAGE sql AS
    'INSERT INTO public.written VALUES (now()) RETURNING true';
ALTER TABLE clean.poll RENAME TO polls;
CREATE VIEW clean.poll AS SELECT * FROM clean.polls WHERE public.write();
INSERT INTO clean.polls (source, fetched_at, origin, outcome, is_folded) VALUES
    ('belib', now(), 'poll', 'sound', true), ('velib', now(), 'poll', 'sound', true)
"""
"""From then on, whoever reads polls writes."""


@pytest.mark.slow
def test_a_role_that_could_write_does_not(direct_url: str, tmp_path: Path) -> None:
    ensure_schema(direct_url)
    written = "SELECT count(*) FROM public.written"
    with psycopg.connect(direct_url, autocommit=True) as owner:
        owner.execute(WRITING)
        with assistant(direct_url, tmp_path, complains=True) as found:
            for tool in ("free_charge_points", "bikes_and_docks", "find_place"):
                assert "This is a fault of belib" in found.refused(tool, **QUESTIONS[tool])
        assert owner.execute(written).fetchone() == (0,)
        owner.execute("SELECT FROM clean.poll")
        assert owner.execute(written).fetchone() == (2,), "once for each poll"


WITHOUT = """
import sys

class Missing:
    @staticmethod
    def find_spec(name, *_):
        if name == "mcp":
            raise ModuleNotFoundError("No module named 'mcp'", name=name)

sys.meta_path.insert(0, Missing)
sys.argv[1:] = ["mcp"]
from belib_platform.cli.app import main
main()
"""


def test_without_the_package_the_command_says_what_to_install(tmp_path: Path) -> None:
    env = {**os.environ, "BELIB_HOME": str(tmp_path), "BELIB_READER_URL": AWAY}
    ended = subprocess.run([sys.executable, "-c", WITHOUT], env=env, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.endswith("The package mcp is missing: pip install belib-platform[mcp].\n")
