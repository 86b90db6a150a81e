"""A long record is read, or is too long, alike in one snapshot and in a file of several."""

import json
from pathlib import Path

import pytest

from belib_platform.sources.belib_realtime import decode
from belib_platform.sources.bounds import RECORD_BYTES
from belib_platform.sources.records import BodyError
from belib_platform_tests.recordings.test_snapshot_files import BASIC_FORMS, FORMS, WANTED, found_in, history, lay, says


@pytest.mark.parametrize("form", BASIC_FORMS)
@pytest.mark.parametrize("instants", [1, 4])
def test_a_long_record_is_treated_alike_in_a_snapshot_and_in_a_history(
    tmp_path: Path, form: str, instants: int
) -> None:
    rows = [{**row, "note": ""} for row in history(instants)]
    rows[-3]["note"] = "x" * (3 * 2**19)
    lay(tmp_path, f"belib{form}", FORMS[form](rows))
    recordings, refused = found_in(tmp_path)
    if not form.endswith(".csv"):
        assert (says(recordings), refused) == (dict(list(WANTED.items())[:instants]), [])
        return
    assert [item.fetched_at for item in recordings] == list(WANTED)[: instants - 1]
    assert "has a row of more than 1,048,576 characters" in refused
    with pytest.raises(BodyError, match=r"^has a row of more than 1,048,576 characters$"):
        decode(FORMS[form](rows), "text/csv")


def test_a_record_of_a_history_has_the_bounds_of_one_of_a_snapshot(tmp_path: Path) -> None:
    for note, reason in (
        ('"' + "x" * RECORD_BYTES + '"', f"record 25 breaks off, or holds more than {RECORD_BYTES:,} bytes"),
        ("[" + "1," * 2**20 + "1]", "values in"),
        ("[" * 2**20, "nested too deeply"),
    ):
        body = json.dumps(history())[:-1] + ', {"note": ' + note + "}]"
        lay(tmp_path, "belib.json", body.encode())
        recordings, refused = found_in(tmp_path)
        assert len(recordings) == 3
        assert reason in refused[0]
