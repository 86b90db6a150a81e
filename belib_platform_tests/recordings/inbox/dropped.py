"""What people drop into an inbox, made for tests."""

import gzip
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zstandard
from bson import json_util

from belib_platform_tests.sources.explore_bodies import pages_of, v2_0
from belib_platform_tests.sources.portal_records import live

NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)
DAY = NOON.date()
RECORDS = [live(n) for n in range(12)]
BODY = json.dumps(RECORDS).encode()
CSV = b"ID PDC local;Statut du point de recharge\nFR*V75*EPX10*11*1;Inconnu\n"
STATIC = json.dumps([{"id_pdc_local": live(0)["id_pdc"], "puissance_nominale": 7, "nom_station": "Foch"}]).encode()


def at(minute: int, rest: str = ".json") -> str:
    """A file's name that tells 2025-03-29 12:MM UTC."""
    return f"2025-03-29T12{minute:02}00Z{rest}"


def zipped(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)


GOOD = 11
"""Sound polls of Belib' in the mixed folder."""

BAD = {
    f"broken/{at(51)}": "The body is not whole JSON",
    f"broken/{at(52, '.html')}": "is neither JSON nor a CSV export of the portal",
    f"broken/{at(53)}": "Explore v2.1 records of no known source (stationcode), which is not kept here",
    f"broken/{at(54)}": "is empty",
    f"broken/{at(55, '.json.gz')}": "is gzip cut short",
    f"broken/{at(56)}": "narrowed by where=x",
    f"broken/{at(57)}": "The snapshot is partial: its page holds 5 of 12 records.",
    "broken/no time.json": "has no known fetch time",
    f"broken/{at(58, '.json.zst')}": "holds more than 67,108,864 bytes",
    "broken/evil.zip, ../../climbed.json": "has a name that leads out of its archive",
    f"broken/evil.zip, {at(59)}": "holds more than 67,108,864 bytes",
    "broken/lines.json, line 2": "is not whole Extended JSON",
    "broken/passwd": "is a symbolic link, which is not followed",
    f"broken/pipe_{at(43)}": "is a FIFO, which is not opened",
    f"broken/{at(44, '.csv')}": "holds 2 snapshots; name the column with --time-field",
}
"""What is refused of the mixed folder, and why."""


def drop_mixed(folder: Path) -> None:
    """Every kind of good file among every kind of bad one."""
    broken = folder / "broken"
    broken.mkdir(parents=True)
    (folder / at(0)).write_bytes(BODY)
    (folder / at(5, ".json.gz")).write_bytes(gzip.compress(BODY))
    (folder / at(10, ".json.zst")).write_bytes(zstandard.compress(BODY))
    (folder / at(15, ".csv")).write_bytes(CSV)
    (folder / at(15, "_static.json")).write_bytes(STATIC)
    for minute, version in ((20, "v1.0"), (25, "v2.0"), (30, "v2.1")):
        for number, page in enumerate(pages_of(RECORDS, 5, version)):
            (folder / at(minute, f"_{number}.json")).write_bytes(page)
    zipped(folder / "archive.zip", {f"a/{at(35)}": BODY})
    _export(folder / "documents.json", [{"at": NOON.replace(minute=40), **record} for record in RECORDS])
    (folder / ".DS_Store").write_bytes(b"?")
    (folder / at(50, ".json.part")).write_bytes(BODY)
    drop_broken(broken)


def drop_broken(broken: Path) -> None:
    """What is refused, but for two good ones that lie in files with bad ones."""
    bomb = bytes(2**26 + 1)
    (broken / at(51)).write_bytes(BODY[:-20])
    (broken / at(52, ".html")).write_text("<!doctype html><title>504</title>")
    (broken / at(53)).write_text('{"total_count": 1, "results": [{"stationcode": "1"}]}')
    (broken / at(54)).write_bytes(b"")
    (broken / at(55, ".json.gz")).write_bytes(gzip.compress(BODY)[:-12])
    (broken / at(56)).write_bytes(v2_0(RECORDS, 0, 12, where="x"))
    (broken / at(57)).write_bytes(pages_of(RECORDS, 5, "v2.0")[0])
    (broken / at(58, ".json.zst")).write_bytes(zstandard.compress(bomb))
    (broken / "no time.json").write_bytes(BODY)
    (broken / "passwd").symlink_to("/etc/passwd")
    os.mkfifo(broken / f"pipe_{at(43)}")
    (broken / at(44, ".csv")).write_bytes(CSV + CSV.partition(b"\n")[2])
    zipped(broken / "evil.zip", {"../../climbed.json": BODY, at(59): bomb, at(41): BODY})
    _export(broken / "lines.json", [{"at": NOON.replace(minute=42), "records": RECORDS}])
    with (broken / "lines.json").open("a") as lines:
        lines.write('{"_id": }\n')


def _export(path: Path, documents: list[dict[str, Any]]) -> None:
    lines = [json_util.dumps({"_id": number, **document}) for number, document in enumerate(documents)]
    path.write_text("".join(f"{line}\n" for line in lines))
