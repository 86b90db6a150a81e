"""Recognise the source of a recorded body by its content."""

import mimetypes
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from belib_platform.sources import explore_pages, json_text
from belib_platform.sources.explore_pages import Paging
from belib_platform.sources.gbfs import GBFS
from belib_platform.sources.portal_csv import csv_columns
from belib_platform.sources.record_body import CSV
from belib_platform.sources.record_lines import GEOJSON, NDJSON, OBJECTS, object_form
from belib_platform.sources.records import BodyError, Layout
from belib_platform.sources.registry import SOURCES

JSON = "application/json"

_HEAD = 2**16
"""Bytes of a list that are read: its first records show what the others are."""

TABLES = {name: source.layout.required for name, source in SOURCES.items() if source.layout}
"""Required columns of records by source."""

_LISTS = {source: tuple(column.source_names[0] for column in layout.columns) for source, layout in TABLES.items()}
"""The names of these columns in JSON, by source."""

_ARCHIVES = {
    b"PK\3\4": "zip", b"PK\5\6": "zip", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "RAR", b"BZh": "bzip2", b"\xfd7zXZ": "xz",
}  # fmt: skip
"""First bytes of archives; those of tar are further behind."""

FORMS = {GEOJSON: "GeoJSON", GBFS: "GBFS"}
"""How messages call objects that hold records, by media type."""

_DOCUMENTS = re.compile(rb'\[\s*\{\s*"_id"\s*:')


class Kind(NamedTuple):
    """A source's name, the media type of its body, and for a page of records its place in the whole."""

    source: str
    media_type: str
    paging: Paging | None = None


def media_type_of(body: bytes, file_name: str) -> str:
    """JSON Lines or JSON if the body begins like it, else the media type by the file's name."""
    if source_of_lines(body[:_HEAD]):
        return NDJSON
    if json_text.begin_of(body[:_HEAD])[:1] in (b"[", b"{"):
        return JSON
    return mimetypes.guess_type(file_name)[0] or "application/octet-stream"


def recognise(body: bytes, file_name: str, *, url: str | None = None, source: str | None = None) -> Kind:
    """The kind of a body that is an answer of one of our sources, or a page of one.

    `url` and `source`, if known, are trusted. Raises BodyError if it is neither.
    """
    media_type = media_type_of(body, file_name)
    if source is not None:
        return _of_source(body, media_type, url, source)
    if not body:
        raise BodyError("is empty")
    if media_type == NDJSON:
        return Kind(str(source_of_lines(body[:_HEAD])), NDJSON)
    if media_type != JSON:
        return Kind(_source_of_table(body), CSV)
    if json_text.begins_a_list(body):
        return Kind(_source_of_list(body[:_HEAD]), JSON)
    document, _ = json_text.parse(body)
    if not isinstance(document, dict):
        raise BodyError(f"is JSON without any record: {body[:40].decode('utf-8', 'replace').strip()}")
    if (known := source_of_record(document)) is not None:
        return Kind(known, NDJSON)
    version = explore_pages.version_of(document)
    if version is None:
        return _of_object(document)
    paging = explore_pages.paging_of(document, version, url)
    return Kind(_source_of_page(document, version), JSON, paging)


def source_of_lines(head: bytes) -> str | None:
    """The source of a body that begins like this, if it is JSON Lines of records as the portal exports them.

    Documents of a database are not: they have an `_id`, or dates of Extended JSON.
    """
    first, _, rest = json_text.begin_of(head).partition(b"\n")
    if not rest.lstrip().startswith(b"{") or b'"$date"' in first:
        return None
    record = json_text.object_in(first)
    return None if "_id" in record else source_of_record(record)


def source_of_record(record: Any) -> str | None:
    """The source whose records have these fields, or None."""
    names = record.keys() if isinstance(record, dict) else ()
    return next((source for source, wanted in _LISTS.items() if all(name in names for name in wanted)), None)


def source_of_fields(names: Iterable[str]) -> str | None:
    """The source whose required columns have these names, or these labels of CSV exports, or None."""
    given = {name.casefold() for name in names}
    return next((source for source, layout in TABLES.items() if all(given & c.titles for c in layout.columns)), None)


def _of_source(body: bytes, media_type: str, url: str | None, source: str) -> Kind:
    if media_type != JSON or json_text.begins_a_list(body):
        return Kind(source, media_type)
    try:
        document, _ = json_text.parse(body)
    except BodyError:
        return Kind(source, JSON)  # the verdict on the body says what is wrong with it
    if (form := object_form(document)) and source in TABLES:
        return Kind(source, form)
    version = explore_pages.version_of(document)
    return Kind(source, JSON, explore_pages.paging_of(document, version, url) if version else None)


def _source_of_page(document: dict[str, Any], version: str) -> str:
    records = explore_pages.page_records(document)
    if not records:
        raise BodyError(f"is a page of Explore {version} records without any record")
    named = explore_pages.datasets_of(document)
    source = next((name for name, known in SOURCES.items() if known.dataset in named), None)
    source = source or next((known for record in records if (known := source_of_record(record))), None)
    if source is not None:
        return source
    names = list(records[0]) if isinstance(records[0], dict) else []
    fields = ", ".join(names[:5]) or "no fields"
    raise BodyError(f"is a page of Explore {version} records of no known source ({fields}), which is not kept here")


def archive_kind(head: bytes) -> str | None:
    """What kind of archive begins like this, or None."""
    kind = next((kind for magic, kind in _ARCHIVES.items() if head.startswith(magic)), None)
    return kind or ("tar" if head[257:262] == b"ustar" else None)


def _source_of_list(head: bytes) -> str:
    if _DOCUMENTS.match(json_text.begin_of(head)):
        raise BodyError("is a list of database documents; export them one a line (mongoexport without --jsonArray)")
    for source, names in _LISTS.items():
        if all(re.search(rb'"%s"\s*:' % name.encode(), head) for name in names):
            return source
    wanted = " or ".join(" and ".join(names) for names in _LISTS.values())
    raise BodyError(f"is a list without {wanted}")


def _of_object(document: dict[str, Any]) -> Kind:
    for name, source in SOURCES.items():
        if source.recognise and source.recognise(document):
            return Kind(name, JSON)
    if form := object_form(document):
        known = next(filter(None, map(source_of_record, OBJECTS[form].records(document))), None)
        if known is None:
            raise BodyError(f"is {FORMS[form]} of no known source")
        return Kind(known, form)
    raise BodyError(f"is an object of no known source ({', '.join(list(document)[:5]) or 'empty'})")


def _source_of_table(body: bytes) -> str:
    archive = archive_kind(body)
    if archive:
        raise BodyError(f"is a {archive} archive, which is not opened here")
    header = body[:_HEAD].split(b"\n", 1)[0]
    for source, layout in TABLES.items():
        if _has_columns(header, layout):
            return source
    raise BodyError("is neither JSON nor a CSV export of the portal")


def _has_columns(header: bytes, layout: Layout) -> bool:
    try:
        columns = csv_columns(json_text.text_of(header), layout).values()
    except BodyError:
        return False
    return all(column in columns for column in layout.columns)
