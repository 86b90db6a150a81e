"""Exports of documents, one a line: whole answers, and records that are one poll together."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard
from bson import json_util
from bson.binary import Binary
from bson.objectid import ObjectId

from belib_platform.raw.response import to_document
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.lines import lines_of
from belib_platform.recordings.mongoexport_lines import DocumentError, OneRecord, Whole, read_document
from belib_platform.recordings.recording import PagedSnapshot, Recording, Unreadable
from belib_platform_tests.raw.made_pages import NOON as OURS_AT
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.explore_bodies import pages_of
from belib_platform_tests.sources.portal_records import live

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
KEY = ObjectId.from_datetime(NOON)
RECORDS = [live(n) for n in range(6)]
V1 = json_util.LEGACY_JSON_OPTIONS
V2 = json_util.CANONICAL_JSON_OPTIONS


def line(document: dict[str, Any], options: json_util.JSONOptions = V2) -> str:
    return json_util.dumps(document, json_options=options)


def export(folder: Path, lines: Sequence[str], name: str = "export.json") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def found_in(path: Path, **options: Any) -> tuple[list[Recording], dict[str, str]]:
    found = list(find_recordings(path, **options))
    told = {item.place: item.reason for item in found if isinstance(item, Unreadable)}
    return [item for item in found if isinstance(item, Recording)], told


@pytest.mark.parametrize(
    "date",
    [
        {"$date": "2026-01-01T12:00:00Z"},
        {"$date": "2026-01-01T13:00:00.000+0100"},
        {"$date": NOON_MS},
        {"$date": {"$numberLong": str(NOON_MS)}},
    ],
)
@pytest.mark.parametrize("name", ["fetched_at", "when"])
def test_a_document_tells_its_time_in_any_spelling_of_extended_json(date: dict[str, Any], name: str) -> None:
    document = {"_id": {"$oid": "0" * 24}, name: date, "last_updated": {"$date": 0}, "records": RECORDS}
    found = read_document(json.dumps(document).encode())
    assert isinstance(found, Whole)
    assert (found.fetched_at, json.loads(found.body)) == (NOON, RECORDS)


def test_failing_that_its_object_id_tells() -> None:
    for options in (V1, V2):
        found = read_document(line({"_id": KEY, **live(0)}, options).encode())
        assert isinstance(found, OneRecord)
        assert (found.fetched_at, found.source, json.loads(found.record)) == (NOON, "belib", live(0))


@pytest.mark.parametrize("field", ["body", "records", "results"])
def test_whole_answers_come_as_lists_under_usual_names(tmp_path: Path, field: str) -> None:
    lines = [line({"_id": n, "fetched_at": NOON + timedelta(minutes=n), field: RECORDS}) for n in range(3)]
    recordings, told = found_in(export(tmp_path, lines))
    assert told == {}
    assert [(r.source, r.fetched_at.minute, r.place) for r in recordings] == [
        ("belib", n, f"line {n + 1}") for n in range(3)
    ]
    assert json.loads(recordings[0].read()) == RECORDS


def test_answers_of_other_sources_and_bodies_kept_as_text_or_as_objects_are_recognised(tmp_path: Path) -> None:
    forecast = {"hourly": {"time": [1], "temperature_2m": [2.5]}}
    documents: list[dict[str, Any]] = [
        {"_id": KEY, **forecast},
        {"_id": KEY, "at": NOON, "body": forecast},
        {"_id": KEY, "at": NOON, "body": json.dumps(RECORDS), "url": "https://portal.invalid/e"},
        {"_id": KEY, "at": NOON, "body": "ID PDC local;Statut du point de recharge\nFR*V75*EPX04*06*5;Inconnu\n"},
    ]
    recordings, told = found_in(export(tmp_path, [line(d) for d in documents]))
    assert told == {}
    assert [(r.source, r.media_type) for r in recordings] == [
        ("open_meteo", "application/json"),
        ("open_meteo", "application/json"),
        ("belib", "application/json"),
        ("belib", "text/csv"),
    ]
    assert json.loads(recordings[0].read()) == forecast
    assert recordings[2].url == "https://portal.invalid/e"


def test_records_that_share_a_time_are_one_answer_wherever_they_lie(tmp_path: Path) -> None:
    records = [(n, minute) for n in range(6) for minute in (5, 0)]
    lines = [line({"_id": ObjectId(), "at": NOON + timedelta(minutes=m), **live(n)}) for n, m in records]
    static = {"_id": ObjectId(), "at": NOON, "id_pdc_local": "x", "statut_pdc": "En service"}
    recordings, told = found_in(export(tmp_path, [*lines, line(static)]))
    assert told == {}
    assert [(r.source, r.fetched_at.minute) for r in recordings] == [("belib", 0), ("belib_static", 0), ("belib", 5)]
    assert [record["id_pdc"] for record in json.loads(recordings[2].read())] == [r["id_pdc"] for r in RECORDS]
    assert recordings[0].place == "6 records of 2026-01-01 12:00:00 UTC"


@pytest.mark.parametrize("version", ["v1.0", "v2.0", "v2.1"])
def test_pages_in_documents_are_put_beside_each_other(tmp_path: Path, version: str) -> None:
    lines = [line({"_id": KEY, "at": NOON, **json.loads(body)}) for body in pages_of(RECORDS, 2, version)]
    [found] = find_recordings(export(tmp_path, lines))
    assert isinstance(found, PagedSnapshot)
    assert (found.source, found.fetched_at, [p.place for p in found.pages]) == (
        "belib",
        NOON,
        ["line 1", "line 2", "line 3"],
    )


@pytest.mark.parametrize("options", [V1, V2])
def test_a_raw_page_of_our_own_comes_back_as_it_was(tmp_path: Path, options: json_util.JSONOptions) -> None:
    ours = response(RECORDS, received_at=OURS_AT + timedelta(seconds=2), cadence_s=900, gap_limit_s=2700)
    refused = response(RECORDS[:3], OURS_AT + timedelta(hours=1), verdict="refused", reason="too few")
    html = response(b"<html>", OURS_AT + timedelta(hours=2), media_type="text/html", verdict="refused", reason="odd")
    documents = [line(to_document(p), options) for p in (ours, refused, html)]
    recordings, told = found_in(export(tmp_path, documents))
    assert told == {}
    assert [r.read() for r in recordings] == [ours.body, refused.body, html.body]
    first = recordings[0]
    assert (first.source, first.fetched_at, first.received_at) == ("belib", ours.fetched_at, ours.received_at)
    assert (first.cadence_s, first.url, first.refused_because) == (900, ours.url, None)
    assert [r.refused_because for r in recordings[1:]] == ["too few", "odd"]
    assert recordings[2].media_type == "text/html"


def _ours(**changes: Any) -> dict[str, Any]:
    return {**to_document(response(RECORDS)), **changes}


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        ('{"_id": 1, "records": [', "is not whole Extended JSON"),
        ('{"_id": {"$oid": "xyz"}, "records": []}', "is not whole Extended JSON"),
        ('{"_id": 1, "at": {"$date": "yesterday"}}', "is not whole Extended JSON"),
        ('{"_id": 1, "at": {"$date": {"$numberLong": "9e99"}}}', "is not whole Extended JSON"),
        ('{"_id": 1, "a": %s}' % ("[" * 100_000), "is not whole Extended JSON"),
        ('{"_id": 1, "records": []}', "tells no time: it has no field with a date, and its _id is no ObjectId"),
        (line({"_id": 1, "a": NOON, "b": NOON}), "has several dates (a, b), and none is called fetched_at"),
        (line({"_id": KEY, "a": 1}), "is an object of no known source (a)"),
        (line({"_id": KEY, "records": [{"a": 1}]}), "is a list without id_pdc"),
        (line({"_id": KEY, "at": NOON, "body": ""}), "is empty"),
        ("[]", "is no document but a list"),
        (line(_ours(sha256="0" * 64)), "has a body that is not what its sha256 says"),
        (line(_ours(body=Binary(b"(\xb5/\xfd junk"))), "has a body that is not sound zstd"),
        (line(_ours(body=zstandard.compress(b"[]")[:-2])), "has a body that is zstd cut short"),
        (line(_ours(source="velov")), "is of the source 'velov'; known are belib"),
        (line(_ours(fetched_at=1)), "is of the source 'belib'"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_rule_and_costs_only_itself(
    tmp_path: Path, document: str, rule: str
) -> None:
    good = line({"_id": KEY, "records": RECORDS})
    recordings, told = found_in(export(tmp_path, [good, document, good]))
    assert [r.place for r in recordings] == ["line 1", "line 3"]
    assert list(told) == ["line 2"]
    assert rule in told["line 2"]
    assert len(told["line 2"]) < 250


def test_a_body_that_would_unpack_beyond_the_bound_is_refused() -> None:
    bomb = zstandard.compress(bytes(2**26 + 1))
    with pytest.raises(DocumentError, match="holds more than 67,108,864 bytes"):
        read_document(line(_ours(body=bomb, sha256=hashlib.sha256(b"").hexdigest())).encode())


def test_many_bad_lines_are_counted_and_not_all_named(tmp_path: Path) -> None:
    good = line({"_id": KEY, "records": RECORDS})
    recordings, told = found_in(export(tmp_path, [good, *['{"_id": }'] * 50, good]))
    assert len(recordings) == 2
    assert len(told) == 21
    assert told[""] == "has 30 more lines that give nothing"


def test_an_export_may_be_compressed_and_lie_in_any_file(tmp_path: Path) -> None:
    text = "".join(line({"_id": KEY, "at": NOON, **record}) + "\n" for record in RECORDS).encode()
    (tmp_path / "2020-01-01T000000Z.bin").write_bytes(gzip.compress(text))
    (recordings, told) = found_in(tmp_path)
    assert (told, [r.fetched_at for r in recordings]) == ({}, [NOON])
    given = NOON + timedelta(days=1)
    assert [r.fetched_at for r in found_in(tmp_path, fetched_at=given)[0]] == [given]


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_of_an_export_that_is_cut_no_snapshot_made_of_single_records_is_taken(tmp_path: Path, suffix: str) -> None:
    whole = line({"_id": KEY, "at": NOON, "records": RECORDS})
    text = "\n".join([whole, *[line({"_id": KEY, "at": NOON, **record}) for record in RECORDS]]).encode()
    cut = gzip.compress(text)[:-9] if suffix else text[:-9]
    (tmp_path / f"export.json{suffix}").write_bytes(cut)
    recordings, told = found_in(tmp_path)
    assert [r.place for r in recordings] == ["line 1"]
    assert any("none that is made of single records is taken" in reason for reason in told.values())


def test_an_answer_of_a_forecast_on_one_line_is_no_export_and_a_list_of_documents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2026-01-01T120000Z.json").write_text('{"hourly": {"time": [1], "temperature_2m": [2]}}\n')
    (tmp_path / "2026-01-01T120500Z.json").write_text(json.dumps([{"_id": 1, **live(0)}]))
    (tmp_path / "two.json").write_text(line({"at": NOON, **live(0)}) + "\n" + line({"at": NOON, **live(1)}))
    recordings, told = found_in(tmp_path)
    assert [r.source for r in recordings] == ["open_meteo", "belib"]
    assert list(told.values()) == [
        "is a list of database documents; export them one a line (mongoexport without --jsonArray)"
    ]


def test_lines_are_bounded_and_numbered_whatever_the_chunks() -> None:
    chunks = [b"ab", b"c\n", b"\nd", b"e\nf"]
    assert [(found.number, found.text, found.is_ended) for found in lines_of(chunks)] == [
        (1, b"abc", True),
        (2, b"", True),
        (3, b"de", True),
        (4, b"f", False),
    ]
    long = [b"a\n", *[bytes(2**25)] * 3, b"\nb\n"]
    assert [(found.number, found.text) for found in lines_of(long)] == [(1, b"a"), (2, None), (3, b"b")]


DOCUMENTS: dict[str, dict[str, Any]] = {
    "a date": {"_id": 1, "at": NOON},
    "a text": {"_id": 1, "fetched_at": "2026-01-01T13:00:00+01:00"},
    "seconds": {"_id": 1, "timestamp": NOON_MS // 1000},
    "an ObjectId": {"_id": KEY},
    "nothing": {"_id": 1},
    "a text without a zone": {"_id": 1, "fetched_at": "2026-01-01T12:00:00"},
}
GIVEN, BY_MANIFEST, BY_NAME = (NOON + timedelta(days=n) for n in (1, 2, 3))


@pytest.mark.parametrize("own", DOCUMENTS)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("is_whole", [True, False])
def test_the_caller_goes_before_the_manifest_that_before_the_document_and_that_before_the_name(
    tmp_path: Path, own: str, suffix: str, *, is_whole: bool
) -> None:
    document = DOCUMENTS[own]
    documents = [{**document, "records": RECORDS}] if is_whole else [{**document, **record} for record in RECORDS]
    text = "".join(f"{line(d)}\n" for d in documents).encode()
    name = f"export_{BY_NAME:%Y-%m-%dT%H%M%SZ}.json{suffix}"
    packed = {"": text, ".gz": gzip.compress(text), ".zst": zstandard.compress(text)}[suffix]
    (tmp_path / name).write_bytes(packed)
    tells = own not in ("nothing", "a text without a zone")

    def time_of(**options: Any) -> datetime:
        [recording], told = found_in(tmp_path, **options)
        assert told == {}
        assert json.loads(recording.read()) == RECORDS or not is_whole
        return recording.fetched_at

    assert time_of() == (NOON if tells else BY_NAME)
    entry = json.dumps({"file": name, "fetched_at": BY_MANIFEST.isoformat(), "source": "belib"})
    (tmp_path / "manifest.jsonl").write_text(entry)
    assert time_of() == BY_MANIFEST
    assert time_of(fetched_at=GIVEN) == GIVEN


def test_one_time_for_documents_of_several_instants_is_refused(tmp_path: Path) -> None:
    lines = [line({"_id": n, "at": NOON + timedelta(minutes=n), **record}) for n in range(3) for record in RECORDS]
    recordings, told = found_in(export(tmp_path, lines))
    assert (len(recordings), told) == (3, {})
    recordings, told = found_in(export(tmp_path, lines), fetched_at=NOON)
    assert recordings == []
    assert list(told.values()) == ["are of 3 snapshots, and one time is said of all"]
