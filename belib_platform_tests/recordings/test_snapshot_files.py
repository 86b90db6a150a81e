"""Several snapshots in one file: taken apart by the column that tells when, or refused, and never taken for one."""

import gzip
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belib_platform.recordings import recorded_file
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.sources.belib_realtime import decode
from belib_platform_tests.examples import examples
from belib_platform_tests.sources.forms import as_csv
from belib_platform_tests.sources.portal_records import live

FIRST = datetime(2025, 10, 26, 14, tzinfo=UTC)
STEP = timedelta(minutes=15)
Rows = list[dict[str, Any]]


SECONDS = "since 1970"


def written(at: datetime, form: str) -> str | int:
    return int(at.timestamp()) if form == SECONDS else f"{at:{form}}"


def history(
    instants: int = 4,
    points: int = 6,
    field: str = "fetched_at",
    form: str = "%Y-%m-%dT%H:%M:%SZ",
    zone: tzinfo = UTC,
) -> Rows:
    """Snapshots one after another; what each point is doing tells which snapshot it is of."""
    return [
        {
            field: written((FIRST + n * STEP).astimezone(zone), form),
            **live(point, adresse_station=f"{n} Rue Foch", coordonneesxy=...),
        }
        for n in range(instants)
        for point in range(points)
    ]


def as_features(rows: Rows) -> bytes:
    features = [{"type": "Feature", "geometry": None, "properties": row} for row in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def with_non_numbers(body: bytes) -> bytes:
    """Every record gets numbers that are none, as somebody writes them who takes JSON for Python."""
    return body.replace(b'"id_pdc":', b'"note": nan, "other": -inf, "kept": "nan, \\"nan", "id_pdc":')


FORMS: dict[str, Callable[[Rows], bytes]] = {
    ".csv": partial(as_csv, separator=","),
    ".semicolon.csv": as_csv,
    ".bom.csv": lambda rows: b"\xef\xbb\xbf" + as_csv(rows),
    ".headers.csv": partial(as_csv, separator=",", header_each=6),
    ".json": lambda rows: json.dumps(rows).encode(),
    ".pretty.json": lambda rows: json.dumps(rows, indent=2).encode(),
    ".jsonl": lambda rows: "".join(f"{json.dumps(row)}\n" for row in rows).encode(),
    ".geojson": as_features,
    ".nan.json": lambda rows: with_non_numbers(json.dumps(rows).encode()),
    ".nan.jsonl": lambda rows: with_non_numbers("".join(f"{json.dumps(row)}\n" for row in rows).encode()),
    ".nan.geojson": lambda rows: with_non_numbers(as_features(rows)),
}
BASIC_FORMS = (".csv", ".json", ".jsonl", ".geojson")
"""One for each way of reading; the others are spellings of these."""

COMPRESS: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}


def lay(folder: Path, name: str, body: bytes, *, is_zipped: bool = False, entry: dict[str, Any] | None = None) -> None:
    """A file in a folder or in a zip archive in it, with a manifest beside it where there is an entry."""
    files = {name: body}
    if entry is not None:
        files["manifest.jsonl"] = json.dumps({"file": name, **entry}).encode()
    if not is_zipped:
        for file, text in files.items():
            (folder / file).write_bytes(text)
        return
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)


def found_in(folder: Path, **told: Any) -> tuple[list[Recording], list[str]]:
    found = list(find_recordings(folder, **told))
    return [item for item in found if isinstance(item, Recording)], [
        item.reason for item in found if isinstance(item, Unreadable)
    ]


def says(recordings: Sequence[Recording]) -> dict[datetime, set[str]]:
    """What each recording says of its points."""
    frames = {item.fetched_at: decode(item.read(), item.media_type).frame for item in recordings}
    return {at: set(frame["charge_point_id"] + " " + frame["address"]) for at, frame in frames.items()}


WANTED = {FIRST + n * STEP: {f"{live(p)['id_pdc']} {n} Rue Foch" for p in range(6)} for n in range(4)}

