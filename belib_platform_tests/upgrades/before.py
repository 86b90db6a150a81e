"""A small home as commit 7bafb11 left it: two days, the first archived and retired.

No code of today makes any of it. The formats are written out: documents of MongoDB, the archive and its manifest, and
in `before.sql` the tables with their rows and notes.
"""

import hashlib
import io
import json
import tarfile
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import zstandard
from pymongo.database import Database

RETIRED, KEPT = date(2025, 3, 28), date(2025, 3, 29)
TABLES = Path(__file__).with_name("before.sql")
COLLECTIONS = {"belib": "raw_belib", "belib_static": "raw_belib_static", "open_meteo": "raw_meteo"}

LIVE = [
    {
        "id_pdc": f"FR*V75*EPX10*11*{number}",
        "statut_pdc": status,
        "last_updated": "2025-03-28T04:30:01+01:00",
        "coordonneesxy": {"lon": 2.35, "lat": 48.85},
        "adresse_station": "37 Rue la Boétie 75008 Paris",
        "code_insee_commune": "75108",
        "arrondissement": "08e Arrondissement",
    }
    for number, status in enumerate(["Disponible", "Occupé (en charge)"], start=1)
]
STATIC = [
    {"id_pdc_local": record["id_pdc"], "id_station_local": "FR*V75*PPX10*11", "puissance_nominale": "7"}
    | {"nom_station": "Paris | Rue la Boétie 37", "nom_operateur": "TotalEnergies", "prise_type_2": "true"}
    for record in LIVE
]
FORECAST = {
    "utc_offset_seconds": 0,
    "hourly_units": {"temperature_2m": "°C", "precipitation": "mm"},
    "hourly": {
        "time": ["2025-03-29T12:00", "2025-03-29T13:00", "2025-03-29T14:00"],
        "temperature_2m": [11.5, 12.0, 12.5],
        "precipitation": [0.0, 0.2, 0.0],
    },
}


def make_home(raw: Database[dict[str, Any]], postgres_url: str, archive: Path) -> None:
    """Fill empty stores and an empty folder."""
    responses = [response for day in (RETIRED, KEPT) for response in pages_of(day)]
    for response in responses:
        raw["poll_attempt"].insert_one(_attempt(response))
        if response["fetched_at"].date() != RETIRED:
            collection = raw[COLLECTIONS[response["source"]]]
            collection.create_index("fetched_at_ms")
            collection.insert_one(response)
    entry_sha256 = write_archive(archive, RETIRED, pages_of(RETIRED), [_attempt(page) for page in pages_of(RETIRED)])
    noted = {"_id": RETIRED.isoformat(), "entry_sha256": entry_sha256, "pages": len(pages_of(RETIRED))}
    raw["retired_day"].insert_one(noted)
    with psycopg.connect(postgres_url) as connection:
        connection.execute(TABLES.read_bytes())


def pages_of(day: date) -> list[dict[str, Any]]:
    """The documents of a day's pages."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    bodies = [("belib", noon, LIVE), ("belib", noon + timedelta(minutes=5), LIVE)]
    bodies += [("belib_static", noon - timedelta(hours=8), STATIC)]
    if day == KEPT:
        return [*(_response(*body) for body in bodies), _response("open_meteo", noon - timedelta(hours=2), FORECAST)]
    return [_response(*body) for body in bodies]


def _response(source: str, at: datetime, body: Any) -> dict[str, Any]:
    sent, ms = json.dumps(body).encode(), int(at.timestamp()) * 1000
    return {
        "_id": f"{source}/{ms}/0",
        "fetched_at_ms": ms,
        "source": source,
        "fetched_at": at,
        "received_at": at,
        "url": "https://opendata.paris.fr/export",
        "status_code": 200,
        "headers": {"content-type": "application/json"},
        "media_type": "application/json",
        "sha256": hashlib.sha256(sent).hexdigest(),
        "record_count": 3 if source == "open_meteo" else 2,
        "cadence_s": 300,
        "gap_limit_s": 900,
        "origin": "poll",
        "verdict": "sound",
        "reason": None,
        "page": 0,
        "page_count": 0,
        "body": zstandard.compress(sent, level=3),
    }


def _attempt(response: dict[str, Any]) -> dict[str, Any]:
    return {
        "_id": response["_id"].removesuffix("/0"),
        "source": response["source"],
        "fetched_at_ms": response["fetched_at_ms"],
        "origin": "poll",
        "outcome": "sound",
        "page_id": response["_id"],
        "reason": None,
        "received_at_ms": response["fetched_at_ms"],
        "record_count": response["record_count"],
    }


def write_archive(folder: Path, day: date, responses: list[dict[str, Any]], attempts: list[dict[str, Any]]) -> str:
    """Write the file of one day and the manifest; returns the hash of its line."""
    responses = sorted(responses, key=lambda response: (response["source"], response["fetched_at"], response["page"]))
    all_metadata = b"".join(map(_head, responses))
    ledger = b"".join(map(_ledger_line, sorted(attempts, key=lambda row: (row["fetched_at_ms"], row["source"]))))
    members = [("pages.jsonl", all_metadata), ("ledger.jsonl", ledger)]
    members += [(_member(response), zstandard.decompress(response["body"])) for response in responses]
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for member, content in members:
            info = tarfile.TarInfo(member)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    path = folder / f"{day:%Y}" / f"belib_raw_{day}.tar.zst"
    path.parent.mkdir(parents=True)
    path.write_bytes(zstandard.compress(tar.getvalue(), level=15))
    counts: dict[str, dict[str, int]] = {}
    for (collection, verdict), count in sorted(
        Counter((COLLECTIONS[response["source"]], response["verdict"]) for response in responses).items()
    ):
        counts.setdefault(collection, {})[verdict] = count
    facts = {
        "content_sha256": hashlib.sha256(all_metadata + ledger).hexdigest(),
        "pages": counts,
        "ledger_rows": len(attempts),
        "body_bytes": sum(len(content) for _, content in members[2:]),
    }
    return _manifest(folder, path, day, facts)


def _head(response: dict[str, Any]) -> bytes:
    times = {name: f"{response[name]:%Y-%m-%dT%H:%M:%SZ}" for name in ("fetched_at", "received_at")}
    known = {name: value for name, value in response.items() if name not in ("_id", "fetched_at_ms", "body")}
    line = {**known, **times, "collection": COLLECTIONS[response["source"]], "file": _member(response)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _ledger_line(attempt: dict[str, Any]) -> bytes:
    return json.dumps(attempt, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _member(response: dict[str, Any]) -> str:
    return f"pages/{COLLECTIONS[response['source']]}/{response['_id'].replace('/', '_')}.body"


def _manifest(folder: Path, path: Path, day: date, facts: dict[str, Any]) -> str:
    entry = {
        "format": 1,
        "day": day.isoformat(),
        "revision": 1,
        "file": path.relative_to(folder).as_posix(),
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        **facts,
        "made_at": "2025-03-29T00:19:00Z",
        "previous_sha256": "0" * 64,
    }
    hashed = json.dumps(entry, separators=(",", ":")).removesuffix("}")
    entry_sha256 = hashlib.sha256(hashed.encode()).hexdigest()
    (folder / "manifest.jsonl").write_text(f'{hashed},"entry_sha256":"{entry_sha256}"}}\n', encoding="utf-8")
    return entry_sha256
