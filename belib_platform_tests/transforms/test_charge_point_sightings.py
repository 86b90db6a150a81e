"""Sightings: what breaks a rule is rejected by name with its evidence, and no word is guessed at."""

import json
import unicodedata
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.vocabulary import STATUS_OF_WORD
from belib_platform.transforms.charge_point_sightings import sift_sightings, status_of
from belib_platform.transforms.sightings import RECORD_LIMIT, Sifted
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS

A, B, _ = POINTS
LIMIT = timedelta(minutes=15)
SCHEMA = {
    "record_index": pl.UInt32,
    "charge_point_id": pl.String,
    "status_word": pl.String,
    "source_updated_at": pl.Datetime("ms", "UTC"),
    "page_id": pl.String,
    "fetched_at": pl.Datetime("ms", "UTC"),
    "holds_until": pl.Datetime("ms", "UTC"),
}
PUBLISHED = {
    "Disponible": "AVAILABLE",
    "Occupé (en charge)": "CHARGING",
    "Occupée (en charge)": "CHARGING",
    "Réservé": "RESERVED",
    "Réservée": "RESERVED",
    "En maintenance": "OUTOFORDER",
    "Inconnu": "UNKNOWN",
    "Pas implémenté": "INOPERATIVE",
    "Pas implémentée": "INOPERATIVE",
    "En cours de mise en service": "INOPERATIVE",
    "Mise en service planifiée": "PLANNED",
    "Supprimé": "REMOVED",
    "Supprimée": "REMOVED",
}


def record(point: str | None, word: str | None, response: int = 0, stamp_s: int | None = 0) -> dict[str, Any]:
    at = MIDNIGHT + timedelta(minutes=5 * response)
    return {
        "charge_point_id": point,
        "status_word": word,
        "source_updated_at": None if stamp_s is None else at + timedelta(seconds=stamp_s),
        "page_id": f"belib/{response}",
        "fetched_at": at,
        "holds_until": at + LIMIT,
    }


def sift(*records: dict[str, Any]) -> Sifted:
    numbered = [{"record_index": index, **row} for index, row in enumerate(records)]
    return sift_sightings(pl.DataFrame(numbered, schema=SCHEMA))


def statuses(*words: str | None) -> list[str | None]:
    return status_of(pl.Series(words, dtype=pl.String)).to_list()


def broken(sifted: Sifted) -> list[tuple[int, str]]:
    return sorted(sifted.rejects.select("record_index", "rule").rows())


def is_of_weight(character: str) -> bool:
    """Whether it is neither a space in disguise nor the e of a feminine ending."""
    plain = unicodedata.normalize("NFKD", character).lower()
    return " " not in plain and not plain.startswith("e")


def test_a_good_record_is_a_run_of_length_one() -> None:
    (run,) = sift(record(A, "Disponible", stamp_s=-60)).good.to_dicts()
    assert run == {
        "first_seen_at": MIDNIGHT,
        "charge_point_id": A,
        "last_seen_at": MIDNIGHT,
        "holds_until": MIDNIGHT + LIMIT,
        "status": "AVAILABLE",
        "poll_count": 1,
        "source_updated_at": MIDNIGHT - timedelta(minutes=1),
    }
    assert list(run) == ChargePointStatus.column_names()


@pytest.mark.parametrize(("word", "status"), PUBLISHED.items())
def test_published_words_are_known_however_they_are_written(word: str, status: str) -> None:
    decomposed = word.replace("é", "e\u0301")
    spaced = "\u00a0" + word.replace(" ", "\u00a0 ") + " "
    assert statuses(word, word.upper(), word.lower(), decomposed, spaced) == [status] * 5


def test_the_words_published_cover_the_crosswalk() -> None:
    assert set(PUBLISHED.values()) == set(STATUS_OF_WORD.values())


@given(st.sampled_from(list(PUBLISHED)), st.characters(categories=["L", "N", "P", "S"]).filter(is_of_weight), st.data())
def test_a_word_with_a_character_more_is_no_known_word(word: str, character: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word)))
    assert statuses(word[:at] + character + word[at:]) == [None]


