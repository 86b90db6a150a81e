"""Histories of a tiny Paris for hypothesis: what was asked when, and in which order it came in."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from belib_platform.contracts.contract import Contract
from belib_platform.raw.response import Response
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import DERIVED
from belib_platform_tests.warehouse.simulated_pages import at

DAYS = [date(2025, 3, 28) + timedelta(days=n) for n in range(4)]
"""Summer time begins on the third."""

HOURS = [0.0, 0.1, 3.4, 12.0, 12.2, 23.9]

SOURCES = ["belib", "belib", "belib", "belib_static", "open_meteo"]

LIVE = {
    "statut_pdc": st.sampled_from(["Disponible", "Occupé (en charge)", "Inconnu", "En maintenance", "?"]),
    "arrondissement": st.sampled_from(["08e Arrondissement", "12e Arrondissement", None]),
    "coordonneesxy": st.sampled_from([None, "48.85, 2.35", 7]),
    "adresse_station": st.none(),
}
"""What a record of the feed may say beside what it usually says; some of it cannot be read."""

STATIC = {
    "id_station_local": st.sampled_from(["FR*V75*BPX10*11", "FR*V75*BPX10*12", None]),
    "puissance_nominale": st.sampled_from(["7", "22", "12", None]),
    "arrondissement": st.sampled_from(["08e Arrondissement", "12e Arrondissement", None]),
    "nom_station": st.sampled_from(["Est", "Ouest", None]),
}
"""What an edition may say of a point."""


@dataclass(frozen=True)
class Answer:
    """What a source said at an instant: of points what differs from the usual, of the weather its temperature."""

    source: str
    asked_at: datetime
    said: Any

    @property
    def response(self) -> Response:
        """The response it is kept as."""
        if self.source == "open_meteo":
            return response(_forecast(self.asked_at, self.said), self.asked_at, source=self.source, record_count=50)
        return response(
            [_record(self.source, *record) for record in self.said.items()], self.asked_at, source=self.source
        )


@dataclass(frozen=True)
class Step:
    """Answers that come in together, and how many tables are made of their days before the run breaks off."""

    answers: list[Answer]
    made: int

    @property
    def days(self) -> list[date]:
        """UTC days of the answers, oldest first."""
        return sorted({answer.asked_at.date() for answer in self.answers})

    @property
    def tables(self) -> list[type[Contract]]:
        """The tables that are made."""
        return DERIVED[: self.made]


def _record(source: str, point: int, said: dict[str, Any]) -> dict[str, Any]:
    return live(point, **said) if source == "belib" else {"id_pdc_local": live(point)["id_pdc"], **said}


def _forecast(asked_at: datetime, temperature_c: float) -> bytes:
    hours = [asked_at.replace(minute=0) + timedelta(hours=n) for n in range(50)]
    columns = {"temperature_2m": [temperature_c] * len(hours), "precipitation": [0.5] * len(hours)}
    hourly = {"time": [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours], **columns}
    return json.dumps({"utc_offset_seconds": 0, "hourly": hourly}).encode()


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    source = draw(st.sampled_from(SOURCES))
    asked_at = at(draw(st.sampled_from(DAYS)), draw(st.sampled_from(HOURS)))
    if source == "open_meteo":
        return Answer(source, asked_at, draw(st.sampled_from([10.0, 20.0])))
    of_a_point = st.fixed_dictionaries({}, optional=LIVE if source == "belib" else STATIC)
    return Answer(source, asked_at, draw(st.dictionaries(st.integers(0, 3), of_a_point, min_size=1, max_size=3)))


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """Answers of which no two claim the same instant, in any order, some twice, in steps of which some break off."""
    instants = st.lists(_answers(), min_size=2, max_size=8, unique_by=lambda answer: (answer.source, answer.asked_at))
    answers = draw(instants)
    coming = draw(st.permutations([*answers, *draw(st.lists(st.sampled_from(answers), max_size=2))]))
    steps = []
    while coming:
        size = draw(st.integers(1, 3))
        steps.append(Step(list(coming[:size]), draw(st.sampled_from([len(DERIVED), *range(len(DERIVED))]))))
        coming = coming[size:]
    return steps
