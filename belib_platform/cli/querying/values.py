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


class _Text(Loader):
    def load(self, data: Buffer) -> Value:
        # a database with the encoding SQL_ASCII may contain any bytes
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
    """Adapters with the loaders above, also for arrays."""
    types = psycopg.adapters.types
    adapters = AdaptersMap(types=types)
    adapters.register_loader(0, _Text)  # for every other type
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
