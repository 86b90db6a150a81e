"""Whatever reading, judging or keeping one file raises, that file is named, and the others are taken."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from bson import json_util
from bson.objectid import ObjectId
from pymongo.errors import ServerSelectionTimeoutError

from belib_platform.raw.store import RawStore
from belib_platform.recordings import files, finding, mongoexport_files, response_files, snapshot_files
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.settings import Settings
from belib_platform_tests.sources.explore_bodies import pages_of
from belib_platform_tests.sources.portal_records import live

SETTINGS = Settings(_env_file=None)
RECORDS = [live(n) for n in range(3)]
BODY = json.dumps(RECORDS).encode()
NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)

ERRORS = [
    MemoryError(),
    RuntimeError("the walls\nhave ears"),
    RecursionError("too deep"),
    OverflowError("too large"),
    AssertionError(),
    KeyError("x"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
    OSError(5, "Input/output error", "/somewhere/a.json"),
    pl.exceptions.PanicException("a panic"),
    pl.exceptions.ComputeError("no"),
]


def recording(minute: int, error: BaseException | None = None) -> Recording:
    def read() -> bytes:
        if error is not None:
            raise error
        return BODY

    at = NOON + timedelta(minutes=minute)
    return Recording(Path(f"/somewhere/{minute}.json"), "belib", at, "application/json", None, read)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_file_that_cannot_be_read_costs_only_itself(store: RawStore, error: BaseException) -> None:
    result = import_recordings([recording(0), recording(1, error), recording(2)], SETTINGS, store)
    assert result.sound == Counter(belib=2)
    [(file, reason)] = result.refused
    assert file == "/somewhere/1.json"
    assert reason.startswith("cannot be read: ")
    assert "\n" not in reason
    assert "/somewhere" not in reason


@pytest.mark.parametrize("error", [ERRORS[0], ERRORS[-3], ERRORS[-2]], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    ("module", "function", "lines"),
    [
        (files, "columns_of", [live(0)]),
        (finding, "read_response", RECORDS),
        (response_files, "recognise", RECORDS),
        (snapshot_files, "record_stream", [{"fetched_at": "2025-03-29T12:01:00Z", **live(0)}]),
        (mongoexport_files, "read_document", [{"_id": {"$oid": "0" * 24}, "records": RECORDS}]),
    ],
)
def test_a_file_that_breaks_its_reader_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, module: Any, function: str, lines: Any
) -> None:
    for minute in range(3):
        (tmp_path / f"2025-03-29T120{minute}00Z.json").write_text(
            "\n".join(json.dumps({**line, "n": minute}) for line in lines) + "\n"
        )
    real = getattr(module, function)
    calls = iter(range(100))

    def breaking(*args: Any, **more: Any) -> Any:
        if next(calls) == 1:
            raise error
        return real(*args, **more)

    monkeypatch.setattr(module, function, breaking)
    found = list(find_recordings(tmp_path))
    [unreadable] = [item for item in found if isinstance(item, Unreadable)]
    assert {item.path for item in found if isinstance(item, Recording)} == {*tmp_path.iterdir()} - {unreadable.path}


def test_a_page_that_a_store_cannot_hold_costs_only_itself(store: RawStore, tmp_path: Path) -> None:
    for minute in range(3):
        (tmp_path / f"2025-03-29T120{minute}00Z.json").write_bytes(BODY)
    document = {"_id": ObjectId.from_datetime(NOON), "at": NOON + timedelta(minutes=5), "records": RECORDS}
    line = json_util.dumps({**document, "url": "U"}).replace('"U"', r'"\ud800"')
    (tmp_path / "export.json").write_text(f"{line}\n")
    result = import_recordings(find_recordings(tmp_path), SETTINGS, store)
    assert result.sound == Counter(belib=3)
    [(file, reason)] = result.refused
    assert file.endswith("export.json, line 1")
    assert reason.startswith("cannot be read: ")


def test_pages_of_which_one_cannot_be_held_cost_only_their_answer(store: RawStore, tmp_path: Path) -> None:
    (tmp_path / "2025-03-29T120000Z.json").write_bytes(BODY)
    with (tmp_path / "export.json").open("w") as lines:
        for response in pages_of([live(n) for n in range(6)], 3, "v2.0"):
            text = json_util.dumps({"_id": 1, "at": NOON + timedelta(minutes=5), "url": "U", "body": response.decode()})
            lines.write(text.replace('"U"', r'"\ud800"') + "\n")
    result = import_recordings(find_recordings(tmp_path), SETTINGS, store)
    assert result.sound == Counter(belib=1)
    assert len(result.refused) == 2


def test_what_was_done_is_known_when_the_store_goes_away(store: RawStore, monkeypatch: pytest.MonkeyPatch) -> None:
    done, real = ImportResult(), store.keep

    def keep_once(*args: Any) -> Any:
        monkeypatch.setattr(store, "keep", _away)
        return real(*args)

    monkeypatch.setattr(store, "keep", keep_once)
    with pytest.raises(ServerSelectionTimeoutError):
        import_recordings((recording(n) for n in range(80)), SETTINGS, store, into=done)
    assert done.sound == Counter(belib=32)


def _away(*_: Any) -> Any:
    raise ServerSelectionTimeoutError("nobody answers")


def test_a_file_that_changes_between_two_looks_is_named(store: RawStore) -> None:
    bodies = iter([BODY, BODY + b" "])
    changing = Recording(Path("/a.json"), "belib", NOON, "application/json", None, lambda: next(bodies))
    result = import_recordings([changing, recording(1)], SETTINGS, store)
    assert (result.sound, result.refused) == (Counter(belib=1), [("/a.json", "changed while it was imported")])
