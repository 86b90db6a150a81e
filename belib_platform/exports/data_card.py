"""The data card, `README.md` beside the exported files: content, licences, examples and limits of the data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, Station
from belib_platform.contracts.contract import Contract, doc, fingerprint, qualified_name
from belib_platform.contracts.dictionary import table_of_columns
from belib_platform.contracts.exports import Episode
from belib_platform.contracts.mart import SECONDS, CityDaily, StationAvailabilityHourly
from belib_platform.exports.description import SIMULATED, UTC_NOTE
from belib_platform.exports.episodes import GOING_ON
from belib_platform.exports.examples import EXAMPLES
from belib_platform.exports.files import FileSet
from belib_platform.exports.tables import months_over, part_file, providers_of, whole_files
from belib_platform.exports.terms import terms_of
from belib_platform.raw.archive.head import ArchiveHead
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.warehouse import Warehouse

CARD = "README.md"


def _whole(contract: type[Contract]) -> str:
    csv_name, metadata_name, parquet_name = whole_files(contract)
    return (
        f"`{csv_name}` (RFC 4180, UTF-8; a null is an empty field), its metadata `{metadata_name}` (CSV on the Web), "
        f"and the same rows in `{parquet_name}`."
    )


def _by_month(contract: type[Contract]) -> str:
    return f"`{part_file(contract, 'YYYY-MM')}`, one file per month with its past UTC days, and one row group per day."


FILES: dict[type[Contract], str] = {
    CityDaily: _whole(CityDaily),
    StationAvailabilityHourly: _by_month(StationAvailabilityHourly),
    ChargePointStatus: _by_month(ChargePointStatus),
    Episode: f"`{part_file(Episode, 'YYYY-MM')}`, one file per month, contains the finished episodes last observed in "
    f"that month (UTC), and `{part_file(Episode, GOING_ON)}` those that continue at the end of the export. Each "
    "episode is in exactly one file.",
    ChargePoint: _whole(ChargePoint),
    Station: _whole(Station),
}
"""Which files contain the rows of each contract."""

LIMITS = """\
## What polling cannot know

- A change is observed at the next poll, so a status period begins at some instant between two polls. Periods are cut
  at midnight UTC. Episodes are not cut, and name the two polls between which they began and ended, if these are known.
- Sessions shorter than the polling interval are missed. A count of sessions is a lower bound, and must not be compared
  between times with different polling intervals. Shares of time are not biased by this.
- CHARGING may be a car that no longer charges.
- The real status behind UNKNOWN is not known. Therefore uptime is a range between two bounds.
- An observation is valid for at most three polling intervals. Time beyond that is unobserved: neither free nor busy nor
  down, and never filled in. Where `observed_ratio` is low, shares refer to the observed time only.
- The weather is the forecast for an hour that was known when the hour began. It was not measured.
"""


@dataclass(frozen=True)
class Facts:
    """Facts about the exported tables."""

    status_days: Sequence[Note]
    city: pl.DataFrame
    is_simulated: bool
    archive_head: ArchiveHead | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last date of CityDaily; None if it has no rows."""
        dates = self.city["local_date"]
        return (dates[0], dates[-1]) if self.city.height else None

    @property
    def observed_ratio(self) -> float:
        """Observed share of the time of all charge points on all dates."""
        whole = pl.col("point_count").cast(pl.Int64) * pl.col("hours") * 3600
        observed = pl.sum_horizontal(pl.col(SECONDS[:-1]).cast(pl.Int64))
        return float(self.city.select(observed.sum() / whole.sum()).item())


def data_card_files(
    warehouse: Warehouse, today: date, *, is_simulated: bool, archive_head: ArchiveHead | None = None
) -> list[FileSet]:
    """The data card; it is written only if its text changed."""
    city = warehouse.read(CityDaily).sort(CityDaily.primary_key())
    days = [note for notes in months_over(warehouse, ChargePointStatus, today).values() for note in notes]
    text = data_card(Facts(days, city, is_simulated, archive_head)).encode()
    return [FileSet({CARD: lambda file: file.write(text)}, lambda folder: (folder / CARD).read_bytes() == text)]


def data_card(facts: Facts) -> str:
    """The data card in Markdown."""
    terms = terms_of(providers_of(facts.city))
    simulated = [f"**{SIMULATED}**\n"] if facts.is_simulated else []
    tables = [line for contract in FILES for line in _table(contract)]
    return "\n".join(
        [
            "# Belib' charging points of Paris\n",
            *simulated,
            *_coverage(facts),
            *_contents(),
            EXAMPLES,
            *tables,
            LIMITS,
            *_terms(terms, facts),
        ]
    )


def _coverage(facts: Facts) -> Iterator[str]:
    yield "Generated by belib_platform with each export; do not edit.\n"
    if facts.days is None:
        yield "There are no past dates with data yet.\n"
    else:
        first, last = facts.days
        dates = facts.city["local_date"].n_unique()
        yield f"`city_daily`: {dates} dates from {first} to {last}, {facts.city.height} rows."
        yield f"{facts.observed_ratio:.1%} of the charge points' time on these dates was observed.\n"
    if facts.status_days:
        first_key, last_key = facts.status_days[0].window_key, facts.status_days[-1].window_key
        rows = sum(note.row_count for note in facts.status_days)
        yield f"`charge_point_status`: {len(facts.status_days)} UTC days from {first_key} to {last_key}, {rows} rows.\n"
    if facts.archive_head:
        yield (
            f"The raw responses are archived up to {facts.archive_head.newest_day}. The head of the archive's chain is "
            f"`{facts.archive_head.sha256}`. With it, `belib archive verify --head` proves that everything archived up "
            "to that day is unchanged.\n"
        )
    yield f"{UTC_NOTE} Columns that end in `_s` are seconds, in `_ratio` shares from 0 to 1.\n"


def _contents() -> Iterator[str]:
    yield "| table | one row per |\n|---|---|"
    for contract in FILES:
        row = doc(contract).removeprefix("One row per ").partition(":")[0].partition(".")[0]
        heading = qualified_name(contract)
        anchor = heading.replace(".", "")  # GitHub's anchor of the heading
        yield f"| [`{heading}`](#{anchor}) | {row} |"
    yield ""


def _table(contract: type[Contract]) -> Iterator[str]:
    yield f"## `{qualified_name(contract)}`\n\n{doc(contract)}\n\n{FILES[contract]}\n"
    yield f"Contract {fingerprint(contract)}; it changes if a column's name, type, key or bound changes.\n"
    yield from table_of_columns(contract)


def _terms(terms: Sequence[Terms], facts: Facts) -> Iterator[str]:
    yield "## Licences\n\nThe metadata of each Parquet file contains these, too.\n\n| source | licence |\n|---|---|"
    yield from (f"| {whose.attribution} | [{whose.licence}]({whose.url}) |" for whose in terms)
    yield (
        "\nOnly `city_daily` and `station_availability_hourly` contain forecasts. If you publish these rows, or a "
        "database derived from them, name the sources above and keep the ODbL.\n"
    )
    period = f"{facts.days[0]} to {facts.days[1]}" if facts.days else "no date yet"
    contracts = ", ".join(f"{qualified_name(contract)} {fingerprint(contract)}" for contract in FILES)
    named = "; ".join(whose.attribution for whose in terms)
    simulated = " (simulated)" if facts.is_simulated else ""
    yield f"## How to cite\n\n> Belib' charging points of Paris, {period}{simulated}. {named}. Contracts {contracts}.\n"