def test_words_that_look_alike_are_not_guessed_at() -> None:
    assert statuses("Indisponible", "", "?", "Hors service", "Occupé", "Disponible ⚠", None) == [None] * 7


@pytest.mark.parametrize(
    ("point", "word", "rule"),
    [
        (None, "Disponible", "charge_point_id_is_present"),
        ("FR*V75*EPX01*01", "Disponible", "charge_point_id_fits_its_pattern"),
        (f"{A}\n", "Disponible", "charge_point_id_fits_its_pattern"),
        ("FR*V75*EPX01*01*\N{ARABIC-INDIC DIGIT ONE}", "Disponible", "charge_point_id_fits_its_pattern"),
        ("FR*A10*EPX01*01*1", "Disponible", "charge_point_id_fits_its_pattern"),
        (A, None, "status_is_present"),
        (A, "Hors service", "status_word_is_known"),
        (None, "Hors service", "charge_point_id_is_present"),
    ],
)
def test_a_record_is_turned_away_for_the_first_rule_it_breaks(point: str | None, word: str | None, rule: str) -> None:
    sifted = sift(record(B, "Inconnu"), record(point, word))
    assert sifted.good["charge_point_id"].to_list() == [B]
    assert broken(sifted) == [(1, rule)]


def test_the_evidence_is_the_record_as_decoded_cut_at_its_limit() -> None:
    sifted = sift(record(A, "Hors service", stamp_s=None), record(B, "x" * 2 * RECORD_LIMIT))
    kept = json.loads(sifted.rejects["record"][0])
    assert (kept["charge_point_id"], kept["status_word"], kept["source_updated_at"]) == (A, "Hors service", None)
    assert sifted.rejects["record"].str.len_chars().to_list()[1] == RECORD_LIMIT


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_identical_duplicates_of_a_poll_count_once_with_their_newest_stamp(order: tuple[int, ...]) -> None:
    twins = [record(A, "Inconnu", stamp_s=None), record(A, "Inconnu", stamp_s=-9), record(A, "Inconnu", stamp_s=-5)]
    sifted = sift(*(twins[i] for i in order), record(B, "Inconnu"))
    assert sifted.rejects.is_empty()
    runs = {run["charge_point_id"]: run for run in sifted.good.to_dicts()}
    assert sifted.good.height == 2
    assert runs[A]["poll_count"] == 1
    assert runs[A]["source_updated_at"] == MIDNIGHT - timedelta(seconds=5)


def test_one_status_in_two_spellings_is_one_status() -> None:
    sifted = sift(record(A, "Réservé"), record(A, "RÉSERVÉE"))
    assert (sifted.good["status"].to_list(), sifted.rejects.height) == (["RESERVED"], 0)


def test_an_id_of_several_statuses_loses_all_its_records_of_that_poll_only() -> None:
    sifted = sift(
        record(A, "Disponible"),
        record(A, "Occupé (en charge)"),
        record(B, "Disponible"),
        record(A, "Disponible", response=1),
    )
    assert broken(sifted) == [(0, "one_status_per_poll"), (1, "one_status_per_poll")]
    seen = sifted.good.select("charge_point_id", "first_seen_at").rows()
    assert sorted(seen) == [(A, MIDNIGHT + timedelta(minutes=5)), (B, MIDNIGHT)]


def test_a_known_word_beside_an_unknown_one_is_not_believed() -> None:
    sifted = sift(record(A, "Disponible"), record(A, "Hors service"))
    assert sifted.good.is_empty()
    assert broken(sifted) == [(0, "one_status_per_poll"), (1, "status_word_is_known")]


def test_records_without_an_id_are_not_duplicates_of_each_other() -> None:
    sifted = sift(record(None, "Disponible"), record(None, "Inconnu"))
    assert broken(sifted) == [(0, "charge_point_id_is_present"), (1, "charge_point_id_is_present")]


def test_no_records_are_no_sightings() -> None:
    sifted = sift()
    assert (sifted.good.height, sifted.rejects.height) == (0, 0)
