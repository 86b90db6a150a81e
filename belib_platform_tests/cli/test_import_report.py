"""An import ends with its summary, whatever happened; its exit code is 0 only if every file was taken."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.sources.portal_records import live

DAY, NEXT = "2025-05-06", "2025-05-07"
POINTS = [live(n) for n in range(60)]
INVENTED = [live(n) for n in range(60, 200)]


def lay(folder: Path, files: dict[str, bytes | list[dict[str, object]]]) -> Path:
    folder.mkdir()
    for name, body in files.items():
        (folder / name).write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return folder


def at(minute: int, day: str = DAY) -> str:
    return f"feed_{day}T04{minute:02}00Z.json"


@pytest.mark.slow
def test_the_summary_names_what_was_odd_and_what_was_not_taken(belib: Belib, postgres_url: str, tmp_path: Path) -> None:
    odd_word = [*POINTS[:59], live(59, statut_pdc="En vacances")]
    good: dict[str, bytes | list[dict[str, object]]] = {at(n): POINTS for n in range(5)}
    bad: dict[str, bytes | list[dict[str, object]]] = {f"[{n}] note.txt": b"nothing recorded here" for n in range(23)}
    partial = {at(10, NEXT): POINTS[:20], at(15): [*POINTS, *INVENTED]}
    no_address = {at(5): [live(n, adresse_station=...) for n in range(60)], at(6): odd_word}
    folder = lay(tmp_path / "mixed", good | bad | partial | no_address)
    result = belib("import", str(folder))
    assert (result.returncode, "Traceback" in result.stdout + result.stderr) == (1, False)
    assert f"{DAY} to {DAY} (1)" in result.stdout
    assert re.search(rf"warning no record has adresse_station \(in .*{at(5)}\)", result.stdout)
    assert re.search(rf"rejected 1 × status_word_is_known \(in .*{at(6)}\)", result.stdout)
    lines = [line for line in result.stdout.splitlines() if line.startswith("not imported")]
    assert len(lines) == 21
    assert lines[-1] == "not imported 5 more, named in the report"
    assert any("[3] note.txt: is neither JSON nor a CSV export of the portal" in line for line in lines)
    assert all(line.count("note.txt") <= 1 for line in lines)

    [report] = (tmp_path / "home" / "reports").iterdir()
    assert str(report) in result.stdout
    text = report.read_text()
    named = [name for name in bad | partial if re.search(rf"^- `.*{re.escape(name)}`: ", text, re.MULTILINE)]
    assert named == [*bad, *partial]
    assert "is partial: it holds 20 records, less than half of the usual 60." in text
    assert "holds 200 records, more than 1.5 times the usual 60." in text
    assert "1 × status_word_is_known" in text

    warehouse = Warehouse(postgres_url)
    polls = warehouse.query(
        "SELECT fetched_at::date::text AS day, outcome, count(*) AS n FROM clean.poll GROUP BY 1, 2"
    )
    assert sorted(polls.rows()) == [(DAY, "refused", 1), (DAY, "sound", 7), (NEXT, "refused", 1)]
    assert warehouse.query("SELECT count(*) AS n FROM clean.charge_point")["n"][0] == 60
    warehouse.close()

    again = belib("import", str(lay(tmp_path / "good", {**good, at(30): POINTS})))
    assert (again.returncode, "not imported" in again.stdout) == (0, False)


@pytest.mark.slow
@pytest.mark.parametrize("files", [{}, {".hidden.json": b"[]", "copying.json.part": b"[]"}])
def test_a_folder_without_a_file_is_no_success(
    belib: Belib, tmp_path: Path, files: dict[str, bytes | list[dict[str, object]]]
) -> None:
    result = belib("import", str(lay(tmp_path / "empty", files)))
    assert result.returncode == 1
    assert "Nothing was imported: " in result.stdout


@pytest.mark.slow
def test_a_day_that_cannot_be_made_is_a_sentence_after_the_summary(
    belib: Belib, postgres_url: str, tmp_path: Path
) -> None:
    assert belib("import", str(lay(tmp_path / "first", {at(0): POINTS}))).returncode == 0
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            f"ALTER TABLE clean.charge_point_status ADD CONSTRAINT shut CHECK (first_seen_at < '{NEXT}')".encode()
        )
    folder = lay(tmp_path / "second", {at(0, NEXT): POINTS, "note.txt": b"?", at(5): POINTS})
    failed = belib("import", str(folder))
    output = failed.stdout + failed.stderr
    assert (failed.returncode, "Traceback" in output) == (1, False)
    summary = failed.stdout.index(f"{DAY} to {NEXT} (2)")
    assert summary < failed.stdout.index("not imported") < failed.stdout.index(f"failed {NEXT}: ")
    assert f"failed {DAY}" not in failed.stdout
    assert "DETAIL" not in failed.stderr
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE clean.charge_point_status DROP CONSTRAINT shut")
    (folder / "note.txt").unlink()
    assert belib("import", str(folder)).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("store", ["BELIB_ELASTICSEARCH_URL", "BELIB_POSTGRES_URL"])
def test_a_store_that_is_away_is_a_sentence_after_the_summary(belib: Belib, tmp_path: Path, store: str) -> None:
    folder = lay(tmp_path / "one", {at(0): POINTS})
    away = {"BELIB_ELASTICSEARCH_URL": "http://127.0.0.1:9", "BELIB_POSTGRES_URL": "postgresql://x@127.0.0.1:9/x"}
    failed = belib("import", str(folder), **{store: away[store]})
    output = failed.stdout + failed.stderr
    assert (failed.returncode, "Traceback" in output) == (1, False), output
    assert failed.stdout.index(f"{DAY} to {DAY} (1)") < failed.stdout.index("failed ")
    assert belib("import", str(folder)).returncode == 0


@pytest.mark.slow
def test_a_report_that_cannot_be_written_costs_no_summary(belib: Belib, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "reports").write_text("no folder")
    result = belib("import", str(lay(tmp_path / "odd", {"note.txt": b"?"})))
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert "not imported" in result.stdout
    assert "The report could not be written: " in result.stdout
