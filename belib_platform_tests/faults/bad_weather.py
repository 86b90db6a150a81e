"""Bad answers of the weather's providers."""

import json
from typing import Any

from belib_platform.simulator.faults import BodyFault
from belib_platform_tests.faults.answers import ANYWHERE, OF_SERVERS, WITHOUT_TEXT, Bad, always, case_of, edited


def hourly(**changes: Any) -> BodyFault:
    """Open-Meteo's measures changed; each change takes the values."""

    def edit(document: Any) -> Any:
        measures = document["hourly"]
        return {**document, "hourly": {**measures, **{name: new(measures[name]) for name, new in changes.items()}}}

    return edited(edit)


def without_some(values: list[Any]) -> list[Any]:
    """Hours 3 to 11 are null."""
    return [*values[:3], *[None] * 9, *values[12:]]


def without_all(values: list[Any]) -> list[Any]:
    """All hours are null."""
    return [None] * len(values)


def unit(**changes: str) -> BodyFault:
    """Open-Meteo's units changed."""
    return edited(lambda document: {**document, "hourly_units": {**document["hourly_units"], **changes}})


def nan_place(body: bytes) -> Any:
    """A bare nan where the place should be."""
    document = json.loads(body)
    return always(json.dumps({"latitude": float("nan"), **document, "longitude": float("nan")}).encode())(body)


def steps(**changes: Any) -> BodyFault:
    """Values of Infoclimat's first step changed."""

    def edit(document: Any) -> Any:
        at = next(key for key in document if key[:1].isdigit())
        return {**document, at: {**document[at], **changes}}

    return edited(edit)


def state(code: int) -> BodyFault:
    """Infoclimat's state, sent in the body."""
    return always(json.dumps({"request_state": code, "message": "No"}).encode())


def owm(**changes: Any) -> BodyFault:
    """OpenWeatherMap's first step changed."""
    return edited(lambda sent: {**sent, "list": [{**sent["list"][0], **changes}, *sent["list"][1:]]})


def in_kelvins(sent: Any) -> Any:
    """OpenWeatherMap's temperatures as they come where no units are asked for."""
    steps = [{**step, "main": {**step["main"], "temp": step["main"]["temp"] + 273.15}} for step in sent["list"]]
    return {**sent, "list": steps}


OPEN_METEO = [
    *ANYWHERE,
    *OF_SERVERS,
    Bad("its own error", always(b'{"reason": "Out of range", "error": true}', 400)),
    Bad("bare nan in the place", nan_place, keeps=True),
    Bad("a measure that is null", hourly(temperature_2m=without_all), keeps=True),
    Bad("negative rain", hourly(precipitation=lambda values: [-0.5, *values[1:]]), keeps=True),
    Bad("fewer values than hours", hourly(precipitation=lambda values: values[:-1]), keeps=True),
    Bad("a unit never seen", unit(pressure_msl="furlong"), keeps=True),
    Bad("a gust that is a text", hourly(wind_gusts_10m=lambda values: ["gale", *values[1:]]), keeps=True),
    Bad("hours without values", hourly(temperature_2m=without_some, precipitation=without_some), keeps=True),
    Bad("no hour with values", hourly(temperature_2m=without_all, precipitation=without_all)),
]

INFOCLIMAT = [
    *ANYWHERE,
    *WITHOUT_TEXT,
    *(Bad(f"state {code}", state(code)) for code in (400, 409, 509)),
    Bad("no state", edited(lambda sent: {key: value for key, value in sent.items() if key != "request_state"})),
    Bad("no steps", edited(lambda sent: {key: value for key, value in sent.items() if not key[:1].isdigit()})),
    Bad("negative rain", steps(pluie=-0.5), keeps=True),
    Bad("a direction that is a text", steps(vent_direction={"10m": "nord"}), keeps=True),
    Bad("a temperature of a star", steps(temperature={"2m": 5800}), keeps=True),
]

OPENWEATHERMAP = [
    *ANYWHERE,
    Bad("401", always(b'{"cod": 401, "message": "Invalid API key"}', 401)),
    Bad("404 in the body", edited(lambda sent: {**sent, "cod": "404", "message": "city not found"})),
    Bad("no list", edited(lambda sent: {key: value for key, value in sent.items() if key != "list"})),
    Bad("a step without an instant", owm(dt=None), keeps=True),
    Bad("one step in kelvins", owm(main={"temp": 283.1, "humidity": 70, "pressure": 1015}), keeps=True),
    Bad("kelvins", edited(in_kelvins), keeps=True),
    Bad("humidity of 101 %", owm(main={"temp": 9.5, "humidity": 101, "pressure": 1015}), keeps=True),
]

CASES = [
    *(case_of("open_meteo", bad) for bad in OPEN_METEO),
    *(case_of("infoclimat", bad) for bad in INFOCLIMAT),
    *(case_of("openweathermap", bad) for bad in OPENWEATHERMAP),
]
