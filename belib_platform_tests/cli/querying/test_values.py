"""Values arrive exactly as the server holds them, whatever their type."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from belib_platform.cli.querying.formats import write_json
from belib_platform_tests.cli.querying.asking import as_csv, as_objects, asked
from belib_platform_tests.examples import examples

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**63), 2**63 - 1)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": NAMES,
    "bigint": WHOLE,
    "numeric": st.decimals(-(10**20), 10**20, allow_nan=False, allow_infinity=False, places=12),
    "float8": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "text[]": st.lists(NAMES | st.none()),
    "bigint[]": st.lists(WHOLE | st.none()),
    "jsonb": st.recursive(NAMES | WHOLE | st.booleans() | st.none(), lambda inner: st.lists(inner)),
}
ONE_READER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(25))


@pytest.mark.parametrize("of_type", VALUES)
@ONE_READER
@given(data=st.data())
def test_what_goes_in_comes_out_as_json_and_as_csv(reader: str, of_type: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[of_type])
    sent = json.dumps(value) if of_type == "jsonb" else value
    query = sql.SQL("SELECT CAST({} AS {}) AS x").format(sql.Literal(sent), sql.SQL(of_type)).as_string()
    exact = float if of_type == "float8" else Decimal
    [row] = json.loads(asked(reader, query, write_json), parse_float=exact)
    assert row["x"] == value
    [_, [cell]] = csv.reader(io.StringIO(as_csv(reader, query), newline=""))
    assert (cell if of_type == "text" else json.loads(cell, parse_float=exact)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("timestamptz '2026-07-01 12:00+02'", "2026-07-01T10:00:00Z"),
        ("timestamptz '2026-07-01 12:00:00.5+00'", "2026-07-01T12:00:00.5Z"),
        ("timestamp '2026-07-01 12:00'", "2026-07-01T12:00:00"),
        ("timestamptz 'infinity'", "infinity"),
        ("timestamptz '0044-03-15 12:00+00 BC'", "0044-03-15 12:00:00+00 BC"),
        ("timestamptz '12026-07-01 12:00+00'", "12026-07-01T12:00:00Z"),
        ("date '2026-07-01'", "2026-07-01"),
        ("time '24:00'", "24:00:00"),
        ("interval '1 month 2 days 03:00'", "P1M2DT3H"),
        ("numeric 'NaN'", "NaN"),
        ("float8 '-Infinity'", "-Infinity"),
        ("'\\x00ff'::bytea", "\\x00ff"),
        ("int4range(1, 5)", "[1,5)"),
        ("ROW(1, 'a')", "(1,a)"),
        ("inet '10.0.0.1'", "10.0.0.1"),
        ("array[timestamptz '2026-07-01 12:00+02', null]", ["2026-07-01T10:00:00Z", None]),
        ("array[[1.50, 2]]", [[1.5, 2]]),
        ("json '{\"a\":  1.10}'", {"a": 1.1}),
        ("null", None),
    ],
)
def test_what_json_has_no_type_for_is_text(reader: str, value: str, written: object) -> None:
    assert as_objects(reader, f"SELECT {value} AS x") == [{"x": written}]


def test_numbers_keep_their_digits(reader: str) -> None:
    said = asked(reader, "SELECT 1.10::numeric AS x, array[2.50] AS y, json '{\"a\": 1.10}' AS z", write_json)
    assert said == '[\n{"x": 1.10, "y": [2.50], "z": {"a": 1.10}}\n]\n'


def test_times_are_of_the_zone_that_the_query_sets(reader: str) -> None:
    query = "SET TIME ZONE {}; SELECT timestamptz '2026-07-01 12:00Z' AS at"
    assert as_objects(reader, query.format("'Europe/Paris'")) == [{"at": "2026-07-01T14:00:00+02:00"}]
    assert as_objects(reader, query.format("'Asia/Kolkata'")) == [{"at": "2026-07-01T17:30:00+05:30"}]
