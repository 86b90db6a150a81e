"""Asking Belib' through a portal on 127.0.0.1 that has every fault the real one has shown."""

import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from belib_platform.settings import Settings
from belib_platform.sources.answer import SourceError
from belib_platform.sources.belib_realtime import BELIB, decode
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.http import HttpPolicy, fetch
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import ask
from belib_platform.sources.verdict import Verdict
from belib_platform_tests.sources.local_server import Handler, LocalServer, Respond, answering, serving
from belib_platform_tests.sources.portal_records import live

POINTS = [live(number) for number in range(200)]
HTML = "<!DOCTYPE html><html><title>Maintenance</title></html>"


def portal(export: object, announcement: object = None, status: int = 200, count_status: int = 200) -> Respond:
    """Answers `/exports/json` with one thing and `/records?limit=0` with another."""
    count = {"total_count": len(POINTS), "results": []} if announcement is None else announcement

    def respond(handler: Handler) -> None:
        is_count = "/records?limit=0" in handler.path
        answering(count if is_count else export, count_status if is_count else status)(handler)

    return respond


def settings_for(server: LocalServer) -> Settings:
    return Settings(opendatasoft_url=server.url, open_meteo_url=server.url, _env_file=None)


def verdict_on(quick: HttpPolicy, *args: Any, **more: Any) -> Verdict:
    with serving(portal(*args, **more)) as server:
        return ask(BELIB, settings_for(server), quick)[1]


def test_a_whole_answer_is_sound(quick: HttpPolicy) -> None:
    with serving(portal(POINTS)) as server:
        answer, verdict = ask(BELIB, settings_for(server), quick)
    assert verdict == Verdict(is_sound=True, reason=None, record_count=200, warning=None)
    assert json.loads(answer.body) == POINTS
    assert [path.partition("temps-reel/")[2] for path in server.asked] == [
        "exports/json?timezone=UTC",
        "records?limit=0",
    ]


@pytest.mark.parametrize(
    ("export", "told"),
    [
        (json.dumps(POINTS).encode()[:5000], "is not whole JSON: "),
        (HTML.encode(), "is not whole JSON: Expecting value at character 0 of 54, where it says '<!DOCTYPE html>"),
        ([], "is an empty list"),
        ({"error": "Too many requests"}, "not a list of records but an object that says: Too many requests"),
        ([{"id_borne": "a", "statut_pdc": "Disponible"}], "No record can be read by its id_pdc"),
        ([live(0, statut_pdc=..., etat="Disponible")], "No record has statut_pdc."),
        (POINTS[:197], "holds 197 of 200 records announced"),
    ],
)
def test_what_is_not_sound_is_refused_and_says_why(quick: HttpPolicy, export: object, told: str) -> None:
    verdict = verdict_on(quick, export)
    assert not verdict.is_sound
    assert told in (verdict.reason or "")


def test_the_table_may_move_between_the_two_requests(quick: HttpPolicy) -> None:
    assert verdict_on(quick, POINTS[:198]).is_sound
    assert verdict_on(quick, [*POINTS, live(200)]).is_sound


@pytest.mark.parametrize(
    ("announcement", "status"),
    [({"error": "Too many requests"}, 429), ({"message": "gone"}, 404), (HTML.encode(), 200), ({"nhits": 7}, 200)],
)
def test_an_announcement_that_fails_costs_nothing(quick: HttpPolicy, announcement: object, status: int) -> None:
    verdict = verdict_on(quick, POINTS[:10], announcement, count_status=status)
    assert verdict.is_sound
    assert "not compared with an announcement" in (verdict.warning or "")


@pytest.mark.parametrize(
    ("records", "warning"),
    [
        ([live(0), "odd"], "records that cannot be read: 1 × record_is_an_object"),
        ([live(0, last_updated=...)], "no record has last_updated"),
        ([live(0), live(1, coordonneesxy="odd")], "values that cannot be read: 1 × coordinates_are_readable"),
        (
            [live(0, last_updated="odd"), live(1, last_updated="odd", coordonneesxy=7)],
            "values that cannot be read: 2 × source_updated_at_is_readable, 1 × coordinates_are_readable",
        ),
        (
            [live(0, id_pdc=live(0)["id_pdc"].lower()), live(1, statut_pdc="disponible\u00a0")],
            "values in an unusual spelling: 1 × charge_point_id_is_normalised, 1 × status_word_is_normalised",
        ),
        (
            [live(0), live(1, id_pdc="fictif"), live(2, statut_pdc="Hors ligne"), live(3, statut_pdc="?")],
            "records rejected: 2 × status_word_is_known, 1 × charge_point_id_fits_its_pattern",
        ),
    ],
)
def test_what_is_odd_but_sound_is_a_warning(records: list[object], warning: str) -> None:
    verdict = BELIB.judge(json.dumps(records).encode(), "application/json")
    assert (verdict.is_sound, verdict.record_count, verdict.warning) == (True, len(records), warning)


