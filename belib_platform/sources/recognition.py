"""Which source a recorded body is from, by what is in it."""

import mimetypes
import re
from typing import NamedTuple

from belib_platform.sources import belib_realtime, belib_static, json_text
from belib_platform.sources.arrondissements import ARRONDISSEMENTS, is_arrondissements
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.infoclimat import INFOCLIMAT
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.openweathermap import OPENWEATHERMAP
from belib_platform.sources.portal_csv import csv_columns
from belib_platform.sources.record_body import CSV
from belib_platform.sources.records import BodyError, Layout

JSON = "application/json"

_HEAD = 2**16
"""Bytes looked at of a list: its first records show what the others are."""

_LISTS = {
    BELIB.name: tuple(column.source_names[0] for column in belib_realtime.LAYOUT.required.columns),
    BELIB_STATIC.name: tuple(column.source_names[0] for column in belib_static.LAYOUT.required.columns),
}

_TABLES = {BELIB.name: belib_realtime.LAYOUT.required, BELIB_STATIC.name: belib_static.LAYOUT.required}

_PAGES = {
    frozenset({"links", "records"}): "is a page of Explore v2.0 records",
    frozenset({"nhits", "records"}): "is a page of Explore v1.0 records",
    frozenset({"total_count", "results"}): "is a page of Explore v2.1 records",
}


class Kind(NamedTuple):
    """A source's name and the media type of its body."""

    source: str
    media_type: str


def media_type_of(body: bytes, file_name: str) -> str:
    """JSON where the body begins like it, else what the file's name says."""
    if body[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{"):
        return JSON
    return mimetypes.guess_type(file_name)[0] or "application/octet-stream"


def recognise(body: bytes, file_name: str) -> Kind:
    """The kind of a body that is a whole answer of one of our sources. Raises BodyError where it is none."""
    if media_type_of(body, file_name) != JSON:
        return Kind(_source_of_table(body), CSV)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\[", body):
        return Kind(_source_of_list(body[:_HEAD]), JSON)
    return Kind(_source_of_object(body), JSON)


def _source_of_list(head: bytes) -> str:
    for source, names in _LISTS.items():
        if all(re.search(rb'"%s"\s*:' % name.encode(), head) for name in names):
            return source
    wanted = " or ".join(" and ".join(names) for names in _LISTS.values())
    raise BodyError(f"is a list without {wanted}")


def _source_of_object(body: bytes) -> str:
    document, _ = json_text.parse(body)
    if isinstance(document.get("hourly"), dict):
        return OPEN_METEO.name
    if is_arrondissements(document):
        return ARRONDISSEMENTS.name
    if "request_state" in document:
        return INFOCLIMAT.name
    if "cod" in document and ("list" in document or "message" in document):
        return OPENWEATHERMAP.name
    for keys, name in _PAGES.items():
        if keys <= document.keys():
            raise BodyError(f"{name}, which are not read; a recording is a whole export")
    raise BodyError(f"is an object of no known source ({', '.join(list(document)[:5]) or 'empty'})")


def _source_of_table(body: bytes) -> str:
    header = body[:_HEAD].split(b"\n", 1)[0]
    for source, layout in _TABLES.items():
        if _has_columns(header, layout):
            return source
    raise BodyError("is neither JSON nor a CSV export of the portal")


def _has_columns(header: bytes, layout: Layout) -> bool:
    try:
        columns = csv_columns(json_text.text_of(header), layout).values()
    except BodyError:
        return False
    return all(column in columns for column in layout.columns)