TOLD: dict[str, tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any]]] = {
    "by its name": ({"field": "scraped_at"}, None, {}),
    "by the option": ({"field": "when"}, None, {"time_field": "when"}),
    "by the manifest": ({"field": "when"}, {"time_field": "when"}, {}),
    "beside a manifest's time": ({"field": "scraped_at"}, {"fetched_at": "2025-10-26T20:00:00Z"}, {}),
    "in a zone of the options": (
        {"field": "when", "form": "%Y-%m-%dT%H:%M:%S"},
        None,
        {"time_field": "when", "time_zone": "Etc/GMT"},
    ),
    "in a zone of the manifest": (
        {"field": "timestamp", "form": "%Y-%m-%d %H:%M:%S"},
        {"time_zone": "UTC"},
        {},
    ),
    "as the option says": (
        {"field": "when", "form": "%d/%m/%Y %H:%M:%S"},
        None,
        {"time_field": "when", "time_format": "%d/%m/%Y %H:%M:%S"},
    ),
    "as the option says, in a zone": (
        {"field": "when", "form": "%d/%m/%Y %H:%M:%S", "zone": ZoneInfo("Europe/Paris")},
        None,
        {"time_field": "when", "time_format": "%d/%m/%Y %H:%M:%S", "time_zone": "Europe/Paris"},
    ),
    "as the option says, with an offset": (
        {"field": "when", "form": "%d/%m/%Y %H:%M %z", "zone": ZoneInfo("Europe/Paris")},
        None,
        {"time_field": "when", "time_format": "%d/%m/%Y %H:%M %z", "time_zone": "America/New_York"},
    ),
    "in seconds": ({"field": "timestamp", "form": SECONDS}, None, {}),
}
"""How the column is called and written, what a manifest says, and what the caller does."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("packing", COMPRESS)
@pytest.mark.parametrize("is_zipped", [False, True])
def test_each_snapshot_is_a_recording_of_its_own_time(
    tmp_path: Path, form: str, packing: str, *, is_zipped: bool
) -> None:
    body = COMPRESS[packing](FORMS[form](history()))
    lay(tmp_path, f"belib{form}{packing}", body, is_zipped=is_zipped)
    recordings, refused = found_in(tmp_path)
    assert (says(recordings), refused) == (WANTED, [])


@pytest.mark.parametrize("form", BASIC_FORMS)
@pytest.mark.parametrize("is_zipped", [False, True])
@pytest.mark.parametrize("told", TOLD)
def test_the_column_of_times_is_found_however_one_is_told_of_it(
    tmp_path: Path, form: str, told: str, *, is_zipped: bool
) -> None:
    rows, entry, options = TOLD[told]
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](history(**rows)), is_zipped=is_zipped, entry=entry)
    recordings, refused = found_in(tmp_path, **options)
    assert (says(recordings), refused) == (WANTED, [])


@pytest.mark.parametrize("form", BASIC_FORMS)
@pytest.mark.parametrize(
    ("field", "stamped", "options", "entry"),
    [
        ("batch", "%H:%M", {}, None),
        ("batch", "%H:%M", {"fetched_at": FIRST}, None),
        ("batch", "%H:%M", {}, {"fetched_at": "2025-10-26T20:00:00Z"}),
        ("scraped_at", "%Y-%m-%dT%H:%M:%SZ", {"fetched_at": FIRST}, None),
        ("scraped_at", "%Y-%m-%dT%H:%M:%S", {}, None),
        ("scraped_at", "%Y-%m-%d", {}, None),
        ("scraped_at", "soon", {"time_field": "scraped_at"}, None),
        ("timestamp", "%Y-%m-%dT14:00:00Z", {}, None),
    ],
)
def test_what_cannot_be_taken_apart_is_refused_and_says_how_many_there_are(
    tmp_path: Path, form: str, field: str, stamped: str, options: dict[str, Any], entry: Any
) -> None:
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](history(field=field, form=stamped)), entry=entry)
    recordings, [reason] = found_in(tmp_path, **options)
    assert recordings == []
    assert reason.startswith("holds 4 snapshots; name the column with --time-field")


@pytest.mark.parametrize("form", BASIC_FORMS)
def test_a_column_of_times_that_differ_from_record_to_record_tells_no_snapshots(tmp_path: Path, form: str) -> None:
    rows = [
        {**row, "timestamp": f"{FIRST + timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}"}
        for n, row in enumerate(history(points=12, field="batch"))
    ]
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](rows))
    assert found_in(tmp_path)[0] == []
    assert found_in(tmp_path, time_field="timestamp")[0] == []
    single = [row for row in rows if row["batch"] == rows[0]["batch"]]
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](single))
    [recording], refused = found_in(tmp_path)
    assert (recording.fetched_at, refused) == (datetime(2025, 10, 26, 20, tzinfo=UTC), [])


@pytest.mark.parametrize("form", FORMS)
def test_one_snapshot_that_tells_its_time_is_kept_as_it_lies_there(tmp_path: Path, form: str) -> None:
    body = FORMS[form](history(1))
    lay(tmp_path, f"belib_20251026T200000Z{form}", body)
    [recording], refused = found_in(tmp_path)
    assert (recording.fetched_at, recording.read(), refused) == (FIRST, body, [])
    at = datetime(2025, 1, 1, tzinfo=UTC)
    [given_to_all], _ = found_in(tmp_path, fetched_at=at)
    assert (given_to_all.fetched_at, given_to_all.read()) == (at, body)
    lay(tmp_path, f"belib_20251026T200000Z{form}", body, entry={"fetched_at": "2025-02-01T00:00:00Z"})
    [by_manifest], _ = found_in(tmp_path)
    assert by_manifest.fetched_at == datetime(2025, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("form", BASIC_FORMS)
def test_a_time_without_a_zone_leaves_a_single_snapshot_to_the_files_name(tmp_path: Path, form: str) -> None:
    body = FORMS[form](history(1, form="%Y-%m-%d %H:%M:%S"))
    lay(tmp_path, f"belib_20251026T200000Z{form}", body)
    [recording], _ = found_in(tmp_path)
    assert recording.fetched_at == datetime(2025, 10, 26, 20, tzinfo=UTC)
    (tmp_path / f"belib_20251026T200000Z{form}").rename(tmp_path / f"belib{form}")
    recordings, [reason] = found_in(tmp_path)
    assert recordings == []
    assert reason.startswith("has no known fetch time: the times in fetched_at have no zone")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(40))
@given(
    doubled=st.lists(st.integers(0, 39), max_size=15),
    form=st.sampled_from(sorted(FORMS)),
)
def test_an_id_that_is_there_twice_by_accident_does_not_make_several_snapshots(
    tmp_path: Path, doubled: list[int], form: str
) -> None:
    rows = [live(n, coordonneesxy=...) for n in [*range(40), *doubled]]
    lay(tmp_path, f"belib_20251026T200000Z{form}", FORMS[form](rows))
    recordings, refused = found_in(tmp_path)
    assert (len(recordings), refused) == (1, [])
    (tmp_path / f"belib_20251026T200000Z{form}").unlink()


def test_a_record_without_its_time_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    rows = history()
    rows[7]["fetched_at"] = "n/a"
    rows[8]["fetched_at"] = ""
    for form in (".csv", ".json", ".jsonl"):
        lay(tmp_path, f"belib{form}", FORMS[form](rows))
        recordings, [reason] = found_in(tmp_path)
        assert len(recordings) == 4
        assert reason == "has a record whose fetched_at cannot be read (n/a), and 1 more like it"
        (tmp_path / f"belib{form}").unlink()


def test_a_file_larger_than_a_body_may_be_is_taken_apart_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = {form: FORMS[form](history(40, 60)) for form in FORMS}
    smallest = min(map(len, bodies.values()))
    for module in (recorded_file, "belib_platform.recordings.spool", "belib_platform.recordings.snapshot_files"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.BODY_LIMIT", smallest // 4)
    for form, body in bodies.items():
        lay(tmp_path, f"belib{form}", body)
        recordings, refused = found_in(tmp_path)
        assert (len(recordings), refused) == (40, [])
        (tmp_path / f"belib{form}").unlink()


def test_what_the_operator_stamps_is_never_the_time_of_a_snapshot(tmp_path: Path) -> None:
    for name in ("last_updated", "date_maj", "record_timestamp", "Heure mise à jour"):
        with pytest.raises(ValueError, match="not when it was fetched"):
            find_recordings(tmp_path, time_field=name)
    with pytest.raises(ValueError, match="cannot both tell the time"):
        find_recordings(tmp_path, time_field="when", fetched_at=FIRST)
    with pytest.raises(ValueError, match="no time zone 'Paris'"):
        find_recordings(tmp_path, time_zone="Paris")
