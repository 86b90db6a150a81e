"""A value of PostgreSQL as text: what the server sends, exact in every digit, with times as ISO 8601 writes them."""

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
    """A value that is JSON as it stands."""

    __slots__ = ()


class _Text(Loader):
    def load(self, data: Buffer) -> Value:
        # a database without an encoding holds any bytes
        return bytes(data).decode(errors="replace")


class _Bool(Loader):
    def load(self, data: Buffer) -> Value:
        return bytes(data) == b"t"


class _Json(Loader):
    def load(self, data: Buffer) -> Value:
        return Json(bytes(data).decode(errors="replace"))


class _Number(Loader):
    def load(self, data: Buffer) -> Value:
        text = bytes(data).decode()
        return Json(text) if _JSON_NUMBER.fullmatch(text) else text  # NaN and Infinity


class _Time(Loader):
    def load(self, data: Buffer) -> Value:
        text = bytes(data).decode()
        read = _TIME.fullmatch(text)
        if read is None:  # infinity, or before Christ
            return text
        day, time, hours, minutes = read.groups()
        return f"{day}T{time}{_offset(hours, minutes)}"


def _offset(hours: str | None, minutes: str | None) -> str:
    if hours is None:
        return ""
    return "Z" if hours == "+00" and not minutes else f"{hours}{minutes or ':00'}"


def _adapters() -> AdaptersMap:
    """The loaders above, and of arrays of what they load."""
    types = psycopg.adapters.types
    adapters = AdaptersMap(types=types)
    adapters.register_loader(0, _Text)  # of every type that no other is for
    loaders: dict[str, type[Loader]] = dict.fromkeys(NUMBERS, _Number)
    loaders |= {"bool": _Bool, "json": _Json, "jsonb": _Json, "timestamp": _Time, "timestamptz": _Time}
    for name, loader in loaders.items():
        adapters.register_loader(name, loader)
    for info in types:
        if info.array_oid:
            info.register(adapters)
    return adapters


ADAPTERS = _adapters()

NUMBER_OIDS = frozenset(psycopg.adapters.types[name].oid for name in NUMBERS)


def loader_of(oid: int) -> Callable[[Buffer], Value]:
    """What makes a value of the text that the server sends for this type."""
    load: Callable[[Buffer], Value] = Transformer(ADAPTERS).get_loader(oid, Format.TEXT).load
    return load


def plain(value: Value) -> str:
    """The value as text without quotes; an array is JSON."""
    return str(value) if isinstance(value, str) else as_json(value)


def as_json(value: Value) -> str:
    """The value as JSON; of what JSON has no type for, as a string."""
    match value:
        case Json():
            return str(value)
        case list():
            return f"[{', '.join(map(as_json, value))}]"
    return json.dumps(value, ensure_ascii=False)
