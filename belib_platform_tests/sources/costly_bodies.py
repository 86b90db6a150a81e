"""Bodies made to cost much memory, each judged in a process of its own, which then judges a good one."""

import json
import sys
from collections.abc import Callable
from typing import Final

from belib_platform.recordings.mongoexport_lines import read_document
from belib_platform.recordings.pages import judge_pages
from belib_platform.recordings.recorded_file import BODY_LIMIT
from belib_platform.sources.bounds import RECORD_BYTES
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import Verdict, refused
from belib_platform_tests.peak_memory import peak_mib

JSON, CSV = "application/json", "text/csv"
MANY = 64 * 2**20
POINT = b'{"id_pdc":"FR*V75*EPX%02d*%02d*%d","statut_pdc":"Disponible"'
SMILE = "\N{GRINNING FACE}".encode()


def filled(unit: bytes, head: bytes = b"[", tail: bytes = b"]", size: int = BODY_LIMIT) -> bytes:
    """The unit as often as the size allows, between a head and a tail; a comma at the unit's end parts them."""
    count = (size - len(head) - len(tail)) // len(unit)
    return head + unit * (count - 1) + unit.rstrip(b",") + tail


def points(count: int, rest: bytes) -> bytes:
    """A list of this many charge points, which have further fields."""
    ids = ((n // 900 % 100, n % 100, n // 100 % 9) for n in range(count))
    return b"[" + b",".join(POINT % key + rest for key in ids) + b"]"


def wide(characters: int) -> bytes:
    """A list of charge points with a long text of one byte a character, but for one that makes each four in memory."""
    return filled(POINT % (1, 1, 1) + b',"adresse_station":"' + b"x" * characters + SMILE + b'"},')


def fields(count: int) -> bytes:
    return b"".join(b',"field_%02d":"value"' % n for n in range(count)) + b"}"


def long_record() -> bytes:
    """The begin of a list: a record that holds as much as one may, with a number that is none."""
    text = SMILE + b"x" * (RECORD_BYTES - 100)
    return b"[" + POINT % (1, 1, 1) + b',"x":"' + text + b'","y":nan}'


LIST: Final[dict[str, Callable[[], bytes]]] = {
    "eight million empty objects": lambda: b"[" + b"{}," * 8_000_000 + b"{}]",
    "empty lists": lambda: filled(b"[],"),
    "numbers": lambda: filled(b"1,"),
    "lists of numbers": lambda: filled(b"[1,2,3],"),
    "bare nan": lambda: filled(b"nan,"),
    "empty texts": lambda: filled(b'"",'),
    "lists in lists": lambda: b"[" * MANY,
    "objects in objects": lambda: b"[" + b'{"a":' * 12_000_000,
    "one text": lambda: b'[{"id_pdc":"' + b"x" * (MANY - 20) + b'"}]',
    "one text of astral characters": lambda: filled(SMILE, b'[{"id_pdc":["', b'"]}]', 24 * 2**20 - 50),
    "three wide records": lambda: wide(21_900_000),
    "thirteen wide records": lambda: wide(5_000_000),
    "records wide as may be": lambda: wide(2_000_000),
    "many wide records": lambda: wide(900_000),
    "records of long texts": lambda: wide(65_000),
    "records of astral characters": lambda: points(3, b',"adresse_station":"' + SMILE * 5_500_000 + b'"}'),
    "texts as long as may be": lambda: points(250, b',"adresse_station":"' + SMILE * 65_000 + b'","x":nan}'),
    "a long text with one astral character": lambda: long_record() + b',{"id_pdc":"' + b"y" * 40 * 2**20 + b'"}]',
    "astral characters": lambda: filled(POINT % (1, 1, 1) + b',"adresse_station":"' + SMILE * 99 + b'"},'),
    "one text of escapes": lambda: b'[{"id_pdc":"' + b"\\ud83d\\ude00" * 5_000_000 + b'"}]',
    "one object of many keys": lambda: b"[{" + b",".join(b'"%x":1' % n for n in range(290_000)) + b"}]",
    "blanks": lambda: b"[" + b" " * (MANY - 2) + b"]",
    "records without id": lambda: filled(b'{"x":"' + b"y" * 600 + b'"},'),
    "lists of objects": lambda: filled(b'{"id_pdc":[{"a":1},{"b":2}]},'),
    "no JSON": lambda: b"[" + b"x" * (MANY - 1),
    "an object": lambda: filled(b"{},", b'{"a":[', b"]}"),
    "a country of 8 fields": lambda: points(200_000, fields(6)),
    "a country of 42 fields": lambda: points(60_000, fields(40)),
}

TABLE: Final[dict[str, Callable[[], bytes]]] = {
    "short rows": lambda: filled(b"a;b\n", b"id_pdc;statut_pdc\n", b""),
    "empty rows": lambda: filled(b";\n", b"id_pdc;statut_pdc\n", b""),
    "line ends": lambda: filled(b"\n", b"id_pdc;statut_pdc\n", b""),
    "many columns": lambda: filled(b";", b"id_pdc;statut_pdc\na;b", b"\n"),
    "a long header": lambda: filled(b";x", b"id_pdc;statut_pdc", b"\n"),
    "a row of many lines": lambda: filled(b';"\n"', b"id_pdc;statut_pdc\na", b"\n"),
    "one cell": lambda: b'id_pdc;statut_pdc\na;"' + b"x" * (MANY - 30),
    "cells of astral characters": lambda: filled(b"a;b;" + SMILE * 99 + b"\n", b"id_pdc;statut_pdc;x\n", b""),
}

HOURS = b'{"utc_offset_seconds":0,"hourly":{"time":['

OTHER: Final[dict[str, tuple[str, Callable[[], bytes]]]] = {
    "a forecast": ("open_meteo", lambda: filled(b"17,", HOURS, b"]}}")),
    "a forecast within its bound": ("open_meteo", lambda: filled(b"1700000000,", HOURS, b"]}}", 3_200_000)),
    "steps": ("openweathermap", lambda: filled(b'{"dt":1},', b'{"cod":"200","list":[', b"]}", 1_300_000)),
    "borders": ("arrondissements", lambda: filled(b"[2.0,48.0],", b'{"features":[{"geometry":[', b"]}]}")),
    "borders within their bound": ("arrondissements", lambda: filled(b"[{}],", b'{"features":[', b"]}", 490_000)),
}


def judged(family: str, name: str) -> Verdict:
    """The verdict on a costly body."""
    match family:
        case "list":
            return SOURCES["belib"].judge(LIST[name](), JSON)
        case "table":
            return SOURCES["belib_static"].judge(TABLE[name]().replace(b"id_pdc", b"id_pdc_local", 1), CSV)
        case "page":
            return judge_pages("belib", [b'{"total_count":9,"results":' + LIST[name]() + b"}"])
        case "document":
            return _of_document(b'{"_id":1,"body":' + LIST[name]() + b"}")
    source, body = OTHER[name]
    return SOURCES[source].judge(body(), JSON)


def _of_document(line: bytes) -> Verdict:
    try:
        read_document(line)
    except BodyError as error:
        return refused(f"The line {error}.")
    raise AssertionError("the line was read")


if __name__ == "__main__":
    verdict = judged(*sys.argv[1:])
    good = SOURCES["belib"].judge(points(3, b"}"), JSON)
    sys.stdout.write(json.dumps({"peak": peak_mib(), **vars(verdict), "good": [good.is_sound, good.record_count]}))
