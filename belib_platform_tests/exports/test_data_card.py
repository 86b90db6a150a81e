"""The data card says what the files hold, column by column, and what they do not."""

import re
from pathlib import Path

import pytest

from belib_platform.contracts.contract import column_docs, fingerprint
from belib_platform.contracts.exports import Episode
from belib_platform.exports.data_card import data_card_files
from belib_platform.exports.exported import EXPORTED
from belib_platform.exports.files import write_files
from belib_platform.raw.archive.head import ArchiveHead
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.exports.made_rows import DAYS, TODAY, city, write_city, write_status


def export(house: Warehouse, folder: Path, *, is_simulated: bool = False) -> str | None:
    """The card, or None when it was not written."""
    written = write_files(folder, data_card_files(house, TODAY, is_simulated=is_simulated))
    return (folder / "README.md").read_text(encoding="utf-8") if written else None


def test_it_tells_columns_terms_days_and_share_and_how_to_cite(tables: Warehouse, folder: Path) -> None:
    card = export(tables, folder)
    assert card is not None
    for contract in (Episode, *(table.contract for table in EXPORTED)):
        assert fingerprint(contract) in card
        for column, meaning in column_docs(contract).items():
            assert f"`{column}`" in card
            assert meaning in card
    assert "`city_daily`: 4 dates from 2026-10-30 to 2026-11-02, 8 rows." in card
    assert "50.0% of the charge points' time on these dates was observed" in card
    assert "`charge_point_status`: 3 UTC days from 2026-10-30 to 2026-11-01, 9 rows." in card
    for word in ("ODbL 1.0", "CC BY 4.0", "Ville de Paris", "Open-Meteo.com", "lower bound", "## How to cite"):
        assert word in card
    assert "SIMULATED" not in card


def test_it_names_velib_where_there_are_bikes(tables: Warehouse, bikes: Warehouse, folder: Path) -> None:
    card = export(bikes, folder) or ""
    assert "`bike_city_daily`: 1 dates from 2026-10-30 to 2026-10-30, 1 rows." in card
    assert "4.2% of the bike stations' time on these dates was observed" in card
    assert "`bike_station_status`: 1 UTC days from 2026-10-30 to 2026-10-30, 2 rows." in card
    assert card.count("| Vélib' bike stations: Smovengo / Autolib' Vélib' Métropole – opendata.paris.fr") == 1
    assert card.count("Open-Meteo.com") == 2


def test_it_names_no_network_that_has_no_rows(tables: Warehouse, folder: Path) -> None:
    assert "Smovengo" not in (export(tables, folder) or "")


def test_no_sentence_of_it_is_cut_off(tables: Warehouse, folder: Path) -> None:
    card = re.sub(r"```.*?```", "", export(tables, folder) or "", flags=re.DOTALL)
    paragraphs = [part.strip() for part in re.split(r"\n{2,}", card) if not part.startswith(("#", "|", "-"))]
    assert [part for part in paragraphs if not part.endswith((".", ":"))] == []


def test_it_carries_the_head_of_the_archive(tables: Warehouse, folder: Path) -> None:
    assert "belib archive verify --head" not in (export(tables, folder) or "")
    head = ArchiveHead(DAYS[0], "0123456789abcdef" * 4)
    write_files(folder, data_card_files(tables, TODAY, is_simulated=False, archive_head=head))
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"archived up to {DAYS[0]}. The head of the archive's chain is `{head.sha256}`" in card


def test_it_is_written_again_only_when_it_says_something_else(tables: Warehouse, folder: Path) -> None:
    export(tables, folder)
    before = (folder / "README.md").stat()
    write_status(tables, TODAY, points=9, run="five minutes later")
    assert export(tables, folder) is None
    assert (folder / "README.md").stat().st_ino == before.st_ino
    write_city(tables, DAYS[0], city(DAYS[0], 3), run="later")
    assert "9 rows" in (export(tables, folder) or "")


def test_simulated_history_and_an_empty_table_are_said_first(warehouse: Warehouse, folder: Path) -> None:
    card = export(warehouse, folder, is_simulated=True) or ""
    assert card.splitlines()[2].startswith("**SIMULATED")
    assert "There are no past dates" in card
    assert "no date yet (simulated)" in card


@pytest.mark.parametrize(
    ("provider", "named"), [("infoclimat", "www.infoclimat.fr"), ("openweathermap", "OpenWeather")]
)
def test_it_names_the_providers_used_and_no_others(
    warehouse: Warehouse, folder: Path, provider: str, named: str
) -> None:
    write_city(warehouse, DAYS[0], city(DAYS[0], weather_providers=provider))
    card = export(warehouse, folder) or ""
    assert named in card
    assert "Open-Meteo" not in card
