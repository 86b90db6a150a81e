"""Values of PostgreSQL as text, exactly as the server sends them, but times in ISO 8601."""

import json
import re
from collections.abc import Callable
from typing import TypeAlias

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader, Transformer
from psycopg.pq import Format

Value: TypeAlias = "bool | str | list[Value] | None"

NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "oid"})

_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_TIME = re.compile(r"(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:([+-]\d\d)(:\d\d)?)?")


class Json(str):
    """A value that is already JSON."""

    __slots__ = ()


def _number(text: str) -> Value:
    return Json(text) if _JSON_NUMBER.fullmatch(text) else text  # NaN and Infinity


def _time(text: str) -> Value:
    read = _TIME.fullmatch(text)
    if read is None:  # infinity, or before Christ
        return text
    day, time, hours, minutes = read.groups()
    if hours is None:
        return f"{day}T{time}"
    return f"{day}T{time}Z" if hours == "+00" and not minutes else f"{day}T{time}{hours}{minutes or ':00'}"


def _loader(convert: Callable[[str], Value]) -> type[Loader]:
    class TextLoader(Loader):
        def load(self, data: Buffer) -> Value:
            # a database with the encoding SQL_ASCII may contain any bytes
            return convert(bytes(data).decode(errors="replace"))

    return TextLoader


def _adapters() -> AdaptersMap:
    """Adapters that read each type as a Value, also in arrays."""
    types = psycopg.adapters.types
    adapters = AdaptersMap(types=types)
    adapters.register_loader(0, _loader(str))  # for every other type
    converters: dict[str, Callable[[str], Value]] = dict.fromkeys(NUMBERS, _number)
    converters |= {
        "json": Json,
        "jsonb": Json,
        "timestamp": _time,
        "timestamptz": _time,
        "bool": lambda text: text == "t",
    }
    for name, convert in converters.items():
        adapters.register_loader(name, _loader(convert))
    for info in types:
        if info.array_oid:
            info.register(adapters)
    return adapters


ADAPTERS = _adapters()

NUMBER_OIDS = frozenset(psycopg.adapters.types[name].oid for name in NUMBERS)


def loader_of(oid: int) -> Callable[[Buffer], Value]:
    """Function that converts the server's text for this type to a value."""
    load: Callable[[Buffer], Value] = Transformer(ADAPTERS).get_loader(oid, Format.TEXT).load
    return load


def plain(value: Value) -> str:
    """The value as text without quotes; an array is JSON."""
    return str(value) if isinstance(value, str) else as_json(value)


def as_json(value: Value) -> str:
    """The value as JSON; a string for types that JSON does not have."""
    match value:
        case Json():
            return str(value)
        case list():
            return f"[{', '.join(map(as_json, value))}]"
    return json.dumps(value, ensure_ascii=False)
