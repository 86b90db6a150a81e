"""The same values in the forms in which portals send them."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_places(lat: float, lon: float) -> list[str]:
    """A place as a text."""
    comma = [str(axis).replace(".", ",") for axis in (lat, lon)]
    points = [f"{lat}, {lon}", f"{lat},{lon}", f" {lat} , {lon} ", f"{lat}; {lon}"]
    return [*points, " ; ".join(comma), ", ".join(comma), " ".join(comma), ";".join(comma)]


def places(lat: float, lon: float) -> list[Any]:
    """A place in every form that is known."""
    comma = {"lon": str(lon).replace(".", ","), "lat": str(lat).replace(".", ",")}
    return [
        {"lon": lon, "lat": lat},
        {"lon": str(lon), "lat": lat},
        comma,
        {"latitude": lat, "longitude": str(lon)},
        {"type": "Point", "coordinates": [lon, lat]},
        [lat, lon],
        [str(lat), lon],
        *text_places(lat, lon),
    ]


def stamps(seconds: int) -> list[Any]:
    """An instant in every form that is known."""
    instant = EPOCH + timedelta(seconds=seconds)
    iso = instant.isoformat()
    return [
        iso,
        f" {iso} ",
        iso.replace("+00:00", "Z"),
        iso.replace("T", " "),
        iso.replace("+00:00", "+0000"),
        iso.replace("+00:00", "+00"),
        (instant + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00",
        seconds,
        str(seconds),
        float(seconds),
        f"{seconds}.0",
        seconds * 1000,
        f"{seconds * 1000}",
        f"{seconds * 1000}.0",
    ]


def powers(kw: float) -> list[Any]:
    """A power in every form that is known."""
    comma = str(kw).replace(".", ",")
    return [kw, str(kw), comma, f"{kw} kW", f"{comma}kW", f" {kw} KW ", f"{kw}\N{NO-BREAK SPACE}kw"]


FLAGS: dict[bool, list[Any]] = {
    True: [True, "true", "True", "TRUE", "vrai", "Oui", "OUI", 1, "1", 1.0, " oui "],
    False: [False, "false", "False", "faux", "FAUX", "non", "NON", 0, "0", 0.0],
}

PLACES = st.tuples(st.integers(41_000, 51_500), st.integers(-5_500, 10_000)).map(
    lambda axes: (axes[0] / 1000, axes[1] / 1000)
)
INSTANTS = st.integers(1_000_000_000, 4_000_000_000)
POWERS = st.integers(0, 400_000).map(lambda watt: watt / 1000)


def as_csv(records: Sequence[dict[str, Any]], separator: str = ";", *, header_each: int = 0) -> bytes:
    """Records as the portal's CSV export, its header again before every so many; null is an empty cell."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(records[0]), delimiter=separator)
    for start in range(0, len(records), header_each or len(records)):
        writer.writeheader()
        writer.writerows(records[start : start + (header_each or len(records))])
    return out.getvalue().encode()
