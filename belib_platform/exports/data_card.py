"""The data card, `README.md` beside the exported files: content, licences, examples and limits of the data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from belib_platform.contracts.contract import Contract, doc, fingerprint, name, qualified_name
from belib_platform.contracts.dictionary import table_of_columns
from belib_platform.contracts.exports import Episode
from belib_platform.exports.coverage import CHARGE_POINTS, NETWORKS, Coverage
from belib_platform.exports.description import SIMULATED, UTC_NOTE
from belib_platform.exports.episodes import GOING_ON
from belib_platform.exports.examples import EXAMPLES
from belib_platform.exports.exported import EXPORTED
from belib_platform.exports.files import FileSet
from belib_platform.exports.tables import part_file, providers_of, whole_files
from belib_platform.raw.archive.head import ArchiveHead
from belib_platform.sources.weather import PROVIDERS
from belib_platform.sources.weather_provider import Terms
from belib_platform.warehouse.warehouse import Warehouse

TITLE = "Belib' charging points and Vélib' bike stations of Paris"

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
    **{t.contract: _by_month(t.contract) if t.by_month else _whole(t.contract) for t in EXPORTED},
    Episode: f"`{part_file(Episode, 'YYYY-MM')}`, one file per month, contains the finished episodes last observed in "
    f"that month (UTC), and `{part_file(Episode, GOING_ON)}` those that continue at the end of the export. Each "
    "episode is in exactly one file.",
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
- Trips by bike are not seen. `out_lower` and `in_lower` are changes between two polls: a bike that is taken and another
  that is returned in between cancel out, so they are lower bounds. A change of eight bikes or more is counted as the
  operator's work (`rebalanced_out`, `rebalanced_in`), though it may be riders.
- The weather is the forecast for an hour that was known when the hour began. It was not measured.
"""


@dataclass(frozen=True)
class Facts:
    """Facts about the exported tables: of each network that has rows, and of Belib' in any case."""

    coverages: Sequence[Coverage]
    is_simulated: bool
    archive_head: ArchiveHead | None = None

    @property
    def dates(self) -> tuple[date, date] | None:
        """First and last date of the tables by date; None if they have no rows."""
        known = [coverage.dates for coverage in self.coverages if coverage.dates]
        return (min(first for first, _ in known), max(last for _, last in known)) if known else None

    @property
    def terms(self) -> list[Terms]:
        """The terms of the networks, then those of the weather providers."""
        providers = {provider for coverage in self.coverages for provider in providers_of(coverage.rows)}
        forecasts = [PROVIDERS[provider].terms for provider in sorted(providers)]
        return [*(coverage.network.terms for coverage in self.coverages), *forecasts]


def data_card_files(
    warehouse: Warehouse, today: date, *, is_simulated: bool, archive_head: ArchiveHead | None = None
) -> list[FileSet]:
    """The data card; it is written only if its text changed."""
    coverages = [Coverage.read(warehouse, network, today) for network in NETWORKS]
    shown = [coverage for coverage in coverages if coverage.is_there or coverage.network is CHARGE_POINTS]
    text = data_card(Facts(shown, is_simulated, archive_head)).encode()
    return [FileSet({CARD: lambda file: file.write(text)}, lambda folder: (folder / CARD).read_bytes() == text)]


def data_card(facts: Facts) -> str:
    """The data card in Markdown."""
    simulated = [f"**{SIMULATED}**\n"] if facts.is_simulated else []
    tables = [line for contract in FILES for line in _table(contract)]
    return "\n".join(
        [
            f"# {TITLE}\n",
            *simulated,
            *_coverage(facts),
            *_contents(),
            EXAMPLES,
            *tables,
            LIMITS,
            *_terms(facts),
        ]
    )


def _coverage(facts: Facts) -> Iterator[str]:
    yield "Generated by belib_platform with each export; do not edit.\n"
    if facts.dates is None:
        yield "There are no past dates with data yet.\n"
    for coverage in facts.coverages:
        yield from coverage.sentences()
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


def _terms(facts: Facts) -> Iterator[str]:
    yield "## Licences\n\nThe metadata of each Parquet file contains these, too.\n\n| source | licence |\n|---|---|"
    yield from (f"| {whose.attribution} | [{whose.licence}]({whose.url}) |" for whose in facts.terms)
    *first, last = [f"`{name(table.contract)}`" for table in EXPORTED if table.has_weather]
    yield (
        f"\nOnly {', '.join(first)} and {last} contain forecasts. If you publish these rows, or a database derived "
        "from them, name the sources above and keep the ODbL.\n"
    )
    period = f"{facts.dates[0]} to {facts.dates[1]}" if facts.dates else "no date yet"
    contracts = ", ".join(f"{qualified_name(contract)} {fingerprint(contract)}" for contract in FILES)
    named = "; ".join(whose.attribution for whose in facts.terms)
    simulated = " (simulated)" if facts.is_simulated else ""
    yield f"## How to cite\n\n> {TITLE}, {period}{simulated}. {named}. Contracts {contracts}.\n"