def test_a_bare_nan_is_counted(quick: HttpPolicy) -> None:
    export = json.dumps([live(0), live(1)]).replace("2.35,", "nan,").encode()
    verdict = verdict_on(quick, export, {"total_count": 2})
    assert (verdict.is_sound, verdict.warning) == (
        True,
        "2 bare nan read as null; values that cannot be read: 2 × coordinates_are_readable",
    )
    assert decode(export, "application/json").frame["longitude"].to_list() == [None, None]


NONE_TAKEN: list[tuple[list[dict[str, Any]], str]] = [
    ([live(n, id_pdc=f"FR*A23*E{n}") for n in range(3)], "3 × charge_point_id_fits_its_pattern"),
    ([live(n, statut_pdc="Hors ligne") for n in range(3)], "3 × status_word_is_known"),
    ([live(0), live(0, statut_pdc="Hors ligne")], "1 × one_status_per_poll, 1 × status_word_is_known"),
    ([live(0, statut_pdc=None), live(1, statut_pdc="?")], "1 × status_is_present, 1 × status_word_is_known"),
]


@pytest.mark.parametrize(("records", "rules"), NONE_TAKEN)
def test_an_answer_of_which_no_record_is_taken_is_refused_with_the_rules(
    records: list[dict[str, Any]], rules: str
) -> None:
    verdict = BELIB.judge(json.dumps(records).encode(), "application/json")
    assert (verdict.is_sound, verdict.reason) == (False, f"No record is taken: {rules}.")
    assert BELIB.judge(json.dumps([*records, live(7)]).encode(), "application/json").is_sound


def test_a_static_edition_of_which_no_record_is_taken_is_refused() -> None:
    body = json.dumps([{"id_pdc_local": "fictif"}]).encode()
    verdict = BELIB_STATIC.judge(body, "application/json")
    assert verdict.reason == "No record is taken: 1 × charge_point_id_fits_its_pattern."


def test_two_hundred_thousand_points_are_sound_and_too_many_bytes_are_not(quick: HttpPolicy) -> None:
    body = (
        b"["
        + b",".join(
            b'{"id_pdc":"FR*V75*E%04d*%02d*%d","statut_pdc":"Inconnu"}' % (n // 900, n % 100, n // 100 % 9)
            for n in range(200_000)
        )
        + b"]"
    )
    with serving(portal(body, {"total_count": 200_000})) as server:
        answer, verdict = ask(BELIB, settings_for(server), quick)
        with pytest.raises(SourceError, match="holds more than 5,000,000 bytes") as caught:
            fetch(*BELIB.request(settings_for(server)), policy=replace(quick, max_body_bytes=5_000_000))
    assert (verdict.is_sound, verdict.record_count) == (True, 200_000)
    assert decode(answer.body, answer.media_type).frame.height == 200_000
    assert caught.value.answer is not None
    assert caught.value.answer.body == body[:5_000_000]


def test_a_source_without_announcement_is_asked_once(quick: HttpPolicy) -> None:
    with serving(answering({"error": True, "reason": "Invalid timezone"})) as server:
        _, verdict = ask(OPEN_METEO, settings_for(server), quick)
        assert len(server.asked) == 1
    assert verdict.reason == "The body says: Invalid timezone."


def test_the_registry_knows_every_source_by_its_name() -> None:
    assert {name: source.collection for name, source in SOURCES.items()} == {
        "belib": "raw_belib",
        "belib_static": "raw_belib_static",
        "arrondissements": "raw_arrondissements",
        "open_meteo": "raw_meteo",
        "infoclimat": "raw_meteo",
        "openweathermap": "raw_meteo",
        "velib": "raw_velib",
        "velib_information": "raw_velib",
    }


@pytest.mark.parametrize("error", [KeyError("x"), OverflowError("far away"), pl.exceptions.PanicException("a panic")])
def test_a_judge_that_fails_refuses_the_answer_and_names_the_fault(quick: HttpPolicy, error: BaseException) -> None:
    def judge(body: bytes, media_type: str) -> Verdict:
        raise error

    with serving(portal(POINTS)) as server:
        answer, verdict = ask(replace(BELIB, judge=judge), settings_for(server), quick)
    assert json.loads(answer.body) == POINTS
    assert (verdict.is_sound, verdict.record_count) == (False, None)
    assert verdict.reason == f"The body cannot be read: {type(error).__name__}: {error}."
