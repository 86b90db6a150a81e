"""JSON as sources really send it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.json_text import begin_of, begins_a_list, object_in, parse
from belib_platform.sources.records import BodyError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-1e300, 1e300) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_json_stays_what_it_is(value: object) -> None:
    assert parse(json.dumps(value).encode()) == (value, 0)
    assert parse(json.dumps(value, ensure_ascii=False).encode("utf-8-sig", "replace"))[1] == 0


def test_an_integer_of_more_digits_than_can_be_read_is_infinite() -> None:
    assert parse(b'{"a": [' + b"1" * 5000 + b", 7]}") == ({"a": [math.inf, 7]}, 0)


@pytest.mark.parametrize("word", ["nan", "-nan", "NaN", "-NaN", "Infinity", "-Infinity", "inf", "-inf"])
def test_what_is_no_number_is_null_and_counted(word: str) -> None:
    body = f'{{"a": {word}, "nan": ["x nan \\" nan", {word}, 1.5]}}'.encode()
    assert parse(body) == ({"a": None, "nan": ['x nan " nan', None, 1.5]}, 2)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'[{"a": 1}, {"b"', "at character 15 of 15, where it ends"),
        (b'{"hourly": {"time": [1, 2, timeoutReached', "at character 27 of 41, where it says 'timeoutReached'"),
        (b"[1] and so on", "Extra data at character 4 of 13, where it says 'and so on'"),
        (b"<!DOCTYPE html>\n<html>", "at character 0 of 22, where it says '<!DOCTYPE html> <html>'"),
        (b'[{"a": nan}, {"b" 1}]', "at character 18 of 21"),
        (b"", "at character 0 of 0, where it ends"),
        ('["é'.encode("latin-1"), "is not UTF-8: unexpected end of data at byte 2 of 3"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[" + b"[]," * 400_000 + b"[]]", "holds up to 800,002 values in 1,200,004 bytes, more than 300,000"),
        (b'{"a": "' + b"x" * 25 * 2**20 + b'"}', "is JSON of 26,214,409 bytes, more than 16,777,216"),
        (b'{"a": "b" nan}', "Expecting ',' delimiter at character 10 of 14"),
    ],
)
def test_what_is_not_json_is_refused_with_its_position(body: bytes, told: str) -> None:
    with pytest.raises(BodyError) as caught:
        parse(body)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b'{"a": nan, "b": -Infinity, "c": "nan"}', {"a": None, "b": None, "c": "nan"}),
        (b'\xef\xbb\xbf {"a": 1}', {"a": 1}),
        (b"[1]", {}),
        (b'{"a": 1', {}),
        (b'{"a": "\xff"}', {}),
        (b"[" * 100_000, {}),
        (b'{"a": 1' + b"0" * 5_000 + b"}", {"a": float("inf")}),
        (b"", {}),
    ],
)
def test_the_object_in_a_text_is_read_or_empty(text: bytes, wanted: dict[str, object]) -> None:
    assert object_in(text) == wanted


@pytest.mark.parametrize(
    ("body", "begin", "is_list"),
    [(b"\xef\xbb\xbf\n [1]", b"[1]", True), (b' {"a": [1]}', b'{"a": [1]}', False), (b"", b"", False)],
)
def test_what_a_body_begins_with_is_behind_its_mark_and_blanks(body: bytes, begin: bytes, *, is_list: bool) -> None:
    assert (begin_of(body), begins_a_list(body)) == (begin, is_list)
