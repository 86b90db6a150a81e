"""Libraries that decode JSON, on bodies of the feed: from bytes to a polars frame of the columns that we read."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import orjson
import polars as pl
import simdjson
from polars.testing import assert_frame_equal

from belib_platform.sources.belib_realtime import LAYOUT, read
from belib_platform.sources.record_body import _sift
from belib_platform_tests.bench.load import Load
from belib_platform_tests.bench.results import Row

GROUP = "A body of the feed, from JSON to a frame"
BODIES = 48
"""As many as are folded together."""

NAMES = {column.source_names[0]: column.name for column in LAYOUT.columns}
SENT = pl.Schema({column.source_names[0]: column.type.sent for column in LAYOUT.columns})
CELLS = [name for name in NAMES if name != "coordonneesxy"]
JSON = "application/json"


class Place(msgspec.Struct, gc=False):
    """Coordinates as sent."""

    lon: float
    lat: float


class Record(msgspec.Struct, gc=False):
    """The fields of a record that we read; msgspec passes over the others."""

    id_pdc: str
    statut_pdc: str
    last_updated: str | None = None
    coordonneesxy: Place | None = None
    adresse_station: str | None = None
    code_insee_commune: str | None = None
    arrondissement: str | None = None


_RECORDS = msgspec.json.Decoder(list[Record])


def with_polars(body: bytes) -> pl.DataFrame:
    """Read by polars with a schema, which skips the other fields."""
    return pl.read_json(body, schema=SENT)


def with_msgspec(body: bytes) -> pl.DataFrame:
    """Read into typed structs, then into columns."""
    records = _RECORDS.decode(body)
    columns: dict[str, list[Any]] = {name: [getattr(record, name) for record in records] for name in CELLS}
    places = [record.coordonneesxy and (record.coordonneesxy.lon, record.coordonneesxy.lat) for record in records]
    return _frame(columns, places)


def with_dictionaries(loads: Callable[[bytes], list[dict[str, Any]]], body: bytes) -> pl.DataFrame:
    """Read into dictionaries, then into columns."""
    records = loads(body)
    columns = {name: [record.get(name) for record in records] for name in CELLS}
    found = (record.get("coordonneesxy") for record in records)
    return _frame(columns, [place and (place["lon"], place["lat"]) for place in found])


def with_simdjson(body: bytes) -> pl.DataFrame:
    """Read lazily: only the fields asked for become Python objects."""
    return with_dictionaries(simdjson.Parser().parse, body)


def sifted(body: bytes) -> pl.DataFrame:
    """As the platform does: by polars, within bounds, every record that cannot be read set aside with its rule."""
    return _sift(body, JSON, LAYOUT).records.frame


DECODERS: dict[str, Callable[[bytes], pl.DataFrame]] = {
    "polars with a schema": with_polars,
    "msgspec with typed structs": with_msgspec,
    "orjson": partial(with_dictionaries, orjson.loads),
    "simdjson": with_simdjson,
    "json": partial(with_dictionaries, json.loads),
}
OURS, OURS_TOGETHER = "ours", f"ours, {BODIES} bodies at once"


def decoder_rows(load: Load, rounds: int) -> list[Row]:
    """Milliseconds a body of each decoder, in turns, on one thread but for `OURS_TOGETHER`, which uses every core.

    Raises AssertionError where a decoder gives other values than the platform reads.
    """
    bodies = [body for _, body in islice(load.bodies(), BODIES)]
    for name, decoder in DECODERS.items():
        _require_same(name, decoder(bodies[0]), sifted(bodies[0]))
    ways: dict[str, Callable[[], object]] = {
        **{name: partial(_each, decoder, bodies) for name, decoder in DECODERS.items()},
        OURS: partial(_each, sifted, bodies),
        OURS_TOGETHER: partial(_together, bodies),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            taken[name].append((time.perf_counter() - began) / len(bodies) * 1000)
    remarks = {
        "polars with a schema": "one odd value anywhere fails the body; nothing is bounded",
        OURS: "by polars; bounds, odd records and odd values looked after",
        OURS_TOGETHER: "and every value read as its type says, on both cores",
    }
    return [Row(GROUP, name, values, "ms", remarks.get(name, "")) for name, values in taken.items()]


def _each(decoder: Callable[[bytes], pl.DataFrame], bodies: Iterable[bytes]) -> None:
    for body in bodies:
        decoder(body)


def _together(bodies: Sequence[bytes]) -> None:
    with ThreadPoolExecutor() as threads:
        read(pl.concat(threads.map(sifted, bodies)))


def _frame(columns: dict[str, list[Any]], places: Sequence[tuple[float, float] | None]) -> pl.DataFrame:
    kinds = {name: kind for name, kind in SENT.items() if name in columns}
    axes = pl.DataFrame(
        [place or (None, None) for place in places], {"lon": pl.Float64, "lat": pl.Float64}, orient="row"
    )
    place = pl.when(pl.any_horizontal(pl.all().is_not_null())).then(pl.struct("lon", "lat")).alias("coordonneesxy")
    return pl.DataFrame(columns, kinds).hstack(axes.select(place))


def _require_same(name: str, found: pl.DataFrame, expected: pl.DataFrame) -> None:
    ours = expected.drop("record_index")
    try:
        assert_frame_equal(found.rename(NAMES).select(ours.columns), ours)
    except AssertionError as error:
        raise AssertionError(f"{name} reads other values than the platform does: {error}") from error
